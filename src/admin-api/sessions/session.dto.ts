import { ApiProperty } from '@nestjs/swagger';
import { type ConsoleLink } from '../../administration/console/console-links.js';
import { NamedCompanyView, SelfView } from '../credentials/credential.dto.js';
import { instant } from '../http/instant.js';
import { pageOf } from '../http/pages.js';
import { IsName } from '../http/values.js';

/** A session of the console: who calls by it, and how long. */
export class SessionView extends SelfView {
  @ApiProperty({ example: '7', description: 'Id of the session.' })
  declare id: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T08:30:00.000Z' })
  created!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T09:10:00.000Z', description: 'To the minute.' })
  lastUsed!: string;

  @ApiProperty({
    format: 'date-time',
    example: '2026-01-31T17:10:00.000Z',
    description: 'When it ends if nothing is called any more.',
  })
  expires!: string;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: null,
    description: 'The User-Agent of its last call.',
  })
  client!: string | null;

  @ApiProperty({ example: true, description: 'Whether this call came by it.' })
  current!: boolean;
}

export class SessionListView extends pageOf(SessionView, 'SessionPage') {}

export class SetupLinkView implements ConsoleLink {
  @ApiProperty({ example: '4' })
  id!: string;

  @ApiProperty({ example: 'Acme, IT' })
  name!: string;

  @ApiProperty({ type: NamedCompanyView })
  company!: NamedCompanyView;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T08:30:00.000Z' })
  created!: string;

  @ApiProperty({ format: 'date-time', example: '2026-02-01T08:30:00.000Z' })
  expires!: string;

  @ApiProperty(instant('When it was used up; null before.'))
  used!: string | null;

  @ApiProperty(instant('When it was revoked; null if it was not.'))
  revoked!: string | null;
}

export class NewSetupLinkView extends SetupLinkView {
  @ApiProperty({
    description: 'What the person opens. It is shown this once; only the hash of its secret is kept.',
    example: 'https://scim.example.com/console/sign-in#link=rollcall_link_…',
  })
  url!: string;
}

export class SetupLinkListView extends pageOf(SetupLinkView, 'SetupLinkPage') {}

export class CreateSetupLink {
  @ApiProperty({ example: 'Acme, IT', description: 'For whom it is; the journal names whoever uses it so.' })
  @IsName()
  name!: string;
}
