import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type DataSource } from 'typeorm';
import { migrate } from '../../src/persistence/database/migrate.js';
import { prepareCluster } from '../../src/embedded-postgres/cluster.js';
import { openEmbedded } from '../../src/embedded-postgres/embedded-database.js';
import { findPostmaster } from '../../src/embedded-postgres/postmaster.js';
import { type Statement } from '../../src/persistence/transaction/company-transaction.js';
import {
  type PostgresCompanyTransaction,
  type TransactionSettings,
} from '../../src/persistence/transaction/postgres-company-transaction.js';
import {
  CompanyBusyError,
  DatabaseUnavailableError,
  OutcomeUnknownError,
  StatementTimeoutError,
} from '../../src/persistence/transaction/transaction-errors.js';
import { requireCommit } from '../../src/persistence/transaction/transaction-statements.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import {
  companyScope,
  openTransaction,
  sql,
  withTransaction as withTransactionOf,
} from './transaction-rig.js';

const NOTES = `
  CREATE TABLE notes (id int PRIMARY KEY, text text, twin int REFERENCES notes DEFERRABLE INITIALLY DEFERRED);
  GRANT ALL ON notes TO rollcall_service;`;
const STATE = `SELECT current_user::text AS role, current_setting('rollcall.company_id', true) AS company,
  current_setting('statement_timeout') AS timeout, pg_backend_pid() AS pid,
  current_setting('transaction_isolation') AS isolation, current_setting('transaction_read_only') AS read_only`;

const acme = companyScope('1');
const insert = (id: number, twin: number | null = null): Statement =>
  sql('INSERT INTO notes (id, twin) VALUES ($1, $2)', id, twin);

let database: TestDatabase;
let admin: pg.Client;
let dataSource: DataSource;
let transaction: PostgresCompanyTransaction;

const withTransaction = (
  changes: Partial<TransactionSettings>,
  work: (transaction: PostgresCompanyTransaction) => Promise<void>,
): Promise<void> => withTransactionOf(database.url, changes, work);

async function noteIds(): Promise<number[]> {
  const { rows } = await admin.query<{ id: number }>('SELECT id FROM notes ORDER BY id');
  return rows.map((row) => row.id);
}

async function collect(batches: AsyncIterable<readonly pg.QueryResultRow[]>): Promise<number[]> {
  const sizes: number[] = [];
  for await (const rows of batches) {
    sizes.push(rows.length);
  }
  return sizes;
}

/** Connections of the service that are inside a transaction. */
async function openTransactions(): Promise<number> {
  const { rows } = await admin.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL`,
  );
  return rows[0]?.count ?? -1;
}

/** Whether a session of a server is in `pg_sleep`. */
async function isSleeping(url: string): Promise<boolean> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query("SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'")).rowCount === 1;
  } finally {
    await client.end();
  }
}

async function eventually(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      throw new Error('It never came true');
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

beforeAll(async () => {
  database = await testDatabase();
  admin = new pg.Client(database.adminUrl);
  await admin.connect();
  await admin.query(NOTES);
  ({ dataSource, transaction } = await openTransaction(database.url));
});
beforeEach(() => admin.query('TRUNCATE notes'));
afterAll(async () => {
  await dataSource?.destroy();
  await admin?.end();
  await database?.close();
});

describe('settings', () => {
  test('a read is a snapshot of the company, as the service, under the time-out', async () => {
    const [result] = await transaction.read(acme, [sql(STATE)]);
    expect(result?.rows[0]).toMatchObject({
      role: 'rollcall_service',
      company: '1',
      timeout: '5s',
      isolation: 'repeatable read',
      read_only: 'on',
    });
  });

  test('a write is READ COMMITTED', async () => {
    const result = await transaction.write(acme, (write) => write.run(sql(STATE)));
    expect(result.rows[0]).toMatchObject({
      role: 'rollcall_service',
      company: '1',
      isolation: 'read committed',
      read_only: 'off',
    });
  });

  test('nothing of a transaction is left on its connection', async () => {
    await withTransaction({ poolSize: 1 }, async (single) => {
      const [inside] = await single.read(companyScope('7'), [sql(STATE)]);
      const outside = await single.runOutsideCompany(sql(STATE));
      expect(outside.rows[0]).toMatchObject({ role: 'rollcall_service', company: '' });
      expect(outside.rows[0]?.['pid']).toBe(inside?.rows[0]?.['pid']);
    });
  });

  test('behind a pooler no statement is prepared, and the role still holds', async () => {
    await withTransaction({ databasePooler: 'transaction', poolSize: 1 }, async (pooled) => {
      const statement = { ...sql(STATE), name: 'state' };
      const [first] = await pooled.read(acme, [statement]);
      const prepared = await pooled.runOutsideCompany(
        sql('SELECT count(*)::int AS count FROM pg_prepared_statements'),
      );
      expect(first?.rows[0]).toMatchObject({ role: 'rollcall_service', company: '1' });
      expect(prepared.rows[0]?.['count']).toBe(0);
    });
  });

  test('a statement with a name is prepared once a connection, one without never', async () => {
    await withTransaction({ poolSize: 1 }, async (single) => {
      await single.read(acme, [{ ...sql('SELECT $1::int', 1), name: 'one' }, sql('SELECT $1::text', 'two')]);
      await single.read(acme, [{ ...sql('SELECT $1::int', 2), name: 'one' }]);
      const { rows } = await single.runOutsideCompany(
        sql('SELECT name FROM pg_prepared_statements ORDER BY name'),
      );
      expect(rows.map((row) => String(row['name']))).toEqual(['one', 'set_scope']);
    });
  });
});

describe('errors in mid-pipeline', () => {
  test('the first error is the one thrown; the statements around it leave nothing', async () => {
    const work = transaction.write(acme, (write) =>
      write.runAll([insert(1), sql('SELECT 1 / $1::int', 0), insert(2)]),
    );
    await expect(work).rejects.toMatchObject({ code: '22012' });
    expect(await noteIds()).toEqual([]);
    expect(await openTransactions()).toBe(0);
  });

  test('a read that fails ends its connection and the next one works', async () => {
    await withTransaction({ poolSize: 1 }, async (single) => {
      const [before] = await single.read(acme, [sql(STATE)]);
      await expect(single.read(acme, [sql('SELECT 1 / $1::int', 0), sql('SELECT 1')])).rejects.toMatchObject({
        code: '22012',
      });
      const [after] = await single.read(acme, [sql(STATE)]);
      expect(after?.rows[0]?.['pid']).not.toBe(before?.rows[0]?.['pid']);
    });
  });

  test('work that passes over an error is not taken as done', async () => {
    const work = transaction.write(acme, async (write) => {
      await write.run(insert(1));
      await write.run(insert(1)).catch(() => undefined);
      return 'done';
    });
    await expect(work).rejects.toMatchObject({ code: '23505' });
    expect(await noteIds()).toEqual([]);
  });

  test('work that drops a failing promise is refused, and Node lives', async () => {
    const work = transaction.write(acme, (write) => {
      void write.run(sql('SELECT 1 / $1::int', 0));
      return Promise.resolve('done');
    });
    await expect(work).rejects.toMatchObject({ code: '22012' });
  });

  test("the work's own error comes out, and its connection is used again", async () => {
    await withTransaction({ poolSize: 1 }, async (single) => {
      const refusal = new RangeError('no');
      let pid: unknown;
      const work = single.write(acme, async (write) => {
        pid = (await write.run(sql(STATE))).rows[0]?.['pid'];
        await write.run(insert(1));
        throw refusal;
      });
      await expect(work).rejects.toBe(refusal);
      expect(await noteIds()).toEqual([]);
      expect((await single.runOutsideCompany(sql(STATE))).rows[0]?.['pid']).toBe(pid);
    });
  });

  test('a statement that takes too long is named so', async () => {
    await withTransaction({ statementTimeout: 100 }, async (hurried) => {
      await expect(hurried.read(acme, [sql('SELECT pg_sleep(5)')])).rejects.toBeInstanceOf(
        StatementTimeoutError,
      );
    });
  });

  test('a statement is one command: a second one behind it is refused', async () => {
    await expect(transaction.read(acme, [sql('SELECT 1; COMMIT')])).rejects.toMatchObject({ code: '42601' });
  });
});

describe('the connection of a transaction that a request has made fail', () => {
  const raise = (code: string): Statement =>
    sql(`DO $$ BEGIN RAISE EXCEPTION 'made up' USING ERRCODE = '${code}'; END $$`);
  const named = (text: string): Statement => ({ name: 'of.this.test', text, values: [] });

  test.each([
    ['a broken constraint', '23505', true],
    ['a removal that the guard holds', 'RC003', true],
    ['a credential that was revoked', 'RC002', true],
    ['a company that is elsewhere', 'RC004', true],
    ['a statement that takes too long', '57014', true],
    ['an outdated plan', '0A000', false],
    ['an error of the system', '58030', false],
  ])('%s: SQLSTATE %s, is used again: %s', async (_, code, isUsedAgain) => {
    await withTransaction({ poolSize: 1 }, async (single) => {
      const pid = async (): Promise<unknown> => (await single.read(acme, [sql(STATE)]))[0]?.rows[0]?.['pid'];
      const before = await pid();
      const ways = {
        read: () => single.read(acme, [raise(code), named('SELECT 1')]),
        write: () => single.write(acme, (write) => write.runAll([insert(1), raise(code), named('SELECT 1')])),
        commit: () =>
          single.write(acme, async (write) => {
            await write.run(insert(1));
            write.runAtCommit(raise(code));
          }),
        stream: () => single.stream(acme, [raise(code)], sql('SELECT 1'), 1),
      };
      for (const way of Object.values(ways)) await expect(way()).rejects.toBeInstanceOf(Error);
      expect((await pid()) === before).toBe(isUsedAgain);
      expect(await noteIds()).toEqual([]);
      expect(await openTransactions()).toBe(0);
      // What was sent behind the error was not prepared.
      expect((await single.read(acme, [named('SELECT 1')]))[0]?.rowCount).toBe(1);
    });
  });
});

describe('refused COMMIT', () => {
  test('a constraint that is checked at COMMIT fails the write', async () => {
    await expect(transaction.write(acme, (write) => write.run(insert(1, 99)))).rejects.toMatchObject({
      code: '23503',
    });
    expect(await noteIds()).toEqual([]);
  });

  test('COMMIT of a failed transaction resolves in the driver, and is taken as refused', async () => {
    await admin.query('BEGIN');
    await admin.query('SELECT 1 / 0').catch(() => undefined);
    const answer = await admin.query('COMMIT');
    expect(() => requireCommit(answer)).toThrow('COMMIT was answered with ROLLBACK');
  });

  test('a statement after the work has returned is refused', async () => {
    let late: (() => Promise<unknown>) | undefined;
    await transaction.write(acme, (write) => {
      late = () => write.run(insert(1));
      return Promise.resolve();
    });
    await expect(late?.()).rejects.toBeInstanceOf(TypeError);
    expect(await noteIds()).toEqual([]);
  });
});

describe('parameters', () => {
  test.each<[string, unknown]>([
    ['NUL in text', 'a\0b'],
    ['half a surrogate pair', 'a\ud800b'],
    ['undefined', undefined],
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['NUL in an array', ['a', 'b\0']],
    ['undefined in an array', ['a', undefined]],
    ['a number in an array', [1]],
    ['an object', { a: 1 }],
  ])('%s is refused before anything is sent', async (_, value) => {
    await withTransaction({ poolSize: 1 }, async (single) => {
      const before = (await single.runOutsideCompany(sql(STATE))).rows[0]?.['pid'];
      const bad = sql('SELECT $1::text', value as string);
      await expect(single.read(acme, [sql('SELECT 1'), bad])).rejects.toBeInstanceOf(TypeError);
      await expect(single.write(acme, (write) => write.runAll([insert(1), bad]))).rejects.toBeInstanceOf(
        TypeError,
      );
      expect(await noteIds()).toEqual([]);
      expect((await single.runOutsideCompany(sql(STATE))).rows[0]?.['pid']).toBe(before);
    });
  });

  test('text outside the first plane, empty and null pass', async () => {
    const values = ['😀', '', null, ['😀', null, '{"}', '']];
    const [result] = await transaction.read(acme, [
      sql('SELECT $1::text AS a, $2::text AS b, $3::text AS c, $4::text[] AS d', ...(values as string[])),
    ]);
    expect(result?.rows[0]).toEqual({ a: '😀', b: '', c: null, d: ['😀', null, '{"}', ''] });
  });
});

describe('retries', () => {
  const fail = (code: string): Statement =>
    sql(`DO $$ BEGIN RAISE EXCEPTION 'made up' USING ERRCODE = '${code}'; END $$`);

  test.each(['40001', '40P01'])('%s is tried again with a fresh transaction', async (code) => {
    let attempts = 0;
    const result = await transaction.write(acme, async (write) => {
      attempts += 1;
      await write.run(insert(attempts));
      if (attempts < 3) {
        await write.run(fail(code));
      }
      return attempts;
    });
    expect(result).toBe(3);
    expect(await noteIds()).toEqual([3]);
  });

  test('also where the work made its own error of it', async () => {
    let attempts = 0;
    await transaction.write(acme, async (write) => {
      attempts += 1;
      if (attempts === 1) {
        await write.run(fail('40001')).catch(() => {
          throw new Error('wrapped');
        });
      }
    });
    expect(attempts).toBe(2);
  });

  test('a fourth failure is shown as busy, other failures at once', async () => {
    let attempts = 0;
    const always = (code: string): Promise<unknown> =>
      transaction.write(acme, (write) => {
        attempts += 1;
        return write.run(fail(code));
      });
    await expect(always('40001')).rejects.toBeInstanceOf(CompanyBusyError);
    expect(attempts).toBe(4);
    await expect(always('23514')).rejects.toMatchObject({ code: '23514' });
    expect(attempts).toBe(5);
  });

  test('two writes that lock crosswise both succeed', async () => {
    await admin.query('INSERT INTO notes (id) VALUES (1), (2)');
    const lock = (id: number): Statement => sql('UPDATE notes SET text = text WHERE id = $1', id);
    const crosswise = (first: number, second: number): Promise<unknown> =>
      transaction.write(acme, async (write) => {
        await write.run(lock(first));
        await new Promise((resolve) => setTimeout(resolve, 100));
        await write.run(lock(second));
      });
    await Promise.all([crosswise(1, 2), crosswise(2, 1)]);
  });
});

describe('the gate', () => {
  test('a company holds at most 40 % of the pool; another one gets through', async () => {
    let running = 0;
    let most = 0;
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const hold = (scope: CompanyScope): Promise<void> =>
      transaction.write(scope, async () => {
        running += 1;
        most = Math.max(most, running);
        await released;
        running -= 1;
      });
    const crowd = Array.from({ length: 6 }, () => hold(acme));
    while (running < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await transaction.read(companyScope('2'), [sql('SELECT 1')]);
    release();
    await Promise.all(crowd);
    expect(most).toBe(2);
  });

  test('a failed request gives its place back', async () => {
    for (let i = 0; i < 6; i += 1) {
      await expect(transaction.read(acme, [sql('SELECT 1 / 0')])).rejects.toThrow('division');
    }
    await expect(transaction.read(acme, [sql('SELECT 1')])).resolves.toHaveLength(1);
  });
});

describe('streams', () => {
  const numbers = sql('SELECT n, current_user::text AS role FROM generate_series(1, $1::int) AS n', 2500);
  const stream = (cursor = numbers): ReturnType<PostgresCompanyTransaction['stream']> =>
    transaction.stream(acme, [sql(STATE)], cursor, 1000);

  test('the first statements are answered, then the cursor comes in batches as the service', async () => {
    const { first, batches } = await stream();
    expect(first[0]?.rows[0]).toMatchObject({ role: 'rollcall_service', company: '1', read_only: 'on' });
    const rows: pg.QueryResultRow[] = [];
    for await (const batch of batches) {
      expect(batch.length).toBeLessThanOrEqual(1000);
      rows.push(...batch);
    }
    expect(rows.map((row) => Number(row['n']))).toEqual(Array.from({ length: 2500 }, (_, n) => n + 1));
    expect(new Set(rows.map((row) => String(row['role'])))).toEqual(new Set(['rollcall_service']));
  });

  test('a result of whole batches, and an empty one, end without an empty batch', async () => {
    const count = (n: number): Statement => sql('SELECT n FROM generate_series(1, $1::int) AS n', n);
    expect(await collect((await stream(count(2000))).batches)).toEqual([1000, 1000]);
    expect(await collect((await stream(count(0))).batches)).toEqual([]);
  });

  test('an early stop closes it: more streams than the pool has connections', async () => {
    for (let i = 0; i < 5; i += 1) {
      const { batches } = await stream();
      for await (const batch of batches) {
        expect(batch).toHaveLength(1000);
        break;
      }
    }
    expect(await openTransactions()).toBe(0);
  });

  test('a stop before the first batch closes it', async () => {
    for (let i = 0; i < 5; i += 1) {
      const { batches } = await stream();
      await batches[Symbol.asyncIterator]().return?.();
    }
    expect(await openTransactions()).toBe(0);
  });

  test('an error in mid-stream reaches the reader and ends the connection', async () => {
    const failing = sql('SELECT 1 / (2200 - n) AS x FROM generate_series(1, $1::int) AS n', 2500);
    for (let i = 0; i < 3; i += 1) {
      await expect(stream(failing).then(({ batches }) => collect(batches))).rejects.toMatchObject({
        code: '22012',
      });
    }
    await expect(stream(sql('SELECT nonsense'))).rejects.toMatchObject({ code: '42703' });
    await eventually(async () => (await openTransactions()) === 0);
  });

  test('a reader who dawdles loses it, and the connection is free again', async () => {
    await withTransaction({ streamTimeout: 600 }, async (brief) => {
      const { batches } = await brief.stream(acme, [], numbers, 1000);
      const iterator = batches[Symbol.asyncIterator]();
      await iterator.next();
      await new Promise((resolve) => setTimeout(resolve, 800));
      await iterator.next();
      await expect(iterator.next()).rejects.toBeInstanceOf(StatementTimeoutError);
      const again = await brief.stream(acme, [], numbers, 1000);
      expect(await collect(again.batches)).toEqual([1000, 1000, 500]);
    });
  });
});

describe('a server that goes away', () => {
  test('cut connections fail as unavailable, and the next requests work', async () => {
    const cut = (): Promise<unknown> =>
      admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
    let attempts = 0;
    const work = transaction.write(acme, async (write) => {
      attempts += 1;
      await write.run(insert(1));
      await cut();
      await write.run(insert(2));
    });
    await expect(work).rejects.toBeInstanceOf(DatabaseUnavailableError);
    const lostAtCommit = transaction.write(acme, async (write) => {
      attempts += 1;
      await write.run(insert(1));
      await cut();
    });
    await expect(lostAtCommit).rejects.toBeInstanceOf(OutcomeUnknownError);
    expect(attempts).toBe(2);
    const { batches } = await transaction.stream(acme, [], sql('SELECT generate_series(1, 5000)'), 1000);
    await cut();
    await expect(collect(batches)).rejects.toBeInstanceOf(DatabaseUnavailableError);
    await expect(transaction.read(acme, [sql('SELECT 1')])).resolves.toHaveLength(1);
    expect(await noteIds()).toEqual([]);
  });

  test('PostgreSQL killed under requests: unavailable, restarted on the same port, served again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-restart-'));
    const server = await openEmbedded(folder);
    await migrate(server.url);
    const opened = await openTransaction(server.url, { statementTimeout: 60_000 });
    try {
      const select = [sql('SELECT 1')];
      await Promise.all([1, 2, 3].map((id) => opened.transaction.read(companyScope(String(id)), select)));
      const sleeping = opened.transaction.read(acme, [sql('SELECT pg_sleep(60)')]);
      const outcome = expect(sleeping).rejects.toBeInstanceOf(DatabaseUnavailableError);
      await eventually(() => isSleeping(server.url));
      process.kill(findPostmaster(prepareCluster(folder))?.pid ?? 0, 'SIGKILL');
      await outcome;
      await eventually(async () => {
        try {
          return (await opened.transaction.read(acme, select)).length === 1;
        } catch (error) {
          expect(error).toBeInstanceOf(DatabaseUnavailableError);
          return false;
        }
      });
    } finally {
      await opened.dataSource.destroy();
      await server.close();
      rmSync(folder, { recursive: true });
    }
  });
});
