import { ApiProperty, ApiPropertyOptional, type ApiPropertyOptions } from '@nestjs/swagger';
import { type ListedGroup, type ListedUser } from '../../administration/directory/directory.js';
import {
  type EffectiveGroup,
  type EffectiveMember,
} from '../../administration/directory/effective-memberships.js';
import { type NamedGroup, type Origin } from '../../administration/journal/membership-history.js';
import { ORIGIN } from '../activity/membership.dto.js';
import { CountQuery, CursorProperty, pageOf } from '../http/pages.js';
import { IsNameCursor, IsSearch, MayBeLeftOut } from '../http/values.js';

const nullableText = { type: 'string', nullable: true } as const;

export class SearchQuery extends CountQuery {
  @CursorProperty()
  @MayBeLeftOut()
  @IsNameCursor()
  cursor?: string;

  @ApiPropertyOptional({ example: 'fin', description: 'What is looked for, in any case; without it, all.' })
  @MayBeLeftOut()
  @IsSearch()
  search?: string;
}

export class ListedUserView implements ListedUser {
  @ApiProperty({ example: '0558ac4d70400001' })
  id!: string;

  @ApiProperty({ example: 'ada@acme.example' })
  userName!: string;

  @ApiProperty({ example: 'Ada Lovelace', description: 'displayName, else name.formatted, else userName.' })
  display!: string;

  @ApiProperty({ ...nullableText, example: null })
  externalId!: string | null;

  @ApiProperty({ example: true, description: 'false where `active` is.' })
  active!: boolean;
}

export class ListedUserListView extends pageOf(ListedUserView, 'ListedUserPage') {}

export class ListedGroupView implements ListedGroup {
  @ApiProperty({ example: '0558ac4d70400002' })
  id!: string;

  @ApiProperty({ example: 'Finance' })
  displayName!: string;

  @ApiProperty({ ...nullableText, example: null })
  externalId!: string | null;

  @ApiProperty({
    example: 12,
    description: 'How many direct members it has; 1000 stands for that many or more.',
  })
  members!: number;
}

export class ListedGroupListView extends pageOf(ListedGroupView, 'ListedGroupPage') {}

const NAMED_GROUP = {
  value: { type: 'string', example: '0558ac4d70400003' },
  display: { ...nullableText, example: 'EMEA' },
} as const;

const PATH = {
  type: 'array',
  items: { type: 'object', properties: NAMED_GROUP, required: Object.keys(NAMED_GROUP) },
  description:
    'The groups in between, each a member of the next one, from the one that names the person on; empty for a direct ' +
    'member. It is the shortest way.',
} satisfies ApiPropertyOptions;

const OMITTED = {
  example: 0,
  description: 'How many groups of a way of more than 20 are missing at the end of `path`.',
} satisfies ApiPropertyOptions;

const BY = {
  type: 'object',
  nullable: true,
  properties: ORIGIN,
  required: Object.keys(ORIGIN),
} as const;

export class EffectiveGroupView implements EffectiveGroup {
  @ApiProperty({ example: '0558ac4d70400002' })
  value!: string;

  @ApiProperty({ ...nullableText, example: 'Finance' })
  display!: string | null;

  @ApiProperty(PATH)
  path!: readonly NamedGroup[];

  @ApiProperty(OMITTED)
  omitted!: number;

  @ApiProperty({
    ...nullableText,
    format: 'date-time',
    description: 'Since when; null where it is no direct membership.',
    example: null,
  })
  since!: string | null;

  @ApiProperty({
    ...BY,
    description: 'By whom; null where it is no direct membership, and where the journal does not tell.',
    example: null,
  })
  by!: Origin['by'];
}

export class EffectiveGroupListView extends pageOf(EffectiveGroupView, 'EffectiveGroupPage') {}

export class EffectiveMemberView implements EffectiveMember {
  @ApiProperty({ example: '0558ac4d70400001' })
  value!: string;

  @ApiProperty({ ...nullableText, example: 'Ada Lovelace' })
  display!: string | null;

  @ApiProperty(PATH)
  path!: readonly NamedGroup[];

  @ApiProperty(OMITTED)
  omitted!: number;

  @ApiProperty({
    format: 'date-time',
    description: 'Since when: in the first group of `path`, or in the group itself for a direct member.',
  })
  since!: string;

  @ApiProperty({ ...BY, description: 'By whom; null where the journal does not tell.' })
  by!: Origin['by'];
}

export class EffectiveMemberListView extends pageOf(EffectiveMemberView, 'EffectiveMemberPage') {}

/** A resource as RFC 7643 represents it. It has more attributes than these. */
class ScimResourceView {
  @ApiProperty({ type: [String] })
  schemas!: readonly string[];

  @ApiProperty({ example: '0558ac4d70400001' })
  id!: string;

  @ApiProperty({ type: 'object', additionalProperties: true })
  meta!: object;
}

export class ScimUserView extends ScimResourceView {
  @ApiProperty({ example: 'ada@acme.example' })
  userName!: string;
}

export class ScimGroupView extends ScimResourceView {
  @ApiProperty({ example: 'Finance' })
  displayName!: string;
}
