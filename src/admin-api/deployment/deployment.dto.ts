import { ApiProperty } from '@nestjs/swagger';
import {
  type BundledCompany,
  type RefusalCount,
  type SupportBundle,
} from '../../administration/deployment/support-bundle.js';
import { type Check } from '../../administration/doctor/check.js';
import { SettingsView } from '../companies/company.dto.js';
import { instant } from '../http/instant.js';
import { nullableText } from '../http/nullable-text.js';

const MOMENT = { format: 'date-time', example: '2026-01-31T08:30:00.000Z' };
const STATUS = { enum: ['ok', 'warn', 'fail'], example: 'ok' };

class CheckView implements Check {
  @ApiProperty({ example: 'Certificate' })
  name!: string;

  @ApiProperty({ ...STATUS, description: '`fail`: clients are refused. `warn`: somebody should look.' })
  status!: Check['status'];

  @ApiProperty({ example: 'scim.example.com, by R11, 2 in the chain, ends in 61 days (2026-04-02)' })
  found!: string;

  @ApiProperty(nullableText('What to do; null where all is well, or where what was found says it.'))
  advice!: string | null;
}

export class ConnectionTestView {
  @ApiProperty(
    nullableText(
      'The address that was tested; null where PUBLIC_URL is not set.',
      'https://scim.example.com',
    ),
  )
  publicUrl!: string | null;

  @ApiProperty({ type: [CheckView] })
  checks!: CheckView[];
}

class VersionsView {
  @ApiProperty({ example: '1.0.0' })
  rollcall!: string;

  @ApiProperty({ example: 'v22.12.0' })
  node!: string;

  @ApiProperty({ example: 'linux 6.8.0 x64' })
  system!: string;
}

class BundledCheckView {
  @ApiProperty({ example: 'Migrations' })
  name!: string;

  @ApiProperty(STATUS)
  status!: Check['status'];

  @ApiProperty(
    nullableText('What was found; null where that may name somebody or something.', 'none is pending'),
  )
  found!: string | null;
}

class DatabaseView {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { max_connections: '100' },
  })
  settings!: Record<string, string>;

  @ApiProperty({ example: 52_428_800, description: 'The size of the database.' })
  bytes!: number;

  @ApiProperty({ type: [String], example: ['Initial1767225600000'] })
  migrations!: readonly string[];
}

class RefusalCountView implements RefusalCount {
  @ApiProperty(nullableText('The surface that was asked.', 'standard'))
  surface!: string | null;

  @ApiProperty(nullableText('The begin of what the client calls itself.', 'Okta SCIM Client 1.0.0'))
  client!: string | null;

  @ApiProperty({ example: 'create' })
  operation!: string;

  @ApiProperty(nullableText('The scimType of the error.', 'uniqueness'))
  scimType!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 409 })
  status!: number | null;

  @ApiProperty({ example: 3 })
  count!: number;

  @ApiProperty(MOMENT)
  last!: string;
}

class BundledCompanyView implements BundledCompany {
  @ApiProperty({ example: '0000000000000001' })
  id!: string;

  @ApiProperty({ type: String, example: 'active' })
  state!: BundledCompany['state'];

  @ApiProperty({ type: SettingsView })
  settings!: SettingsView;

  @ApiProperty({ example: 250 })
  users!: number;

  @ApiProperty({ example: 27 })
  groups!: number;

  @ApiProperty(instant('When one of its tokens was last used; null if none was yet.'))
  lastUsed!: string | null;

  @ApiProperty({ example: 0 })
  expiringCredentials!: number;

  @ApiProperty({
    type: [RefusalCountView],
    description: 'The newest thousand refusals within seven days by reason, 50 reasons at most.',
  })
  refusals!: readonly RefusalCount[];
}

export class SupportBundleView implements SupportBundle {
  @ApiProperty(MOMENT)
  created!: string;

  @ApiProperty({ type: VersionsView })
  versions!: VersionsView;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description:
      'Secrets, folders and lists of hosts only as set or not, or as a number; URLs without user and password.',
    example: { workers: 2, adminToken: 'set' },
  })
  settings!: Record<string, unknown>;

  @ApiProperty({ type: [BundledCheckView] })
  checks!: BundledCheckView[];

  @ApiProperty({ type: DatabaseView })
  database!: DatabaseView;

  @ApiProperty({ type: [BundledCompanyView], description: 'The first 200, in the order of their slugs.' })
  companies!: BundledCompanyView[];

  @ApiProperty({ example: 12, description: 'How many companies there are.' })
  companyCount!: number;
}
