import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ADVISORY_LOCK } from '../../src/persistence/database/advisory-locks.js';
import { migrate } from '../../src/persistence/database/migrate.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

it('a migration that fails is told by the error alone: the output of commands is for others to read', async () => {
  const database = await testDatabase();
  const owner = new pg.Client(database.url);
  await owner.connect();
  // The first migration finds its tables there already.
  await owner.query('DELETE FROM migrations');
  await owner.end();
  const written: string[] = [];
  const outputs = [process.stdout, process.stderr].map((output) =>
    vi.spyOn(output, 'write').mockImplementation((text) => written.push(String(text)) > 0),
  );
  const logs = (['log', 'info', 'warn', 'error'] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation((...words) => void written.push(words.join(' '))),
  );
  try {
    await expect(migrate(database.url)).rejects.toThrow(/already exists/);
  } finally {
    for (const spy of [...outputs, ...logs]) spy.mockRestore();
    await database.close();
  }
  expect(written).toEqual([]);
});

describe('another process that sets up the tables', () => {
  let database: TestDatabase;
  let other: pg.Client;
  beforeEach(async () => {
    database = await testDatabase();
    other = new pg.Client(database.url);
    await other.connect();
  });
  afterEach(async () => {
    await other.end();
    await database.close();
  });

  it('is waited for, and spoken of after a second', async () => {
    await other.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK.migration]);
    const said: string[] = [];
    const migrated = migrate(database.url, (line) => {
      said.push(line);
      void other.query('SELECT pg_advisory_unlock($1)', [ADVISORY_LOCK.migration]);
    });
    await migrated;
    expect(said).toEqual(['Waiting for another process that sets up the tables …']);
  });

  it('is not spoken of where there is none, however slowly the database answers', async () => {
    const said: string[] = [];
    // eslint-disable-next-line @typescript-eslint/unbound-method
    const query = pg.Client.prototype.query as (...args: unknown[]) => unknown;
    const slow = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (
      this: pg.Client,
      ...args: unknown[]
    ) {
      const ask = (): unknown => query.apply(this, args);
      return String(args[0]).includes('advisory_lock') ? sleep(1500).then(ask) : ask();
    });
    try {
      await migrate(database.url, (line) => void said.push(line));
    } finally {
      slow.mockRestore();
    }
    expect(said).toEqual([]);
  });
});
