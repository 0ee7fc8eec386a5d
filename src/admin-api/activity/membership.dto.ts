import { ApiProperty, ApiPropertyOptional, type ApiPropertyOptions } from '@nestjs/swagger';
import { Type as ConvertTo } from 'class-transformer';
import { type MemberCount } from '../../administration/journal/member-counts.js';
import { type NamedGroup, type Origin } from '../../administration/journal/membership-history.js';
import { pageOf } from '../http/pages.js';
import { IsInstant, IsWholeNumber, MayBeLeftOut } from '../http/values.js';
import { JournalPageQuery, NamedMemberView } from './activity.dto.js';

const DEFAULT_DAYS = 30;
const MOST_DAYS = 366;

const nullableText = { type: 'string', nullable: true } as const;

export class MembershipQuery extends JournalPageQuery {
  @ApiPropertyOptional({
    type: String,
    example: '2026-01-31T08:30:00Z',
    description: 'At which instant; without it, now, with since when and by whom.',
  })
  @MayBeLeftOut()
  @IsInstant()
  at?: Date;
}

/** Who made a membership, for documents. */
export const ORIGIN = {
  activity: { type: 'string', example: '04f1c9d2a7400003', description: 'The entry of the journal.' },
  credentialId: { ...nullableText, example: '3' },
  credentialName: { ...nullableText, example: 'Entra ID' },
  client: { ...nullableText, example: null },
} as const;

const sinceProperty = { format: 'date-time', description: 'Since when; missing with `at`.' } as const;
const byProperty = {
  type: 'object',
  nullable: true,
  properties: ORIGIN,
  required: Object.keys(ORIGIN),
  description: 'By whom; null where the journal does not tell, missing with `at`.',
} satisfies ApiPropertyOptions;

export class MemberView extends NamedMemberView {
  @ApiPropertyOptional(sinceProperty)
  since?: string;

  @ApiPropertyOptional(byProperty)
  by?: Origin['by'];
}

export class GroupView implements NamedGroup {
  @ApiProperty({ example: '0558ac4d70400002' })
  value!: string;

  @ApiProperty({ ...nullableText, example: 'Finance', description: 'As the display of a member.' })
  display!: string | null;

  @ApiPropertyOptional(sinceProperty)
  since?: string;

  @ApiPropertyOptional(byProperty)
  by?: Origin['by'];
}

export class MemberListView extends pageOf(MemberView, 'MemberPage') {}

export class GroupListView extends pageOf(GroupView, 'GroupPage') {}

export class MemberCountQuery {
  @ApiPropertyOptional({
    description: 'Of how many days, today included.',
    default: DEFAULT_DAYS,
    minimum: 1,
    maximum: MOST_DAYS,
  })
  @MayBeLeftOut()
  @ConvertTo(() => Number)
  @IsWholeNumber(1, MOST_DAYS)
  days: number = DEFAULT_DAYS;
}

class MemberCountView implements MemberCount {
  @ApiProperty({ format: 'date', example: '2026-01-31', description: 'In UTC.' })
  day!: string;

  @ApiProperty({ example: 12 })
  members!: number;
}

export class MemberCountListView {
  @ApiProperty({ type: [MemberCountView] })
  items!: readonly MemberCount[];
}
