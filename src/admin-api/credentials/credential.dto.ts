import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, Matches, ValidateIf } from 'class-validator';
import { PLATFORM_SCOPES, type PlatformScope } from '../../access/platform-credentials.store.js';
import { type AdminCredential } from '../../administration/admin-credentials.js';
import { type CredentialState, type NamedCompany } from '../../administration/credential-administration.js';
import { type PlatformCredential } from '../../administration/platform-credentials.js';
import { type Role } from '../access/roles.js';
import { instant } from '../http/instant.js';
import { pageOf } from '../http/pages.js';
import { IsFutureInstant, IsName } from '../http/values.js';

const ROLES: readonly Role[] = ['operator', 'companyAdministrator', 'reader'];
const MOST_COMPANIES = 1000;
/** A slug or an id. */
const COMPANY = /^[a-z0-9-]{1,63}$/;
const ADMIN_SCOPE = /^admin:[a-z0-9-]{1,63}$/;
const YEAR_MS = 365 * 86_400_000;

/** The end of a credential for which none is said: in a year. */
export const inAYear = (): Date => new Date(Date.now() + YEAR_MS);

export class NamedCompanyView implements NamedCompany {
  @ApiProperty({ example: '0000000000000001' })
  id!: string;

  @ApiProperty({ example: 'acme' })
  slug!: string;
}

export class SelfView {
  @ApiProperty({ example: 'admin:3', description: 'admin-token for ADMIN_TOKEN.' })
  id!: string;

  @ApiProperty({ example: 'console' })
  name!: string;

  @ApiProperty({ enum: ROLES, isArray: true })
  roles!: readonly Role[];

  @ApiProperty({ type: [NamedCompanyView], description: 'Those of a company administrator.' })
  companies!: readonly NamedCompany[];
}

export class CredentialStateView implements CredentialState {
  @ApiProperty({ example: '3' })
  id!: string;

  @ApiProperty({ example: 'console' })
  name!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T08:30:00.000Z' })
  created!: string;

  @ApiProperty(instant('Null if it never expires.', '2027-01-31T08:30:00.000Z'))
  expires!: string | null;

  @ApiProperty(instant('Null if it was not revoked.'))
  revoked!: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 365,
    description: 'Days until it expires, the one that has begun included; null if it never does.',
  })
  daysLeft!: number | null;

  @ApiProperty(instant('When it was last used, to the minute; null if it was not yet.'))
  lastUsed!: string | null;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: null,
    description: 'The User-Agent of the last use.',
  })
  client!: string | null;
}

export class AdminCredentialView extends CredentialStateView implements AdminCredential {
  @ApiProperty({
    type: [String],
    example: ['admin:acme'],
    description: 'admin:read, admin:write, and admin:<company> for each company.',
  })
  scopes!: readonly string[];

  @ApiProperty({ type: [NamedCompanyView] })
  companies!: readonly NamedCompany[];
}

export class IssuedAdminCredentialView extends AdminCredentialView {
  @ApiProperty({ description: 'It is shown this once; only its hash is kept.', example: 'rollcall_admin_…' })
  secret!: string;
}

export class AdminCredentialListView extends pageOf(AdminCredentialView, 'AdminCredentialPage') {}

export class NewCredential {
  @ApiProperty({ example: 'console', description: 'What it is for.' })
  @IsName()
  name!: string;

  @ApiPropertyOptional({
    type: 'string',
    nullable: true,
    example: '2099-01-31',
    description: 'When it expires; null for never, by default in a year.',
  })
  @IsFutureInstant()
  expires: Date | null = inAYear();
}

export class IssueAdminCredential extends NewCredential {
  @ApiProperty({
    type: [String],
    example: ['admin:read'],
    description: 'admin:read, admin:write, and admin:<company> by slug or id, which is bound to the id.',
  })
  @IsArray({ message: 'scopes is an array' })
  @ArrayMinSize(1, { message: 'scopes has at least one element' })
  @ArrayMaxSize(MOST_COMPANIES, { message: `scopes has at most ${MOST_COMPANIES} elements` })
  @Matches(ADMIN_SCOPE, {
    each: true,
    message: 'scopes are admin:read, admin:write, or admin: and a company such as admin:acme',
  })
  scopes!: string[];
}

export class PlatformCredentialView extends CredentialStateView implements PlatformCredential {
  @ApiProperty({ enum: PLATFORM_SCOPES, isArray: true, example: ['feed'] })
  scopes!: readonly PlatformScope[];

  @ApiProperty({
    type: [NamedCompanyView],
    nullable: true,
    description: 'The companies that it is for; null for all, those to come included.',
  })
  companies!: readonly NamedCompany[] | null;
}

export class IssuedPlatformCredentialView extends PlatformCredentialView {
  @ApiProperty({
    description: 'It is shown this once; only its hash is kept.',
    example: 'rollcall_platform_…',
  })
  secret!: string;
}

export class PlatformCredentialListView extends pageOf(PlatformCredentialView, 'PlatformCredentialPage') {}

export class IssuePlatformCredential extends NewCredential {
  @ApiProperty({ enum: PLATFORM_SCOPES, isArray: true, example: ['feed', 'check'] })
  @IsArray({ message: 'scopes is an array' })
  @ArrayMinSize(1, { message: 'scopes has at least one element' })
  @ArrayMaxSize(PLATFORM_SCOPES.length, { message: 'scopes names each scope once at most' })
  @IsIn(PLATFORM_SCOPES, { each: true, message: `scopes are among ${PLATFORM_SCOPES.join(', ')}` })
  scopes!: PlatformScope[];

  @ApiProperty({
    type: [String],
    nullable: true,
    example: ['acme'],
    description: 'Slugs or ids of the companies that it is for; null for all, those to come included.',
  })
  @ValidateIf((_, value) => value !== null)
  @IsArray({ message: 'companies is an array of slugs or ids, or null for all' })
  @ArrayMinSize(1, { message: 'companies has at least one element, or is null for all' })
  @ArrayMaxSize(MOST_COMPANIES, { message: `companies has at most ${MOST_COMPANIES} elements` })
  @Matches(COMPANY, { each: true, message: 'companies are slugs or ids' })
  companies!: string[] | null;
}
