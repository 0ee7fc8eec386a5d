import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn } from 'class-validator';
import { type AccessScope } from '../../access/credential.js';
import { type AccessToken, type NewToken } from '../../administration/token-administration.js';
import { type Dialect } from '../../protocol/dialect/dialect.js';
import { CredentialStateView, inAYear, NewCredential } from '../credentials/credential.dto.js';
import { pageOf } from '../http/pages.js';
import { IsFutureInstant, IsName, IsText, IsWholeNumber, MayBeLeftOut } from '../http/values.js';

export const DIALECTS: readonly Dialect[] = ['lenient', 'strict'];
export const SCOPES: readonly AccessScope[] = ['scim:read', 'scim:write'];
export const DEFAULT_OVERLAP = 7;
const LONGEST_OVERLAP = 3650;
const LONGEST_USER_NAME = 2000;

/** `lenient` reads what identity providers really send; `strict` is the RFC to the letter. */
const IsDialect = (): PropertyDecorator => IsIn(DIALECTS, { message: `dialect is ${DIALECTS.join(' or ')}` });

/** What a SCIM credential may do: at least one scope, each once. */
function AreScopes(): PropertyDecorator {
  const checks = [
    IsArray({ message: 'scopes is an array' }),
    ArrayMinSize(1, { message: 'scopes has at least one element' }),
    ArrayMaxSize(SCOPES.length, { message: 'scopes names each scope once at most' }),
    IsIn(SCOPES, { each: true, message: `scopes are ${SCOPES.join(' and ')}` }),
  ];
  return (target, name) => checks.forEach((check) => check(target, name));
}

/** The property `dialect` of a SCIM credential to be made. */
export const MayHaveDialect = (): PropertyDecorator =>
  applyDecorators(ApiPropertyOptional({ enum: DIALECTS, default: 'lenient' }), MayBeLeftOut(), IsDialect());

/** Its property `scopes`. */
export const MayHaveScopes = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ enum: SCOPES, isArray: true, default: SCOPES }),
    MayBeLeftOut(),
    AreScopes(),
  );

/** The property `overlapDays`. */
export const OverlapDays = (description: string): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ default: DEFAULT_OVERLAP, minimum: 0, maximum: LONGEST_OVERLAP, description }),
    MayBeLeftOut(),
    IsWholeNumber(0, LONGEST_OVERLAP),
  );

export class TokenView extends CredentialStateView implements AccessToken {
  @ApiProperty({ enum: DIALECTS })
  dialect!: Dialect;

  @ApiProperty({ enum: SCOPES, isArray: true })
  scopes!: readonly AccessScope[];

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: null,
    description: 'Id of the user that it stands for; null if it stands for a client service.',
  })
  user!: string | null;
}

export class IssuedTokenView extends TokenView {
  @ApiProperty({ description: 'It is shown this once; only its hash is kept.', example: 'rollcall_…' })
  secret!: string;
}

export class RenewedTokenView {
  @ApiProperty({ type: IssuedTokenView })
  issued!: IssuedTokenView;

  @ApiProperty({ type: TokenView })
  old!: TokenView;
}

export class TokenListView extends pageOf(TokenView, 'TokenPage') {}

export class IssueToken extends NewCredential implements NewToken {
  @MayHaveDialect()
  dialect: Dialect = 'lenient';

  @MayHaveScopes()
  scopes: AccessScope[] = [...SCOPES];

  @ApiPropertyOptional({
    description: 'userName or id of a user that it stands for; it then opens /Me alone.',
  })
  @MayBeLeftOut()
  @IsText(LONGEST_USER_NAME)
  user?: string;
}

export class ChangeToken {
  @ApiPropertyOptional({ example: 'Entra ID' })
  @MayBeLeftOut()
  @IsName()
  name?: string;

  @ApiPropertyOptional({ enum: DIALECTS })
  @MayBeLeftOut()
  @IsDialect()
  dialect?: Dialect;

  @ApiPropertyOptional({
    type: 'string',
    nullable: true,
    example: '2099-01-31',
    description: 'Null for never.',
  })
  @MayBeLeftOut()
  @IsFutureInstant()
  expires?: Date | null;
}

export class RenewToken {
  @ApiPropertyOptional({
    type: 'string',
    nullable: true,
    example: '2099-01-31',
    description: 'When the new one expires; null for never, by default in a year.',
  })
  @IsFutureInstant()
  expires: Date | null = inAYear();

  @OverlapDays('For how many days the old one stays valid beside the new one.')
  overlapDays: number = DEFAULT_OVERLAP;
}
