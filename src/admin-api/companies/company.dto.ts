import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type as ConvertTo } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { type AllCompanySettings, type Company, type CompanyState } from '../../administration/company.js';
import { DEFAULT_PAUSE, LONGEST_PAUSE } from '../../administration/pause.js';
import { instant } from '../http/instant.js';
import { PageQuery, pageOf } from '../http/pages.js';
import { IsName, IsSearch, IsSlug, IsWholeNumber, MayBeLeftOut } from '../http/values.js';

const UNKNOWN_MEMBERS = ['reject', 'ignore'] as const;
const RECREATE = ['new', 'restore'] as const;
const REPROVISION = ['reject', 'restore'] as const;
const STATES: readonly CompanyState[] = [
  'active',
  'paused',
  'suspended',
  'deleted',
  'removable',
  'moving',
  'arriving',
  'moved',
];
const DEFAULT_GRACE = 30;
const LONGEST_GRACE = 3650;
const LONGEST_RETENTION = 3650;
const FASTEST = 1_000_000;
/** A year, in hours. */
const LONGEST_SILENCE = 8760;

export class SettingsView implements AllCompanySettings {
  @ApiProperty({ description: 'Whether several groups may have one displayName.', example: false })
  duplicateGroupNames!: boolean;

  @ApiProperty({
    enum: UNKNOWN_MEMBERS,
    description:
      'Whether a request that names an unknown member is refused, or the member left out and logged.',
  })
  unknownMembers!: (typeof UNKNOWN_MEMBERS)[number];

  @ApiProperty({ description: 'Whether no two users may have one externalId.', example: false })
  uniqueExternalId!: boolean;

  @ApiProperty({ description: 'After how many days entries of the journal are removed.', example: 400 })
  journalRetentionDays!: number;

  @ApiProperty({
    description:
      'Whether the journal keeps what was before and is after a change, in detail.values of an entry, and not only what ' +
      'was changed. These are personal data. Values that are never returned are not among them.',
    example: false,
  })
  journalValues!: boolean;

  @ApiProperty({
    enum: RECREATE,
    description:
      'Whether a POST of the name or externalId of a deleted user or group makes a new one, or brings the deleted one back: ' +
      'with its id, and the attributes of the request.',
  })
  recreate!: (typeof RECREATE)[number];

  @ApiProperty({
    enum: REPROVISION,
    description:
      'Whether a POST of the userName of an inactive user is refused with 409, or makes that user active, with the ' +
      'attributes of the request.',
  })
  reprovision!: (typeof REPROVISION)[number];

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'How many requests the company may send a second; null for what RATE_LIMIT says.',
    example: null,
  })
  rateLimit!: number | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    description:
      'After how many hours without a request a company that was in use counts as silent, which is told once as ' +
      'company.silent; null for never.',
    example: 24,
  })
  silentAfterHours!: number | null;
}

export class CompanyView implements Company {
  @ApiProperty({ example: '0000000000000001' })
  id!: string;

  @ApiProperty({ example: 'acme', description: 'It stays for good, since it stands in URLs.' })
  slug!: string;

  @ApiProperty({ example: 'Acme Corporation' })
  name!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T08:30:00.000Z' })
  created!: string;

  @ApiProperty({
    enum: STATES,
    description:
      'active; paused: only reads are served; suspended and deleted: nothing is. A removable company is a deleted one that ' +
      'can not be brought back any more, and is removed within the hour. A moving one takes no writes for some seconds; one that ' +
      'is arriving from another cell, or was moved to one, is not served here.',
  })
  state!: CompanyState;

  @ApiProperty({ type: SettingsView })
  settings!: SettingsView;

  @ApiProperty({ example: 250 })
  users!: number;

  @ApiProperty({ example: 27 })
  groups!: number;

  @ApiProperty(
    instant('Since when its requests are refused; null if they are not, or only since it was deleted.'),
  )
  suspended!: string | null;

  @ApiProperty(instant('Until when its writes are refused; null if they are not.'))
  pausedUntil!: string | null;

  @ApiProperty(instant('Until when the deleted company can be brought back; null if it was not deleted.'))
  deleteAfter!: string | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'The number of the cell that it was moved to; null if it was not.',
    example: null,
  })
  movedTo!: number | null;

  @ApiProperty(
    instant(
      'When one of its tokens, or a signed one for it, was last used, to the minute; null if none was yet.',
    ),
  )
  lastUsed!: string | null;

  @ApiProperty({
    description:
      'How many of its tokens and client secrets expire within 30 days and have no successor: a token of the same name, or a secret of the same client, that ends later.',
    example: 0,
  })
  expiringCredentials!: number;
}

export class ChangedCompanyView extends CompanyView {
  @ApiProperty({ description: 'What the identity provider makes of it, and what to do there.' })
  notice!: string;
}

export class CompanyListView extends pageOf(CompanyView, 'CompanyPage') {}

/** Which companies are asked for. */
export class CompaniesQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'A part of the slug or the name, whatever its case.', example: 'acme' })
  @MayBeLeftOut()
  @IsSearch()
  search?: string;
}

export class CreateCompany {
  @ApiProperty({ example: 'acme' })
  @IsSlug()
  slug!: string;

  @ApiPropertyOptional({ example: 'Acme Corporation', description: 'For people; by default the slug.' })
  @MayBeLeftOut()
  @IsName()
  name?: string;
}

export class RenameCompany {
  @ApiProperty({ example: 'Acme Corporation' })
  @IsName()
  name!: string;
}

export class ChangeSettings implements Partial<AllCompanySettings> {
  @ApiPropertyOptional({ example: false })
  @MayBeLeftOut()
  @IsBoolean({ message: 'duplicateGroupNames is true or false' })
  duplicateGroupNames?: boolean;

  @ApiPropertyOptional({ enum: UNKNOWN_MEMBERS })
  @MayBeLeftOut()
  @IsIn(UNKNOWN_MEMBERS, { message: `unknownMembers is ${UNKNOWN_MEMBERS.join(' or ')}` })
  unknownMembers?: (typeof UNKNOWN_MEMBERS)[number];

  @ApiPropertyOptional({ example: true })
  @MayBeLeftOut()
  @IsBoolean({ message: 'uniqueExternalId is true or false' })
  uniqueExternalId?: boolean;

  @ApiPropertyOptional({ minimum: 1, maximum: LONGEST_RETENTION, example: 400 })
  @MayBeLeftOut()
  @IsWholeNumber(1, LONGEST_RETENTION)
  journalRetentionDays?: number;

  @ApiPropertyOptional({ example: true })
  @MayBeLeftOut()
  @IsBoolean({ message: 'journalValues is true or false' })
  journalValues?: boolean;

  @ApiPropertyOptional({ enum: RECREATE })
  @MayBeLeftOut()
  @IsIn(RECREATE, { message: `recreate is ${RECREATE.join(' or ')}` })
  recreate?: (typeof RECREATE)[number];

  @ApiPropertyOptional({ enum: REPROVISION })
  @MayBeLeftOut()
  @IsIn(REPROVISION, { message: `reprovision is ${REPROVISION.join(' or ')}` })
  reprovision?: (typeof REPROVISION)[number];

  @ApiPropertyOptional({ type: Number, nullable: true, minimum: 1, maximum: FASTEST, example: 200 })
  @IsOptional()
  @IsWholeNumber(1, FASTEST, { kind: ', or null' })
  rateLimit?: number | null;

  @ApiPropertyOptional({ type: Number, nullable: true, minimum: 1, maximum: LONGEST_SILENCE, example: 72 })
  @IsOptional()
  @IsWholeNumber(1, LONGEST_SILENCE, { kind: ', or null' })
  silentAfterHours?: number | null;
}

export class PauseCompany {
  @ApiPropertyOptional({ default: DEFAULT_PAUSE, minimum: 1, maximum: LONGEST_PAUSE })
  @MayBeLeftOut()
  @IsWholeNumber(1, LONGEST_PAUSE, { inWords: 'a day' })
  minutes: number = DEFAULT_PAUSE;
}

export class DeleteQuery {
  @ApiPropertyOptional({
    default: DEFAULT_GRACE,
    minimum: 0,
    maximum: LONGEST_GRACE,
    description: 'For how many days the company can be brought back; 0 for not at all.',
  })
  @MayBeLeftOut()
  @ConvertTo(() => Number)
  @IsWholeNumber(0, LONGEST_GRACE)
  graceDays: number = DEFAULT_GRACE;
}
