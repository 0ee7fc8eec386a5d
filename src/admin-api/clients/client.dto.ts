import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, Matches } from 'class-validator';
import { type AccessScope } from '../../access/credential.js';
import { GUID, MOST_AUDIENCES } from '../../administration/federated-credential.js';
import {
  type ClientSecret,
  type FederatedCredential,
  type LastUse,
  type OauthClient,
} from '../../administration/oauth-client.js';
import { type Dialect } from '../../protocol/dialect/dialect.js';
import { inAYear } from '../credentials/credential.dto.js';
import { instant } from '../http/instant.js';
import { nullableText } from '../http/nullable-text.js';
import { pageOf } from '../http/pages.js';
import { IsClaimValue, IsFutureInstant, IsName, MayBeLeftOut } from '../http/values.js';
import { JwksUrl, KeyIds, KeySource } from '../issuers/key-source.js';
import {
  DEFAULT_OVERLAP,
  DIALECTS,
  MayHaveDialect,
  MayHaveScopes,
  OverlapDays,
  SCOPES,
} from '../tokens/token.dto.js';

const NO_SECRET = 'a client without a secret';
const SHOWN_ONCE = 'It is shown this once; only its hash is kept.';

class LastUseView implements LastUse {
  @ApiProperty(instant('When it was last used, to the minute; null if it was not yet.'))
  lastUsed!: string | null;

  @ApiProperty(nullableText('The User-Agent of the last use.'))
  userAgent!: string | null;
}

export class ClientSecretView extends LastUseView implements ClientSecret {
  @ApiProperty({ example: '3' })
  id!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T08:30:00.000Z' })
  created!: string;

  @ApiProperty({ format: 'date-time', example: '2027-01-31T08:30:00.000Z' })
  expires!: string;

  @ApiProperty(instant('Null if it was not revoked.'))
  revoked!: string | null;

  @ApiProperty({
    type: 'integer',
    example: 365,
    description: 'Days until it expires, the one that has begun included.',
  })
  daysLeft!: number;
}

export class IssuedSecretView extends ClientSecretView {
  @ApiProperty({ description: SHOWN_ONCE, example: 'rollcall_secret_…' })
  secret!: string;
}

export class FederatedCredentialView extends LastUseView implements FederatedCredential {
  @ApiProperty({ example: '2' })
  id!: string;

  @ApiProperty(nullableText('The claim iss; null for assertions that the client signs itself.'))
  issuer!: string | null;

  @ApiProperty(nullableText('The claim sub; null for assertions that the client signs itself.'))
  subject!: string | null;

  @ApiProperty(nullableText('The claim tid; null if none is looked for.'))
  tenant!: string | null;

  @ApiProperty({
    type: [String],
    example: ['api://rollcall'],
    description: 'What the claim aud may be; empty for assertions that the client signs itself.',
  })
  audiences!: readonly string[];

  @JwksUrl()
  jwksUrl!: string | null;

  @KeyIds()
  keyIds!: readonly string[] | null;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T08:30:00.000Z' })
  created!: string;
}

export class ClientView extends LastUseView implements OauthClient {
  @ApiProperty({ example: 'client_Mq1v3mLkT0yC7uWn2xRb9Q', description: 'Its client_id.' })
  id!: string;

  @ApiProperty({ example: 'Entra ID' })
  name!: string;

  @ApiProperty({ enum: DIALECTS })
  dialect!: Dialect;

  @ApiProperty({ enum: SCOPES, isArray: true })
  scopes!: readonly AccessScope[];

  @ApiProperty({ format: 'date-time', example: '2026-01-31T08:30:00.000Z' })
  created!: string;

  @ApiProperty(instant('Null if it is not disabled.'))
  disabled!: string | null;

  @ApiProperty({ type: [ClientSecretView], description: 'All of them, expired and revoked ones too.' })
  secrets!: readonly ClientSecret[];

  @ApiProperty({ type: [FederatedCredentialView] })
  federatedCredentials!: readonly FederatedCredential[];
}

export class CreatedClientView extends ClientView {
  @ApiProperty(nullableText(`Its first secret; null for ${NO_SECRET}. ${SHOWN_ONCE}`, 'rollcall_secret_…'))
  secret!: string | null;
}

export class RotatedSecretView {
  @ApiProperty({ type: IssuedSecretView })
  issued!: IssuedSecretView;

  @ApiProperty({ type: ClientView, description: 'The client as it is now.' })
  client!: ClientView;
}

export class ClientListView extends pageOf(ClientView, 'ClientPage') {}

export class FederatedCredentialListView extends pageOf(FederatedCredentialView, 'FederatedCredentialPage') {}

export class CreateClient {
  @ApiProperty({ example: 'Entra ID', description: 'What it is for.' })
  @IsName()
  name!: string;

  @MayHaveDialect()
  dialect: Dialect = 'lenient';

  @MayHaveScopes()
  scopes: AccessScope[] = [...SCOPES];

  @ApiPropertyOptional({
    type: 'string',
    nullable: true,
    description: `When its first secret expires, within three years, by default in a year; null for ${NO_SECRET}.`,
  })
  @IsFutureInstant({ null: NO_SECRET })
  secretExpires: Date | null = inAYear();
}

export class AddSecret {
  @ApiPropertyOptional({
    type: 'string',
    description: 'When it expires, within three years; by default in a year.',
  })
  @IsFutureInstant({})
  expires: Date = inAYear();
}

export class RotateSecret extends AddSecret {
  @OverlapDays('For how many days the others stay valid beside the new one.')
  overlapDays: number = DEFAULT_OVERLAP;
}

export class AddFederatedCredential extends KeySource {
  @ApiPropertyOptional({
    example: 'https://idp.example/',
    description: 'The claim iss, character for character; by default that of the tenant of Entra ID.',
  })
  @MayBeLeftOut()
  @IsClaimValue('issuer')
  issuer?: string;

  @ApiPropertyOptional({ example: '66666666-7777-8888-9999-000000000000', description: 'The claim sub.' })
  @MayBeLeftOut()
  @IsClaimValue('subject')
  subject?: string;

  @ApiPropertyOptional({
    example: '11111111-2222-3333-4444-555555555555',
    description:
      'The tenant of Entra ID, which the claim tid has to be. Without an issuer, its issuer and keys are known.',
  })
  @MayBeLeftOut()
  @Matches(GUID, { message: 'tenant is a tenant id: a GUID, as Entra ID shows it' })
  tenant?: string;

  @ApiPropertyOptional({
    type: [String],
    example: ['api://rollcall'],
    description: 'What the claim aud may be.',
  })
  @MayBeLeftOut()
  @IsArray({ message: 'audiences is an array' })
  @ArrayMinSize(1, { message: 'audiences has at least one element' })
  @ArrayMaxSize(MOST_AUDIENCES, { message: `audiences has at most ${MOST_AUDIENCES} elements` })
  @IsClaimValue('each of audiences', { each: true })
  audiences?: string[];
}
