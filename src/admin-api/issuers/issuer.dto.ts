import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type AccessScope } from '../../access/credential.js';
import { type Issuer } from '../../administration/issuer-administration.js';
import { type Dialect } from '../../protocol/dialect/dialect.js';
import { instant } from '../http/instant.js';
import { nullableText } from '../http/nullable-text.js';
import { pageOf } from '../http/pages.js';
import { IsClaimValue, IsName, IsText, MayBeLeftOut } from '../http/values.js';
import { JwksUrl, KeyIds, KeySource } from './key-source.js';
import { DIALECTS, MayHaveDialect, MayHaveScopes, SCOPES } from '../tokens/token.dto.js';

const LONGEST_CLAIM = 200;

export class IssuerView implements Issuer {
  @ApiProperty({ example: '3' })
  id!: string;

  @ApiProperty({ example: 'Corporate login' })
  name!: string;

  @ApiProperty(nullableText('The company of all its tokens; null where a claim names it.', 'acme'))
  company!: string | null;

  @ApiProperty(nullableText('The claim that names the company; null where it is one for all.'))
  companyClaim!: string | null;

  @ApiProperty({ example: 'https://idp.example/' })
  issuer!: string;

  @ApiProperty({ example: 'rollcall' })
  audience!: string;

  @JwksUrl()
  jwksUrl!: string | null;

  @KeyIds()
  keyIds!: readonly string[] | null;

  @ApiProperty(nullableText('A scope that each token has to carry.'))
  requiredScope!: string | null;

  @ApiProperty({ enum: DIALECTS })
  dialect!: Dialect;

  @ApiProperty({ enum: SCOPES, isArray: true })
  scopes!: readonly AccessScope[];

  @ApiProperty({ format: 'date-time', example: '2026-01-31T08:30:00.000Z' })
  created!: string;

  @ApiProperty(instant('Null if its tokens are accepted.'))
  revoked!: string | null;
}

export class IssuerListView extends pageOf(IssuerView, 'IssuerPage') {}

export class AddIssuer extends KeySource {
  @ApiPropertyOptional({ example: 'Corporate login', description: 'For people; by default the issuer.' })
  @MayBeLeftOut()
  @IsName()
  name?: string;

  @ApiProperty({ example: 'https://idp.example/', description: 'The claim iss, character for character.' })
  @IsClaimValue('issuer')
  issuer!: string;

  @ApiProperty({ example: 'rollcall', description: 'What the claim aud has to name.' })
  @IsClaimValue('audience')
  audience!: string;

  @ApiPropertyOptional({ description: 'A scope that each token has to carry.' })
  @MayBeLeftOut()
  @IsClaimValue('requiredScope')
  requiredScope?: string;

  @MayHaveDialect()
  dialect: Dialect = 'lenient';

  @MayHaveScopes()
  scopes: AccessScope[] = [...SCOPES];
}

export class AddDeploymentIssuer extends AddIssuer {
  @ApiProperty({
    example: 'tenant_id',
    description: 'The claim in which each token has the slug or id of its company.',
  })
  @IsText(LONGEST_CLAIM)
  companyClaim!: string;
}
