import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type WriteTransaction } from '../../src/persistence/transaction/company-transaction.js';
import { type TransactionSettings } from '../../src/persistence/transaction/postgres-company-transaction.js';
import {
  CompanyBusyError,
  DatabaseExhaustedError,
  DatabaseUnavailableError,
  OutcomeUnknownError,
  ReadOnlyDatabaseError,
  ServerBusyError,
  StatementTimeoutError,
} from '../../src/persistence/transaction/transaction-errors.js';
import { ClientGoneError } from '../../src/scim/client-gone.error.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { companyScope, sql, withTransaction } from './transaction-rig.js';

/** Far longer than anything may take that is tested here, and far shorter than what is cut off. */
const SOON = 15_000;
const FOREVER = sql('SELECT pg_sleep(60)');
const PID = sql('SELECT pg_backend_pid() AS pid');
const acme = companyScope('1');

let database: TestDatabase;
let admin: pg.Client;

beforeAll(async () => {
  database = await testDatabase();
  admin = new pg.Client(database.adminUrl);
  await admin.connect();
  await admin.query('CREATE TABLE notes (id int PRIMARY KEY); GRANT ALL ON notes TO rollcall_service');
});
beforeEach(() => admin.query('TRUNCATE notes'));
afterAll(async () => {
  await admin?.end();
  await database?.close();
});

async function notes(): Promise<number> {
  const { rows } = await admin.query<{ count: number }>('SELECT count(*)::int AS count FROM notes');
  return rows[0]?.count ?? -1;
}

/** How many statements of the service run. */
async function running(): Promise<number> {
  const { rows } = await admin.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'`,
  );
  return rows[0]?.count ?? -1;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + SOON; !(await condition()); await sleep(20)) {
    if (Date.now() > deadline) throw new Error('It never came true');
  }
}

/** How long it takes until a promise is rejected, and with what. */
async function rejection(promise: Promise<unknown>): Promise<{ error: unknown; after: number }> {
  const started = performance.now();
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { error, after: performance.now() - started };
}

describe('a client that goes away', () => {
  test.each([
    ['and its connection is used again', 'none', true],
    ['and behind a pooler its connection is closed', 'transaction', false],
  ] as const)('ends its read in the database too, %s', async (_, databasePooler, isUsedAgain) => {
    await withTransaction(database.url, { poolSize: 1, databasePooler }, async (single) => {
      const pid = async (): Promise<unknown> => (await single.read(acme, [PID]))[0]?.rows[0]?.['pid'];
      const before = await pid();
      const gone = new AbortController();
      const read = rejection(single.read(companyScope('1', gone.signal), [FOREVER]));
      await until(async () => (await running()) === 1);
      gone.abort();
      expect((await read).error).toBeInstanceOf(ClientGoneError);
      await until(async () => (await running()) === 0);
      expect((await pid()) === before).toBe(isUsedAgain);
    });
  });

  test('leaves its connection to others, none of whom is hit by its cancellation', async () => {
    await withTransaction(database.url, { poolSize: 1 }, async (single) => {
      for (let round = 0; round < 300; round += 1) {
        const gone = new AbortController();
        const scope = companyScope('1', gone.signal);
        const work =
          round % 2 === 0
            ? single.read(scope, [sql('SELECT pg_sleep(0.002)')])
            : single.write(scope, async (open) => {
                await open.run(sql('INSERT INTO notes VALUES (1)'));
                await open.run(FOREVER);
              });
        const left = work.catch((error: unknown) => expect(error).toBeInstanceOf(ClientGoneError));
        await sleep(Math.random() * 6);
        gone.abort();
        const [[other]] = await Promise.all([single.read(acme, [sql('SELECT 1 AS one')]), left]);
        expect(other?.rows).toEqual([{ one: 1 }]);
      }
      expect(await notes()).toBe(0);
    });
  });

  test('ends its write, of which nothing is left', async () => {
    await withTransaction(database.url, {}, async (transaction) => {
      const gone = new AbortController();
      const write = rejection(
        transaction.write(companyScope('1', gone.signal), async (open) => {
          await open.run(sql('INSERT INTO notes VALUES (1)'));
          await open.run(FOREVER);
        }),
      );
      await until(async () => (await running()) === 1);
      gone.abort();
      expect((await write).error).toBeInstanceOf(ClientGoneError);
      await until(async () => (await running()) === 0);
      expect(await notes()).toBe(0);
    });
  });

  test('has nothing cancelled before its transaction is known to be open, since all behind a BEGIN that fails would stay', async () => {
    const proxy = await startTcpProxy(database.url);
    try {
      await withTransaction(proxy.route(database.url), { poolSize: 1 }, async (single) => {
        await single.read(acme, [PID]);
        const [before, gone] = [proxy.taken(), new AbortController()];
        proxy.holdAnswers();
        const write = rejection(
          single.write(companyScope('1', gone.signal), (open) =>
            open.run(sql('INSERT INTO notes VALUES (1)')),
          ),
        );
        await sleep(50);
        gone.abort();
        await sleep(200);
        const whileUnanswered = proxy.taken() - before;
        proxy.thaw();
        expect((await write).error).toBeInstanceOf(ClientGoneError);
        expect(whileUnanswered).toBe(0);
        expect(proxy.taken() - before).toBe(1);
        expect(await notes()).toBe(0);
      });
    } finally {
      await proxy.close();
    }
  });

  test('is not served behind those that still wait', async () => {
    await withTransaction(database.url, { poolSize: 1 }, async (single) => {
      const gone = new AbortController();
      const holding = rejection(single.read(companyScope('1', gone.signal), [FOREVER]));
      await until(async () => (await running()) === 1);
      setMaxListeners(0, gone.signal);
      const abandoned = Array.from({ length: 20 }, () =>
        rejection(single.read(companyScope('1', gone.signal), [FOREVER])),
      );
      const waiting = single.read(acme, [sql('SELECT 1')]);
      gone.abort();
      for (const { error } of [await holding, ...(await Promise.all(abandoned))]) {
        expect(error).toBeInstanceOf(ClientGoneError);
      }
      await waiting;
    });
  });

  test('does not stop a COMMIT that was sent', async () => {
    await admin.query(`
      CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON notes DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION dawdle()`);
    await withTransaction(database.url, {}, async (transaction) => {
      const gone = new AbortController();
      const write = transaction.write(companyScope('1', gone.signal), async (open) => {
        await open.run(sql('INSERT INTO notes VALUES (1)'));
      });
      await until(async () => (await running()) === 1);
      await sleep(100);
      gone.abort();
      await write;
      expect(await notes()).toBe(1);
    }).finally(() => admin.query('DROP TRIGGER dawdle ON notes; DROP FUNCTION dawdle'));
  });
});

describe('a write that takes too long as a whole', () => {
  const nap = sql('SELECT pg_sleep(0.4)');

  test('is ended between statements that are quick enough, and leaves nothing', async () => {
    await withTransaction(database.url, { writeTimeout: 1000 }, async (transaction) => {
      let naps = 0;
      const write = transaction.write(acme, async (open) => {
        await open.run(sql('INSERT INTO notes VALUES (1)'));
        for (; naps < 20; naps += 1) {
          await open.run(nap).catch((cause: unknown) => {
            throw new Error('made of it by the work', { cause });
          });
        }
      });
      const { error } = await rejection(write);
      expect(error).toBeInstanceOf(StatementTimeoutError);
      expect(naps).toBeLessThan(10);
      await until(async () => (await running()) === 0);
      expect(await notes()).toBe(0);
    });
  });

  test('never sends COMMIT once its time is over, however its work ends', async () => {
    await withTransaction(database.url, { writeTimeout: 200 }, async (transaction) => {
      const write = transaction.write(acme, async (open) => {
        await open.run(sql('INSERT INTO notes VALUES (1)'));
        await sleep(500);
      });
      expect((await rejection(write)).error).toBeInstanceOf(StatementTimeoutError);
      expect(await notes()).toBe(0);
    });
  });

  test('is not tried again when its time is over', async () => {
    await withTransaction(database.url, { writeTimeout: 700 }, async (transaction) => {
      let attempts = 0;
      const write = transaction.write(acme, async (open) => {
        attempts += 1;
        await open.run(nap);
        await open.run(sql(`DO $$ BEGIN RAISE EXCEPTION 'made up' USING ERRCODE = '40001'; END $$`));
      });
      expect((await rejection(write)).error).toBeInstanceOf(StatementTimeoutError);
      expect(attempts).toBe(2);
    });
  });

  test('gives its locks back even if this process does not get to run', async () => {
    await withTransaction(database.url, { writeTimeout: 300 }, async (transaction) => {
      const write = transaction.write(acme, async (open) => {
        await open.run(sql('LOCK TABLE notes'));
        const blockedUntil = Date.now() + 1000;
        while (Date.now() < blockedUntil);
        await open.run(sql('SELECT 1'));
      });
      const { error } = await rejection(write);
      expect([StatementTimeoutError, DatabaseUnavailableError]).toContain((error as Error).constructor);
      await admin.query("SET lock_timeout = '10s'; LOCK TABLE notes; RESET lock_timeout");
    });
  });
});

test('a company begins with one connection where the database shares the processors, and not elsewhere', async () => {
  const waiting = async (databaseUrl: string | undefined): Promise<number> => {
    let most = 0;
    await withTransaction(database.url, { databaseUrl }, async (transaction) => {
      const reads = [1, 2].map(() => transaction.read(acme, [sql('SELECT 1')]));
      most = transaction.usage().gates.requests.waiting;
      await Promise.all(reads);
    });
    return most;
  };
  expect(await waiting(undefined)).toBe(1);
  expect(await waiting('postgres://elsewhere.example/rollcall')).toBe(0);
});

test('a connection that nobody has used for minutes is used again', async () => {
  await withTransaction(database.url, {}, async (transaction) => {
    const pid = async (): Promise<unknown> => (await transaction.read(acme, [PID]))[0]?.rows[0];
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const before = await pid();
      vi.advanceTimersByTime(5 * 60_000);
      expect(await pid()).toEqual(before);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a database that does not react', () => {
  let proxy: TcpProxy;
  beforeEach(async () => {
    proxy = await startTcpProxy(database.url);
  });
  afterEach(() => proxy.close());

  const throughProxy = (
    changes: Partial<TransactionSettings>,
    work: Parameters<typeof withTransaction>[2],
  ): Promise<void> => withTransaction(proxy.route(database.url), changes, work);

  test('fails reads, writes and look-ups as unavailable, and they work again when it reacts', async () => {
    await throughProxy({ statementTimeout: 1500, writeTimeout: 1500 }, async (transaction) => {
      await transaction.read(acme, [sql('SELECT 1')]);
      proxy.freeze();
      const outcomes = await Promise.all([
        rejection(transaction.read(acme, [sql('SELECT 1')])),
        rejection(transaction.write(acme, (open) => open.run(sql('INSERT INTO notes VALUES (1)')))),
        rejection(transaction.runOutsideCompany(sql('SELECT 1'))),
      ]);
      for (const { error, after } of outcomes) {
        expect(error).toBeInstanceOf(DatabaseUnavailableError);
        expect(after).toBeLessThan(SOON);
      }
      proxy.thaw();
      await transaction.write(acme, (open) => open.run(sql('INSERT INTO notes VALUES (2)')));
      expect(await notes()).toBe(1);
    });
  }, 60_000);

  test('says that the outcome is unknown where it does not confirm a COMMIT, and the write is not repeated', async () => {
    await throughProxy({ writeTimeout: 1000 }, async (transaction) => {
      let attempts = 0;
      const work = async (open: WriteTransaction): Promise<void> => {
        attempts += 1;
        await open.run(sql('INSERT INTO notes VALUES (1)'));
        proxy.freeze();
      };
      const { error, after } = await rejection(transaction.write(acme, work));
      expect(error).toBeInstanceOf(OutcomeUnknownError);
      expect((error as Error).message).toContain('outcome is unknown');
      expect(after).toBeLessThan(SOON);
      expect(attempts).toBe(1);
      proxy.thaw();
    });
  });
});

describe('a database that refuses', () => {
  test.each([
    ['53100', DatabaseExhaustedError],
    ['53200', DatabaseExhaustedError],
    ['58030', DatabaseExhaustedError],
    ['53300', DatabaseUnavailableError],
    ['57P03', DatabaseUnavailableError],
    ['25P04', StatementTimeoutError],
    ['25006', ReadOnlyDatabaseError],
  ])('SQLSTATE %s is an error that says so', async (code, expected) => {
    await withTransaction(database.url, {}, async (transaction) => {
      const fail = sql(`DO $$ BEGIN RAISE EXCEPTION 'made up' USING ERRCODE = '${code}'; END $$`);
      const { error } = await rejection(transaction.write(acme, (open) => open.run(fail)));
      expect(error).toBeInstanceOf(expected);
      await transaction.read(acme, [sql('SELECT 1')]);
    });
  });

  test('a write that finds its server read-only ends all connections of that time', async () => {
    await withTransaction(database.url, { poolSize: 10 }, async (transaction) => {
      const pids = async (): Promise<unknown[]> => {
        const together = [1, 2, 3].map((id) =>
          transaction.read(companyScope(String(id)), [PID, sql('SELECT pg_sleep(0.2)')]),
        );
        return (await Promise.all(together)).map(([result]) => result?.rows[0]?.['pid']);
      };
      const before = await pids();
      const write = transaction.write(acme, async (open) => {
        await open.run(sql('SET TRANSACTION READ ONLY'));
        await open.run(sql('INSERT INTO notes VALUES (1)'));
      });
      expect((await rejection(write)).error).toBeInstanceOf(ReadOnlyDatabaseError);
      const after = await pids();
      expect(after.filter((pid) => before.includes(pid))).toEqual([]);
    });
  });
});

describe('many busy companies', () => {
  test('leave room for the small requests of another one, and for look-ups', async () => {
    const settings = { poolSize: 10, statementTimeout: 60_000, queueTimeout: 60_000 };
    await withTransaction(database.url, settings, async (transaction) => {
      let over = false;
      let served = 0;
      const occupy = async (id: number): Promise<void> => {
        while (!over) {
          await transaction.read(companyScope(String(id)), [sql('SELECT pg_sleep(0.3)')]);
          served += 1;
        }
      };
      const crowd = Array.from({ length: 60 }, (_, index) => occupy(100 + (index % 15)));
      await until(() => Promise.resolve(served >= 45));
      // In the crowd's own queues, a request waits for some fifty others.
      const servedBefore = served;
      const requests = 10;
      for (let i = 0; i < requests; i += 1) {
        await transaction.runOutsideCompany(sql('SELECT 1'));
        await transaction.read(companyScope('7'), [sql('SELECT 1')]);
      }
      expect(served - servedBefore).toBeLessThan(requests * 20);
      over = true;
      await Promise.all(crowd);
    });
  }, 60_000);

  test('a look-up of one token does not wait for all those of another', async () => {
    await withTransaction(database.url, { poolSize: 10 }, async (transaction) => {
      const done: string[] = [];
      const look = async (asker: string): Promise<void> => {
        await transaction.runOutsideCompany(sql('SELECT pg_sleep(0.1)'), asker);
        done.push(asker);
      };
      const flood = Array.from({ length: 30 }, () => look('flood'));
      await until(() => Promise.resolve(done.length > 0));
      await look('other');
      // Those that had a connection may come first, and whoever got one in the same moment.
      expect(done.indexOf('other')).toBeLessThan(10);
      await Promise.all(flood);
    });
  });

  test('are refused after a while, each by name of whose requests are too many', async () => {
    await withTransaction(database.url, { poolSize: 3, queueTimeout: 300 }, async (transaction) => {
      const gone = new AbortController();
      const hold = (id: string): Promise<unknown> =>
        rejection(transaction.read(companyScope(id, gone.signal), [FOREVER]));
      const holding = ['1', '2', '3'].map(hold);
      expect((await rejection(transaction.read(acme, [PID]))).error).toBeInstanceOf(CompanyBusyError);
      expect((await rejection(transaction.read(companyScope('4'), [PID]))).error).toBeInstanceOf(
        ServerBusyError,
      );
      gone.abort();
      await Promise.all(holding);
      await transaction.read(companyScope('4'), [PID]);
    });
  });
});
