import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type JsonObject } from '../protocol/json.js';
import { CHANGE_TYPES, type ChangeType } from './change-types.js';

const ID = { example: '055915c25a800064', description: '16 hexadecimal digits.' } as const;

class ChangeCompany {
  @ApiProperty({ ...ID, example: '0000000000000001' })
  id!: string;

  @ApiProperty({ example: 'acme' })
  slug!: string;
}

class ChangeActor {
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'The name of the token or client by which it was changed; null where there was none.',
    example: 'Okta',
  })
  credential!: string | null;
}

/** The user or group that was changed. What is not known, or was erased, is left out. */
export class ChangeResource {
  @ApiProperty({ enum: ['User', 'Group'] })
  type!: 'User' | 'Group';

  @ApiProperty(ID)
  id!: string;

  @ApiProperty({
    type: 'integer',
    description:
      'Behind the change. It rises with each change of the resource; of a deleted one it is the last.',
    example: 4,
  })
  version!: number;

  @ApiProperty({ required: false, description: 'As it was behind the change.', example: '00u1ab2c' })
  externalId?: string;

  @ApiProperty({ required: false, description: 'As it was behind the change.', example: 'Ada Lovelace' })
  displayName?: string;

  @ApiProperty({ required: false, description: 'Of a user: as it is now.', example: 'ada@acme.example' })
  userName?: string;

  @ApiProperty({ required: false, description: 'Of a user: as it is now.', example: true })
  active?: boolean;
}

/** A member that came or went. Names are the present ones; those of a member that is gone are left out. */
export class ChangeMember {
  @ApiProperty(ID)
  value!: string;

  @ApiProperty({ enum: ['User', 'Group'] })
  type!: 'User' | 'Group';

  @ApiProperty({ required: false, description: 'Of a user.', example: 'ada@acme.example' })
  userName?: string;

  @ApiProperty({ required: false, description: 'Of a group.' })
  displayName?: string;

  @ApiProperty({ required: false })
  externalId?: string;
}

/** Who came into a group and who left it. */
export class ChangeMembers {
  @ApiProperty({ type: [ChangeMember] })
  added!: ChangeMember[];

  @ApiProperty({ type: [ChangeMember] })
  removed!: ChangeMember[];

  @ApiProperty({ type: 'integer', description: 'How many more there are, which `url` leads to.', example: 0 })
  omitted!: number;

  @ApiProperty({
    required: false,
    description: 'Where all of them are read, page by page; only where some are omitted.',
  })
  url?: string;
}

/** A change of a company, as the feed has it and as webhooks send it. */
export class Change {
  @ApiProperty({
    description: 'The same wherever the change is told.',
    example: 'chg_q1mW5mYQb0k2m0Vt8nJ6Xw',
  })
  id!: string;

  @ApiProperty({ enum: CHANGE_TYPES, example: 'group.members' })
  type!: ChangeType;

  @ApiProperty({
    format: 'date-time',
    description: 'When it was made, in UTC.',
    example: '2026-03-02T08:14:05.120Z',
  })
  time!: string;

  @ApiProperty({
    description:
      'The same for all changes of one request; of an operation of a bulk job with `:<index>` behind it.',
    example: '0d9f0a5c-9b6e-4a2b-8b39-0c4b7f1f8c55',
  })
  txn!: string;

  @ApiProperty({ type: ChangeCompany })
  company!: ChangeCompany;

  @ApiProperty({ type: ChangeActor })
  actor!: ChangeActor;

  @ApiProperty({ type: ChangeResource, required: false, description: 'Where a user or group was changed.' })
  resource?: ChangeResource;

  @ApiProperty({
    type: [String],
    description: 'The paths of what was changed.',
    example: ['name.familyName'],
  })
  attributes!: string[];

  @ApiProperty({
    type: ChangeMembers,
    required: false,
    description: 'Where members of a group came or went.',
  })
  members?: ChangeMembers;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'What else is told of `guard.…`, `credential.expiring` and `company.silent`.',
  })
  detail?: JsonObject;
}
