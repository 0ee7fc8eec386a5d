import { fileURLToPath } from 'node:url';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { Administration } from '../../src/administration/administration.js';
import { localOrigin } from '../../src/administration/local-origin.js';
import { CompanyMove } from '../../src/administration/move/company-move.js';
import { SILENT_PROGRESS } from '../../src/demo/progress.js';
import { query } from '../crash/query.js';
import { startExternalPostgres, type ExternalPostgres } from '../support/external-postgres.js';
import { baseOf, findFreePort, killWithChildren, startProcess, type Running } from '../support/process.js';

const PROGRAM = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const COMMAND = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
const DATABASE = 'rollcall';
const SECRET_KEY = randomBytes(24).toString('hex');
const SECRETS_KEY = randomBytes(24).toString('hex');

/** A PostgreSQL server of its own, with a Rollcall on it. */
export interface Cell {
  readonly number: number;
  readonly base: string;
  readonly origin: string;
  readonly ownerUrl: string;
  readonly adminUrl: string;
  readonly postgres: ExternalPostgres;
  readonly environment: Readonly<Record<string, string>>;
}

export async function startCell(programs: string, number: number): Promise<Cell> {
  const postgres = await startExternalPostgres(programs, true);
  await postgres.administer("ALTER SYSTEM SET wal_level = 'logical'");
  killWithChildren(postgres.pid());
  await postgres.startAgain();
  await postgres.administer('CREATE ROLE rollcall LOGIN CREATEROLE');
  await postgres.administer(`CREATE DATABASE ${DATABASE} OWNER rollcall`);
  const ownerUrl = postgres.urlOf('rollcall', DATABASE);
  const environment = {
    ...{ DATABASE_URL: ownerUrl, CELL: String(number), SECRET_KEY, SECRETS_KEY, LOG_LEVEL: 'warn' },
    ...{ RATE_LIMIT: '1000000', PLATFORM_RATE_LIMIT: '1000000', BOOTSTRAP_COMPANY: `local-${number}` },
  };
  const port = String(await findFreePort());
  const server = startProcess([process.execPath, PROGRAM], { env: { ...environment, PORT: port } });
  const base = await baseOf(server);
  const adminUrl = postgres.urlOf('postgres', DATABASE);
  return { number, base, origin: new URL(base).origin, ownerUrl, adminUrl, postgres, environment };
}

/** Runs a command of the program in a cell. */
const startCommand = ({ environment }: Cell, ...args: readonly string[]): Running =>
  startProcess([process.execPath, COMMAND, ...args], { env: environment });

/** Goes on with a move, or takes it back, without starting a process. */
export async function finishMove(from: Cell, to: Cell, slug: string, how: 'resume' | 'abort'): Promise<void> {
  const move = await CompanyMove.open(from.ownerUrl, to.adminUrl, slug, {
    ...{ fromUrl: from.adminUrl, secretsKeys: [SECRETS_KEY], keepDays: 7 },
    ...{ origin: localOrigin('command line'), progress: SILENT_PROGRESS },
  });
  await move[how]().finally(() => move.close());
}

/** Makes a company. @returns a token for it */
export async function makeCompany(cell: Cell, slug: string): Promise<string> {
  const administration = await Administration.open(cell.ownerUrl);
  try {
    await administration.companies.createCompany(slug, slug);
    const scopes = ['scim:read', 'scim:write'] as const;
    const token = { name: 'test', dialect: 'lenient', scopes, expires: null } as const;
    return (await administration.tokens.issueToken(slug, token)).secret;
  } finally {
    await administration.close();
  }
}

export const startMove = (from: Cell, to: Cell, slug: string, ...rest: readonly string[]): Running =>
  startCommand(
    from,
    'company',
    'move',
    slug,
    '--to',
    to.adminUrl,
    '--from-url',
    from.adminUrl,
    '--json',
    ...rest,
  );

/** What moves have left in PostgreSQL, on any of the sides. */
export async function tracesIn(cells: readonly Cell[]): Promise<readonly string[]> {
  const found = cells.map(({ adminUrl }) =>
    query<{ trace: string }>(
      adminUrl,
      `SELECT 'publication ' || pubname AS trace FROM pg_publication
       UNION ALL SELECT 'slot ' || slot_name FROM pg_replication_slots
       UNION ALL SELECT 'subscription ' || subname FROM pg_subscription
       UNION ALL SELECT 'origin ' || roname FROM pg_replication_origin
       UNION ALL SELECT 'arriving ' || slug FROM companies WHERE elsewhere = 'arriving'`,
    ),
  );
  return (await Promise.all(found)).flat().map(({ trace }) => trace);
}

/** The folder of the newest PostgreSQL that Debian has installed. */
export function newestPrograms(): string {
  const root = '/usr/lib/postgresql';
  const [newest] = readdirSync(root).sort((one, other) => Number(other) - Number(one));
  return `${root}/${newest}/bin`;
}
