import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { prepareCluster } from '../../src/embedded-postgres/cluster.js';
import { findPostmaster, stopPostmaster } from '../../src/embedded-postgres/postmaster.js';
import { COMPILE_LIMIT, compileProgram, startProgram, type Program } from '../support/program.js';

const LIMIT = 120_000;

it(
  'npm run rollcall -- --help takes less than a second of the processor',
  async () => {
    await compileProgram();
    const project = join(import.meta.dirname, '..', '..');
    // In microseconds, behind what it prints.
    const clock = `process.on('exit', () => { const { user, system } = process.cpuUsage(); console.error(user + system); })`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [
        '--import',
        `data:text/javascript,${clock}`,
        'scripts/run.mjs',
        'tsconfig.build.json',
        'dist/cli.js',
        '--help',
      ],
      { cwd: project, encoding: 'utf8' },
    );
    expect(stdout).toMatch(/^Usage: rollcall/);
    expect(Number(stderr)).toBeLessThan(1_000_000);
    expect(Number(stderr)).toBeGreaterThan(0);
  },
  COMPILE_LIMIT,
);

/** The program as people run it: processes of their own that share an embedded database. */
describe('server and command line as processes', () => {
  let program: string;
  let dataDir: string | undefined;
  let started: Program[];
  const folders: string[] = [];

  const useEmptyFolder = (): string => {
    dataDir = mkdtempSync(join(tmpdir(), 'rollcall-cli-'));
    folders.push(dataDir);
    return dataDir;
  };
  /** Of the test before, unless the test asked for an empty one: to make a database takes a while. */
  const folder = (): string => dataDir ?? useEmptyFolder();

  const start = (
    command: readonly [string, ...string[]],
    settings: Readonly<Record<string, string>> = {},
  ): Program => {
    const process = startProgram(program, command, {
      DATA_DIR: folder(),
      PORT: '0',
      LOG_LEVEL: 'silent',
      ...settings,
    });
    started.push(process);
    return process;
  };
  const startServer = (): Program => start(['main.js']);
  const rollcall = (...args: string[]): Program => start(['cli.js', ...args]);

  const baseOf = async (server: Program): Promise<string> => {
    const [, base] = await server.printed(/SCIM base URL +(http:\S+)/);
    return base!.replace('localhost', '127.0.0.1');
  };

  /** The JSON of a command that must succeed. */
  const json = async <T>(command: Program): Promise<T> => {
    expect({ code: await command.ended(), error: command.error() }).toEqual({ code: 0, error: '' });
    return JSON.parse(command.out()) as T;
  };

  const stop = async (process: Program): Promise<number> => {
    process.process.kill('SIGTERM');
    return process.ended();
  };

  const kill = async (...processes: Program[]): Promise<void> => {
    for (const { process } of processes) process.kill('SIGKILL');
    await Promise.all(processes.map((process) => process.ended()));
  };

  const postmaster = (): number | undefined => findPostmaster(prepareCluster(folder()))?.pid;

  const waitFor = async <T>(look: () => T | undefined): Promise<T> => {
    for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(5)) {
      const found = look();
      if (found !== undefined) return found;
    }
    throw new Error('Waited in vain');
  };

  const slugs = async (): Promise<string[]> =>
    (await json<{ slug: string }[]>(rollcall('company', 'list', '--json'))).map(({ slug }) => slug);

  /** A command in the middle of its work: it waits for a lock until it is released. */
  const holdCommand = async (): Promise<{ command: Program; release: () => Promise<void> }> => {
    const cluster = prepareCluster(folder());
    const port = findPostmaster(cluster)?.port;
    const holder = new pg.Client(`postgres://rollcall:${cluster.secret}@127.0.0.1:${port}/rollcall`);
    holder.on('error', () => undefined);
    await holder.connect();
    await holder.query('BEGIN; LOCK TABLE companies IN ACCESS EXCLUSIVE MODE');
    // The server waits for the lock too, once it looks for companies whose grace is over.
    const command = start(['cli.js', 'company', 'list'], { PGAPPNAME: 'held' });
    const waits = `SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid)
      WHERE NOT granted AND locktype = 'relation' AND application_name = 'held'`;
    const deadline = Date.now() + 20_000;
    while ((await holder.query(waits)).rowCount === 0) {
      // A transaction sees the sessions that there were at its first look.
      await holder.query('SELECT pg_stat_clear_snapshot()');
      if (Date.now() > deadline) throw new Error('The command does not wait for the lock');
      await sleep(20);
    }
    return { command, release: () => holder.end() };
  };

  beforeAll(async () => {
    program = await compileProgram();
  }, COMPILE_LIMIT);

  beforeEach(() => {
    started = [];
  });

  afterEach(async () => {
    await kill(...started.filter(({ process }) => process.exitCode === null && process.signalCode === null));
  }, LIMIT);

  afterAll(async () => {
    for (const used of folders) {
      // Where a test failed, a database may still run.
      const cluster = existsSync(join(used, 'pg18')) ? prepareCluster(used) : undefined;
      const left = cluster && findPostmaster(cluster);
      if (cluster && left) await stopPostmaster(cluster, left.pid);
      rmSync(used, { recursive: true, force: true });
    }
  }, LIMIT);

  it(
    'works first on an empty folder, then beside the server, then alone again',
    async () => {
      useEmptyFolder();
      expect(await json(rollcall('company', 'create', 'acme', '--json'))).toMatchObject({ slug: 'acme' });
      expect(postmaster()).toBeUndefined();

      const server = startServer();
      const base = await baseOf(server);
      const running = postmaster();
      const { id, secret } = await json<{ id: string; secret: string }>(
        rollcall('token', 'issue', 'acme', '--json'),
      );
      const status = async (): Promise<number> =>
        (await fetch(`${base}/Users`, { headers: { Authorization: `Bearer ${secret}` } })).status;
      expect(await status()).toBe(200);
      await json(rollcall('token', 'update', 'acme', id, '--name', 'Okta', '--json'));
      expect(await status()).toBe(200);
      await json(rollcall('token', 'revoke', 'acme', id, '--json'));
      expect(await status()).toBe(401);
      expect(postmaster()).toBe(running);

      expect(await stop(server)).toBe(0);
      expect(postmaster()).toBeUndefined();
      // A company was there already, so the server made none.
      expect(await slugs()).toEqual(['acme']);
      expect(postmaster()).toBeUndefined();
    },
    LIMIT,
  );

  it(
    'starts on an empty folder at the same time as the server and other commands',
    async () => {
      useEmptyFolder();
      const server = startServer();
      const commands = ['one', 'two'].map((slug) => rollcall('company', 'create', slug, '--json'));
      const base = await baseOf(server);
      for (const command of commands) await json(command);
      expect((await fetch(`${base}/ServiceProviderConfig`)).status).toBe(200);
      expect(await slugs()).toEqual(expect.arrayContaining(['one', 'two']));
      expect(await stop(server)).toBe(0);
      expect(postmaster()).toBeUndefined();
    },
    LIMIT,
  );

  it(
    'goes on after kill -9 of the server, of a command, of both',
    async () => {
      await json(rollcall('company', 'create', 'kept', '--json'));
      let server = startServer();
      await baseOf(server);
      await kill(server);
      expect(await slugs()).toContain('kept');

      server = startServer();
      await baseOf(server);
      const first = await holdCommand();
      await kill(first.command);
      await first.release();
      expect(await slugs()).toContain('kept');

      const second = await holdCommand();
      await kill(server, second.command);
      await second.release();
      server = startServer();
      const base = await baseOf(server);
      expect(await slugs()).toContain('kept');
      expect((await fetch(`${base}/ServiceProviderConfig`)).status).toBe(200);
      expect(await stop(server)).toBe(0);
      expect(postmaster()).toBeUndefined();
    },
    LIMIT,
  );

  it(
    'leaves the database in order when a signal interrupts a command',
    async () => {
      const server = startServer();
      await baseOf(server);
      const { command, release } = await holdCommand();
      expect(await stop(command)).toBe(143);
      expect({ out: command.out(), error: command.error() }).toEqual({
        out: '',
        error: 'Interrupted by SIGTERM.\n',
      });
      await release();
      expect(await stop(server)).toBe(0);
      // It has left: the server was the last one, and stopped the database.
      expect(postmaster()).toBeUndefined();
    },
    LIMIT,
  );

  it(
    'removes what the demo made when a signal interrupts it',
    async () => {
      const temporary = useEmptyFolder();
      const demo = start(['cli.js', 'demo'], { TMPDIR: temporary });
      const cluster = await waitFor(() => {
        const [name] = readdirSync(temporary);
        const made = name !== undefined && existsSync(join(temporary, name, 'pg18'));
        return made ? prepareCluster(join(temporary, name)) : undefined;
      });
      await waitFor(() => (findPostmaster(cluster)?.ready ? true : undefined));
      await sleep(1500);
      demo.process.kill('SIGINT');
      expect(await demo.ended()).toBe(130);
      expect(demo.out()).toBe('');
      expect(demo.error()).toBe('Interrupted by SIGINT.\n');
      expect(findPostmaster(cluster)).toBeUndefined();
      expect(readdirSync(temporary)).toEqual([]);
    },
    LIMIT,
  );
});
