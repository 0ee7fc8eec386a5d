import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import {
  type ConflictReason,
  type RestoreChange,
  type RestoreConflict,
  type RestoreReport,
} from '../../administration/restore/restore-report.js';
import { MOST_NAMED, type RestoreScope } from '../../administration/restore/resource-restore.js';
import { IsInstant, IsRestoreScope, MayBeLeftOut } from '../http/values.js';

const TYPES = ['User', 'Group'] as const;
const CHANGES: readonly RestoreChange['change'][] = ['restored', 'activated', 'deactivated', 'members'];
const REASONS: readonly ConflictReason[] = [
  'nameTaken',
  'externalIdTaken',
  'valueTaken',
  'erased',
  'notKept',
  'notThere',
  'membersGone',
  'groupGone',
];

const names = { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: MOST_NAMED } as const;

export class RestoreResources {
  @ApiProperty({
    type: String,
    format: 'date-time',
    description:
      'The instant whose state comes back, to the millisecond: a past one, within the journal and DELETED_RETENTION_DAYS.',
  })
  @IsInstant()
  at!: Date;

  @ApiProperty({
    description: 'All, or groups by displayName or id, or users by userName or id.',
    oneOf: [
      { type: 'string', enum: ['all'] },
      { type: 'object', properties: { groups: names }, required: ['groups'], additionalProperties: false },
      { type: 'object', properties: { users: names }, required: ['users'], additionalProperties: false },
    ],
  })
  @IsRestoreScope()
  scope!: RestoreScope;

  @ApiPropertyOptional({ default: false, description: 'Only tell what would be done.' })
  @MayBeLeftOut()
  @IsBoolean({ message: 'dryRun is true or false' })
  dryRun: boolean = false;
}

class RestoredUsersView {
  @ApiProperty({ example: 12, description: 'That had been deleted.' })
  restored!: number;

  @ApiProperty({ example: 0 })
  activated!: number;

  @ApiProperty({ example: 0 })
  deactivated!: number;

  @ApiProperty({ example: 1, description: 'That were made since the instant, and stay.' })
  madeSince!: number;
}

class RestoredGroupsView {
  @ApiProperty({ example: 1, description: 'That had been deleted.' })
  restored!: number;

  @ApiProperty({ example: 3, description: 'That win or lose members.' })
  changed!: number;

  @ApiProperty({ example: 0, description: 'That were made since the instant, and stay.' })
  madeSince!: number;
}

class RestoredMembershipsView {
  @ApiProperty({ example: 250 })
  added!: number;

  @ApiProperty({ example: 2 })
  removed!: number;
}

const display = { type: String, nullable: true, description: 'The name, where it is known.' } as const;

class RestoreChangeView implements RestoreChange {
  @ApiProperty({ enum: TYPES })
  type!: RestoreChange['type'];

  @ApiProperty({ example: '0558ac4d70400001' })
  id!: string;

  @ApiProperty({ ...display, example: 'Finance' })
  display!: string | null;

  @ApiProperty({ enum: CHANGES, description: 'restored: what had been deleted is there again, with its id.' })
  change!: RestoreChange['change'];

  @ApiProperty({ example: 250, description: 'Members that a group wins.' })
  added!: number;

  @ApiProperty({ example: 2, description: 'Members that a group loses.' })
  removed!: number;
}

class RestoreConflictView implements RestoreConflict {
  @ApiProperty({ enum: TYPES })
  type!: RestoreConflict['type'];

  @ApiProperty({ example: '0558ac4d70400001' })
  id!: string;

  @ApiProperty({ ...display, example: 'Ada Lovelace' })
  display!: string | null;

  @ApiProperty({
    enum: REASONS,
    description:
      'nameTaken, externalIdTaken, valueTaken: another one has it now. erased: the person was erased. notKept: what it was ' +
      'is not kept. notThere: it did not exist at the instant. membersGone: some of its members are not there and do not ' +
      'come back. groupGone: nor does a group that it was in.',
  })
  reason!: ConflictReason;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The id of who has the name now, or of the group that is gone.',
    example: null,
  })
  by!: string | null;

  @ApiProperty({ example: 0, description: 'How many members are gone.' })
  members!: number;
}

class OmittedView {
  @ApiProperty({ example: 0 })
  changes!: number;

  @ApiProperty({ example: 0 })
  conflicts!: number;
}

export class RestoreReportView implements RestoreReport {
  @ApiProperty({ example: 'acme' })
  company!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T08:30:00.000Z' })
  at!: string;

  @ApiProperty({ example: true, description: 'Whether nothing was done, and it is only told.' })
  dryRun!: boolean;

  @ApiProperty({ type: RestoredUsersView })
  users!: RestoredUsersView;

  @ApiProperty({ type: RestoredGroupsView })
  groups!: RestoredGroupsView;

  @ApiProperty({ type: RestoredMembershipsView })
  memberships!: RestoredMembershipsView;

  @ApiProperty({ type: [RestoreChangeView], description: 'What is changed, the first thousand.' })
  changes!: readonly RestoreChange[];

  @ApiProperty({ type: [RestoreConflictView], description: 'What stays as it is, the first thousand.' })
  conflicts!: readonly RestoreConflict[];

  @ApiProperty({ type: OmittedView, description: 'How many more there are of both.' })
  omitted!: OmittedView;
}
