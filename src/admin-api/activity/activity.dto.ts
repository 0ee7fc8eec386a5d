import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn } from 'class-validator';
import {
  type Activity,
  type ChangedMember,
  type NamedMember,
} from '../../administration/journal/activity.js';
import { type ActivitySummary, MOST_REFUSALS } from '../../administration/journal/activity-summary.js';
import { type ActivityCounts, MOST_COUNTED } from '../../administration/journal/activity-counts.js';
import { instant } from '../http/instant.js';
import { CountQuery, CursorProperty, pageOf } from '../http/pages.js';
import { IsInstant, IsJournalCursor, IsResourceId, IsText, MayBeLeftOut } from '../http/values.js';

const OUTCOMES: readonly Activity['outcome'][] = ['done', 'unchanged', 'refused', 'ignored'];
const MEMBER_TYPES: readonly NamedMember['type'][] = ['User', 'Group'];
const CHANGES: readonly ChangedMember['change'][] = ['added', 'removed'];
const LONGEST_TEXT = 200;

const text = (description: string, example: string | null = null): object => ({
  type: 'string',
  nullable: true,
  description,
  example,
});

const number = (description: string, example: number | null = null): object => ({
  type: 'integer',
  nullable: true,
  description,
  example,
});

/** Which part of a list of the journal is asked for. */
export class JournalPageQuery extends CountQuery {
  @CursorProperty()
  @MayBeLeftOut()
  @IsJournalCursor()
  cursor?: string;
}

export class ActivityQuery extends JournalPageQuery {
  @ApiPropertyOptional({ description: 'Id of a user or group: what was done to it.' })
  @MayBeLeftOut()
  @IsResourceId()
  resource?: string;

  @ApiPropertyOptional({ description: 'Id of a user or group: by what it came into a group or left it.' })
  @MayBeLeftOut()
  @IsResourceId()
  member?: string;

  @ApiPropertyOptional({
    description: 'Id of a token, an OAuth client or a token issuer: what was asked for with it.',
  })
  @MayBeLeftOut()
  @IsText(LONGEST_TEXT)
  credential?: string;

  @ApiPropertyOptional({
    example: 'members',
    description: 'Such as create, patch, members, deactivate or delete.',
  })
  @MayBeLeftOut()
  @IsText(LONGEST_TEXT)
  operation?: string;

  @ApiPropertyOptional({ enum: OUTCOMES, description: 'What became of it.' })
  @MayBeLeftOut()
  @IsIn(OUTCOMES, { message: `outcome is one of ${OUTCOMES.join(', ')}` })
  outcome?: Activity['outcome'];

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'Whether requests are left out that asked for what was there already.',
  })
  @MayBeLeftOut()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean({ message: 'exceptUnchanged is true or false' })
  exceptUnchanged?: boolean;

  @ApiPropertyOptional({ example: 'uniqueness', description: 'Refusals of this scimType.' })
  @MayBeLeftOut()
  @IsText(LONGEST_TEXT)
  scimType?: string;

  @ApiPropertyOptional({ type: String, example: '2026-01-01', description: 'From when on.' })
  @MayBeLeftOut()
  @IsInstant()
  from?: Date;

  @ApiPropertyOptional({ type: String, description: 'The first moment that does not count.' })
  @MayBeLeftOut()
  @IsInstant()
  to?: Date;
}

/** Which entries are counted. */
export class ActivityCountsQuery extends PickType(ActivityQuery, [
  'resource',
  'credential',
  'operation',
  'scimType',
  'from',
  'to',
] as const) {}

const NAMED_MEMBER = {
  value: { type: 'string', example: '0558ac4d70400001' },
  type: { type: 'string', enum: [...MEMBER_TYPES] },
  display: text('The present name, or the last one where it is gone; null where none is known.', 'Ada'),
} as const;

export class NamedMemberView implements NamedMember {
  @ApiProperty(NAMED_MEMBER.value)
  value!: string;

  @ApiProperty(NAMED_MEMBER.type)
  type!: NamedMember['type'];

  @ApiProperty(NAMED_MEMBER.display)
  display!: string | null;
}

class ChangedMemberView extends NamedMemberView implements ChangedMember {
  @ApiProperty({ enum: CHANGES })
  change!: ChangedMember['change'];
}

class ActivityView implements Activity {
  @ApiProperty({ example: '04f1c9d2a7400003' })
  id!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T08:30:00.000Z' })
  at!: string;

  @ApiProperty({ description: 'The same for all changes of one request.' })
  txn!: string;

  @ApiProperty(text('The token, OAuth client or token issuer.', '3'))
  credentialId!: string | null;

  @ApiProperty(text('Its name at the time.', 'Entra ID'))
  credentialName!: string | null;

  @ApiProperty(text('The User-Agent.'))
  client!: string | null;

  @ApiProperty(text('What the client speaks.', 'standard'))
  surface!: string | null;

  @ApiProperty(text('As the answer had it in X-Request-Id.'))
  requestId!: string | null;

  @ApiProperty(text('Of the trace of the request.'))
  traceId!: string | null;

  @ApiProperty({ example: 'members' })
  operation!: string;

  @ApiProperty({ enum: OUTCOMES })
  outcome!: Activity['outcome'];

  @ApiProperty(number('The status of a request that changed nothing; null for a change.'))
  status!: number | null;

  @ApiProperty(text('The scimType of a refusal.'))
  scimType!: string | null;

  @ApiProperty(text('The type of what was changed.', 'Group'))
  resourceType!: string | null;

  @ApiProperty(text('Its id.', '0558ac4d70400002'))
  resourceId!: string | null;

  @ApiProperty(text('Its externalId at the time.'))
  externalId!: string | null;

  @ApiProperty(
    text(
      'Its name at the time; its present or last one where the request changed nothing; of what a refused one was to create, for 30 days the name in it.',
      'Finance',
    ),
  )
  display!: string | null;

  @ApiProperty(number('Its version behind the change.', 2))
  version!: number | null;

  @ApiProperty({ type: [String], description: 'Paths of what changed.', example: [] })
  attributes!: readonly string[];

  @ApiProperty({ description: 'How many members came.', example: 1 })
  added!: number;

  @ApiProperty({ description: 'How many members went.', example: 0 })
  removed!: number;

  @ApiProperty(number('How long the request took, in milliseconds.', 12))
  durationMs!: number | null;

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true, example: null })
  detail!: object | null;

  @ApiProperty({
    type: 'object',
    nullable: true,
    properties: NAMED_MEMBER,
    required: Object.keys(NAMED_MEMBER),
    description: 'The member that came or went, where it is a single one.',
  })
  member!: NamedMember | null;
}

export class ActivityListView extends pageOf(ActivityView, 'ActivityPage') {}

class ActivitySummaryView implements ActivitySummary {
  @ApiProperty({ example: '0000000000000001' })
  id!: string;

  @ApiProperty({ example: 'acme' })
  slug!: string;

  @ApiProperty({ example: 'Acme Corporation' })
  name!: string;

  @ApiProperty(
    instant(
      'When a client service last changed something; null where none of the newest thousand entries is a change.',
    ),
  )
  lastChange!: string | null;

  @ApiProperty({
    example: 2,
    description: `How many requests were refused within 24 hours; ${MOST_REFUSALS} stands for that many or more.`,
  })
  refused!: number;

  @ApiProperty({
    type: [Number],
    example: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0],
    description: 'The same for each of the 24 hours, the last one at the end.',
  })
  refusedByHour!: readonly number[];
}

export class ActivitySummaryListView extends pageOf(ActivitySummaryView, 'ActivitySummaryPage') {}

const UNITS: readonly ActivityCounts['unit'][] = ['hour', 'day'];

export class ActivityCountsView implements ActivityCounts {
  @ApiProperty({
    format: 'date-time',
    example: '2026-01-30T09:00:00.000Z',
    description: 'When the first hour or day begins.',
  })
  from!: string;

  @ApiProperty({
    format: 'date-time',
    example: '2026-01-31T08:30:00.000Z',
    description: 'The first moment that does not count.',
  })
  to!: string;

  @ApiProperty({ enum: UNITS })
  unit!: ActivityCounts['unit'];

  @ApiProperty({
    type: [Number],
    example: [0, 140, 12],
    description: 'How many changes were made in each hour or day, the first one at the begin.',
  })
  changes!: readonly number[];

  @ApiProperty({
    type: [Number],
    example: [0, 0, 2],
    description: 'How many requests were refused in each hour or day, the first one at the begin.',
  })
  refusals!: readonly number[];

  @ApiProperty({
    example: false,
    description: `Whether there are ${MOST_COUNTED.toLocaleString('en')} entries or refusals, or more: the newest are counted.`,
  })
  more!: boolean;
}

export class ActivityDetailView extends ActivityView {
  @ApiProperty({ type: [ChangedMemberView] })
  members!: readonly ChangedMember[];

  @ApiProperty(text('The cursor of the next members; null at the end.'))
  next!: string | null;
}
