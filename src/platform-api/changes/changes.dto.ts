import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type as ConvertTo } from 'class-transformer';
import { ArrayMaxSize, IsIn, Matches } from 'class-validator';
import { ProblemView } from '../../admin-api/http/operation.js';
import { CursorProperty } from '../../admin-api/http/pages.js';
import { IsWholeNumber, MayBeLeftOut } from '../../admin-api/http/values.js';
import { Change, ChangeMember } from '../../feed/change.js';
import { CHANGE_TYPES, type ChangeType } from '../../feed/change-types.js';

const DEFAULT_LIMIT = 100;
const MOST = 1000;
const LONGEST_WAIT = 30;
const POSITION = /^[\w-]{1,100}$/;
const CURSOR = /^[\w-]{1,200}$/;

/** The word for the end of the feed, in the place of a position. */
export const NOW = 'now';

/** Which changes of one company are asked for. */
export class CompanyChangesQuery {
  @ApiPropertyOptional({
    description:
      'The `next` of an earlier answer, or the position of a snapshot; `now` for changes from now on. Without it, from the ' +
      'oldest that is kept.',
  })
  @MayBeLeftOut()
  @Matches(POSITION, {
    message: 'after is the next of an earlier answer, the position of a snapshot, or now',
  })
  after?: string;

  @ApiPropertyOptional({
    type: String,
    description: 'Types with commas between them. `next` moves past all others.',
    example: 'group.members,user.deleted',
  })
  @MayBeLeftOut()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value))
  @ArrayMaxSize(CHANGE_TYPES.length, { message: 'types names each type once at most' })
  @IsIn(CHANGE_TYPES, { each: true, message: `types are among ${CHANGE_TYPES.join(', ')}` })
  types?: ChangeType[];

  @ApiPropertyOptional({
    description: 'How many changes at most.',
    default: DEFAULT_LIMIT,
    minimum: 1,
    maximum: MOST,
  })
  @MayBeLeftOut()
  @ConvertTo(() => Number)
  @IsWholeNumber(1, MOST)
  limit: number = DEFAULT_LIMIT;

  @ApiPropertyOptional({
    description: 'How many seconds to wait for a change, where there is none.',
    default: 0,
    minimum: 0,
    maximum: LONGEST_WAIT,
  })
  @MayBeLeftOut()
  @ConvertTo(() => Number)
  @IsWholeNumber(0, LONGEST_WAIT, { kind: ' of seconds' })
  wait: number = 0;
}

/** Which changes are asked for, of all companies of the credential or of one. */
export class ChangesQuery extends CompanyChangesQuery {
  @ApiPropertyOptional({ description: 'The slug or id of one company.', example: 'acme' })
  @MayBeLeftOut()
  @Matches(/^[\w-]{1,63}$/, { message: 'company is the slug or id of one company' })
  company?: string;
}

/** Changes in the order in which they were committed. */
export class ChangesView {
  @ApiProperty({ type: [Change] })
  changes!: readonly Change[];

  @ApiProperty({
    description: 'The position to read behind next. It moves where there was nothing, too.',
    example: 'kE8N0cTq1vS2mH3bZt4Yw5Xu6Rr7Pp8Ll9Kk0Jj1Hh2G',
  })
  next!: string;

  @ApiProperty({ description: 'Whether there are more behind it already.', example: false })
  more!: boolean;
}

/** The reader has missed changes that are kept no longer. */
export class ChangesGapView extends ProblemView {
  @ApiProperty({ description: 'The position in front of the oldest changes that are kept.' })
  oldest!: string;

  @ApiProperty({
    description: 'Where the state of a company is read, with the position at which its changes go on.',
    example: 'https://scim.example.com/platform/v1/companies/{company}/snapshot',
  })
  snapshot!: string;
}

/** Which part of the members of a change is asked for. */
export class ChangeMembersQuery {
  @ApiPropertyOptional({ description: 'How many members at most.', default: 200, minimum: 1, maximum: MOST })
  @MayBeLeftOut()
  @ConvertTo(() => Number)
  @IsWholeNumber(1, MOST)
  count: number = 200;

  @CursorProperty()
  @MayBeLeftOut()
  @Matches(CURSOR, { message: 'cursor is the next of an earlier answer' })
  cursor?: string;
}

class ChangedMemberView extends ChangeMember {
  @ApiProperty({ enum: ['added', 'removed'] })
  change!: 'added' | 'removed';
}

/** Members that came or went by one change, in the order of their ids. */
export class ChangeMembersView {
  @ApiProperty({ type: [ChangedMemberView] })
  items!: readonly ChangedMemberView[];

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'The cursor of the next part; null at the end.',
    example: null,
  })
  next!: string | null;
}
