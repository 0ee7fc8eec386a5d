import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { StartupError } from '../../src/config/startup-error.js';
import { prepareCluster } from '../../src/embedded-postgres/cluster.js';
import { linkLibraries } from '../../src/embedded-postgres/binaries.js';
import { openEmbedded } from '../../src/embedded-postgres/embedded-database.js';
import { isAlive } from '../../src/embedded-postgres/process-state.js';
import { type Opener, startOpener } from '../support/database-opener.js';
import { COMPILE_LIMIT, compileProgram } from '../support/program.js';

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

let program: string;
/** Has a cluster that nobody has used, for tests that are not about making one. */
let made: string;
let root: string;
let dataDir: string;
let openers: Opener[] = [];

beforeAll(async () => {
  program = await compileProgram();
  made = mkdtempSync(join(tmpdir(), 'rollcall-embedded-made-'));
  prepareCluster(made, false);
}, COMPILE_LIMIT);
afterAll(() => rmSync(made, { recursive: true, force: true }));
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rollcall-embedded-'));
  dataDir = join(root, 'data');
  openers = [];
});
afterEach(async () => {
  await Promise.all(openers.map((opener) => opener.kill()));
  const left = postmasterPid();
  if (left !== undefined && isAlive(left)) {
    process.kill(left, 'SIGQUIT');
  }
  rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

async function open(how: Parameters<typeof startOpener>[2] = {}): Promise<Opener> {
  const opener = await startOpener(program, dataDir, how);
  openers.push(opener);
  return opener;
}

/** Puts a cluster into the data folder. */
function copyCluster(): void {
  mkdirSync(dataDir);
  // Unlike Node's own copies, these keep their owner.
  const { status } = spawnSync('cp', ['-a', join(made, 'pg18'), dataDir]);
  if (status !== 0) throw new Error(`${made} could not be copied`);
}

async function query(url: string | undefined, text: string): Promise<pg.QueryResultRow[]> {
  const client = new pg.Client({ connectionString: url ?? 'postgres://127.0.0.1:1/none' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<pg.QueryResultRow>(text)).rows;
  } finally {
    await client.end();
  }
}

async function queryOnceBack(url: string | undefined, text: string): Promise<pg.QueryResultRow[]> {
  const deadline = Date.now() + 25_000;
  for (;;) {
    try {
      return await query(url, text);
    } catch (error) {
      if (Date.now() > deadline) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function postmasterPid(): number | undefined {
  try {
    return Number(readFileSync(join(dataDir, 'pg18', 'postmaster.pid'), 'utf8').split('\n')[0]);
  } catch {
    return undefined;
  }
}

const KEEP = 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (42)';
const READ = 'SELECT n FROM kept';
const KEPT = [{ n: 42 }];

describe('a fresh folder', () => {
  test('that only its owner can enter, without LANG, with PG settings of somebody else about', async () => {
    chmodSync(root, 0o700);
    const { PATH } = process.env;
    const opener = await open({
      env: { PATH, PGDATA: '/nowhere', PGPORT: '1', PGUSER: 'x', LC_ALL: 'xx_XX' },
    });
    expect(opener.refused).toBeUndefined();
    const [found] = await query(
      opener.url,
      `SELECT current_user::text AS login, rolsuper, rolcreaterole, current_database() AS database,
              current_setting('server_encoding') AS encoding, lower('Ä') AS lower,
              current_setting('listen_addresses') AS addresses
         FROM pg_roles WHERE rolname = current_user`,
    );
    expect(found).toEqual({
      login: 'rollcall',
      rolsuper: false,
      rolcreaterole: true,
      database: 'rollcall',
      encoding: 'UTF8',
      lower: 'ä',
      addresses: '127.0.0.1',
    });
    await opener.close();
    expect(readdirSync(dataDir).sort()).toEqual(['pg18', 'postgres.log']);
    expect(postmasterPid()).toBeUndefined();
  });

  test('asks for a password that is kept in a file nobody else can read', async () => {
    const opener = await open();
    const wrong = new URL(opener.url ?? '');
    wrong.password = 'guess';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    wrong.username = 'postgres';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    expect(statSync(join(dataDir, 'pg18', 'rollcall.secret')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(dataDir, 'postgres.log'), 'utf8')).not.toContain(
      new URL(opener.url ?? '').password,
    );
  });

  test('opened by two processes at once becomes one server; the last one out stops it', async () => {
    const [server, commandLine] = await Promise.all([open(), open()]);
    expect(server.refused ?? commandLine.refused).toBeUndefined();
    expect(server.url).toBe(commandLine.url);
    await commandLine.close();
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.close();
    expect(postmasterPid()).toBeUndefined();
    expect(readdirSync(dataDir).filter((name) => name.startsWith('init-'))).toEqual([]);
  });

  test('a draft that a killed process left is removed', async () => {
    mkdirSync(join(dataDir, 'init-99999999-0a1b2c3d'), { recursive: true });
    await (await open()).close();
    expect(readdirSync(dataDir).sort()).toEqual(['pg18', 'postgres.log']);
  });
});

describe('processes that are killed', () => {
  beforeEach(copyCluster);

  test('the opener: the next one joins the server that runs on', async () => {
    const first = await open();
    await query(first.url, KEEP);
    await first.kill();
    const second = await open();
    expect(second.url).toBe(first.url);
    expect(await query(second.url, READ)).toEqual(KEPT);
    await second.close();
    expect(postmasterPid()).toBeUndefined();
  });

  test('PostgreSQL: two openers start one again, at the same address, with the data', async () => {
    const [first, second] = await Promise.all([open(), open()]);
    await query(first.url, KEEP);
    const pid = postmasterPid() ?? 0;
    process.kill(pid, 'SIGKILL');
    expect(await queryOnceBack(first.url, READ)).toEqual(KEPT);
    process.kill(postmasterPid() ?? 0, 'SIGKILL');
    expect(await queryOnceBack(second.url, READ)).toEqual(KEPT);
    expect(postmasterPid()).not.toBe(pid);
    await first.close();
    expect(await queryOnceBack(second.url, READ)).toEqual(KEPT);
    await second.close();
    expect(postmasterPid()).toBeUndefined();
  }, 60_000);

  test('both: the next start recovers', async () => {
    const first = await open();
    await query(first.url, KEEP);
    process.kill(postmasterPid() ?? 0, 'SIGKILL');
    await first.kill();
    const second = await open();
    expect(await query(second.url, READ)).toEqual(KEPT);
  });

  test("a lock file with the number of somebody else's process is no obstacle", async () => {
    const first = await open();
    await query(first.url, KEEP);
    await first.close();
    const lines = [process.pid, join(dataDir, 'pg18'), 1, 5432, '', '127.0.0.1', '', 'ready'];
    writeFileSync(join(dataDir, 'pg18', 'postmaster.pid'), `${lines.join('\n')}\n`);
    const second = await open();
    expect(await query(second.url, READ)).toEqual(KEPT);
  });
});

describe('one clear line', () => {
  async function refusal(): Promise<string> {
    const error: unknown = await openEmbedded(dataDir).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StartupError);
    const { message } = error as StartupError;
    expect(message).not.toContain('\n');
    return message;
  }

  test('data of another major version, by the name of its folder', async () => {
    mkdirSync(join(dataDir, 'pg17'), { recursive: true });
    expect(await refusal()).toContain('holds data of PostgreSQL 17, this program brings PostgreSQL 18');
  });

  test('data of another major version, by its own word', async () => {
    mkdirSync(join(dataDir, 'pg18'), { recursive: true });
    writeFileSync(join(dataDir, 'pg18', 'PG_VERSION'), '16\n');
    expect(await refusal()).toContain('holds data of PostgreSQL 16');
  });

  test('a folder that is no data of PostgreSQL', async () => {
    mkdirSync(join(dataDir, 'pg18'), { recursive: true });
    expect(await refusal()).toContain('is no PostgreSQL data folder');
  });

  test('a DATA_DIR that can not be made', async () => {
    writeFileSync(join(root, 'file'), '');
    dataDir = join(root, 'file', 'data');
    expect(await refusal()).toContain(`DATA_DIR ${dataDir} can't be written (ENOTDIR)`);
  });

  test('a DATA_DIR of somebody else', async () => {
    chmodSync(root, 0o755);
    mkdirSync(dataDir);
    chmodSync(dataDir, 0o555);
    const opener = await open(isRoot ? { uid: NOBODY } : {});
    expect(opener.refused).toBe(
      `StartupError: DATA_DIR ${dataDir} can't be written (EACCES). Set DATA_DIR to a writable folder.`,
    );
  });

  test('a secret that is gone', async () => {
    copyCluster();
    rmSync(join(dataDir, 'pg18', 'rollcall.secret'));
    expect(await refusal()).toContain("rollcall.secret can't be read (ENOENT)");
  });

  test('a secret that does not fit', async () => {
    copyCluster();
    writeFileSync(join(dataDir, 'pg18', 'rollcall.secret'), 'other\n');
    expect(await refusal()).toContain('refuses the password kept there');
  });

  test('a server that does not start, with what PostgreSQL said', async () => {
    copyCluster();
    writeFileSync(join(dataDir, 'pg18', 'postgresql.auto.conf'), "wal_level = 'nonsense'\n");
    expect(await refusal()).toMatch(/did not start \(see .*postgres\.log\).*(nonsense|wal_level|errors)/);
  });
});

describe('library links', () => {
  const links = [
    { source: 'native/lib/liba.so.1.2', target: 'native/lib/liba.so' },
    { source: 'native/lib/liba.so.1.2', target: 'native/lib/liba.so.1' },
  ];

  test('are made where the install script did not run, and left where it did', () => {
    const native = join(root, 'native');
    mkdirSync(join(native, 'lib'), { recursive: true });
    writeFileSync(join(native, 'lib', 'liba.so.1.2'), 'library');
    writeFileSync(join(native, 'pg-symlinks.json'), JSON.stringify(links));
    symlinkSync('liba.so.1.2', join(native, 'lib', 'liba.so'));
    linkLibraries(native);
    linkLibraries(native);
    expect(readlinkSync(join(native, 'lib', 'liba.so.1'))).toBe('liba.so.1.2');
    expect(readFileSync(join(native, 'lib', 'liba.so.1'), 'utf8')).toBe('library');
  });

  test('that can not be made are one clear line', () => {
    const native = join(root, 'native');
    mkdirSync(native);
    writeFileSync(join(native, 'pg-symlinks.json'), JSON.stringify(links));
    expect(() => linkLibraries(native)).toThrow(
      /lacks the library link .*liba\.so, which can't be made \(ENOENT\)/,
    );
  });
});

describe('root without user namespaces', () => {
  let env: NodeJS.ProcessEnv;

  beforeEach(() => {
    const bin = join(root, 'bin');
    mkdirSync(bin);
    symlinkSync('/usr/bin/test', join(bin, 'test'));
    env = { PATH: bin };
  });

  test('runs it as nobody, who owns the data then, and keeps to that', async () => {
    chmodSync(root, 0o755);
    mkdirSync(dataDir, { mode: 0o700 });
    const first = await open({ env });
    expect(first.refused).toBeUndefined();
    await query(first.url, KEEP);
    const owner = isRoot ? NOBODY : process.getuid?.();
    expect(statSync(join(dataDir, 'pg18')).uid).toBe(owner);
    expect(statSync(join(dataDir, 'pg18', 'rollcall.secret')).uid).toBe(owner);
    await first.close();
    const second = await open();
    expect(await query(second.url, READ)).toEqual(KEPT);
    await second.close();
  });

  test('refuses a folder that nobody can not reach, before anything is written', async () => {
    chmodSync(root, 0o700);
    const opener = await open({ env });
    if (isRoot) {
      expect(opener.refused).toContain("PostgreSQL does not run as root, and user nobody can't reach");
      expect(existsSync(join(dataDir, 'pg18'))).toBe(false);
    } else {
      expect(opener.url).toBeDefined();
    }
  });
});
