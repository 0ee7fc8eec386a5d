import { join } from 'node:path';
import pg from 'pg';
import { MIGRATIONS } from '../../src/persistence/migrations/migrations.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { endProcesses, startProcess } from '../support/process.js';
import { COMPILE_LIMIT, compileProgram } from '../support/program.js';

const TYPEORM = join(import.meta.dirname, '..', '..', 'node_modules', 'typeorm', 'cli.js');
const LIMIT = 120_000;

let program: string;
let database: TestDatabase;

beforeAll(async () => {
  program = await compileProgram();
  database = await testDatabase();
}, COMPILE_LIMIT);
afterAll(async () => {
  await endProcesses();
  await database.close();
});

/** Runs a command of TypeORM's own command line on the compiled `ormconfig.js`. */
async function typeorm(
  command: string,
  env: Readonly<Record<string, string>>,
): Promise<{ code: unknown; out: string; error: string }> {
  // It asks for the element types of several arrays at once over one connection, of which pg warns.
  const call = [process.execPath, '--no-deprecation', TYPEORM, command] as const;
  const running = startProcess([...call, '-d', join(program, 'ormconfig.js')], {
    env: { NO_COLOR: '1', ...env },
  });
  return { code: await running.ended(), out: running.out(), error: running.error() };
}

it(
  'schema:log finds that entities and schema agree, and where they do not',
  async () => {
    const agreed = await typeorm('schema:log', { DATABASE_URL: database.url });
    expect(agreed).toMatchObject({ code: 0, error: '' });
    expect(agreed.out).toMatch(/^Your schema is up to date/);

    const admin = new pg.Client(database.adminUrl);
    await admin.connect();
    await admin.query('ALTER TABLE groups ADD COLUMN stray text');
    const differing = await typeorm('schema:log', { DATABASE_URL: database.url });
    await admin.query('ALTER TABLE groups DROP COLUMN stray');
    await admin.end();
    expect(differing.out).toContain('ALTER TABLE "groups" DROP COLUMN "stray"');
  },
  LIMIT,
);

it(
  'migration:show has every migration as executed, by way of DATABASE_DIRECT_URL where that is set',
  async () => {
    const shown = await typeorm('migration:show', {
      DATABASE_URL: 'postgres://nobody@127.0.0.1:9/pooler',
      DATABASE_DIRECT_URL: database.url,
    });
    expect(shown).toMatchObject({ code: 0, error: '' });
    const executed = [...shown.out.matchAll(/\[(.)\] (?:\d+ )?(\w+)/g)].map(([, mark, name]) => [mark, name]);
    expect(executed).toEqual(MIGRATIONS.map(({ name }) => ['X', name]));
  },
  LIMIT,
);

it(
  'says what to set where no database is named',
  async () => {
    expect(await typeorm('schema:log', {})).toEqual({
      code: 1,
      out: '',
      error: 'Set DATABASE_URL to the database whose schema is to be looked at.\n',
    });
  },
  LIMIT,
);
