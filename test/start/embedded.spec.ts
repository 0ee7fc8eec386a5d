import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { USER_SCHEMA_URN, writeUntil, type WrittenCompany } from '../support/write-load.js';
import { compileProgram } from '../support/program.js';
import {
  baseOf,
  endProcesses,
  makeFolder,
  postmasterOf,
  send,
  startProcess,
  until,
  type ProcessSettings,
  type Running,
} from '../support/process.js';

const LIMIT = 90_000;
const CONTROL_C = '\x03';

let program: string;
let dataDir: string;

beforeAll(() => {
  program = compileProgram();
}, LIMIT);
beforeEach(() => {
  dataDir = makeFolder();
});
afterEach(() => endProcesses(), LIMIT);

function startServer(prefix: readonly string[] = [], settings: ProcessSettings = {}): Running {
  const [file = process.execPath, ...args] = [...prefix, process.execPath, join(program, 'main.js')];
  return startProcess([file, ...args], {
    ...settings,
    env: { DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent', ...settings.env },
  });
}

const tokenFile = (): string => join(dataDir, 'initial-token');
const readToken = (): string => readFileSync(tokenFile(), 'utf8').trim();

/** Runs the line that the banner offers, in a shell, as somebody would who has pasted it. */
function pasteCurl(banner: string, env: Readonly<Record<string, string>> = {}): unknown {
  const line = /^ *(curl .*?)\r?$/m.exec(banner)?.[1] ?? 'false';
  const { stdout, stderr, status } = spawnSync('sh', ['-c', line], {
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
    timeout: 20_000,
  });
  if (status !== 0) throw new Error(`${line}: ${stderr}`);
  return JSON.parse(stdout);
}

const emptyList = { totalResults: 0 };

describe('a first start on an empty folder', () => {
  it(
    'says where it is, leaves a token in a file that only its user reads, and offers a curl that works',
    async () => {
      const server = startServer();
      const base = await baseOf(server);
      const origin = base.replace('/standard/scim/v2', '');
      expect(server.out()).toContain(`Swagger UI      ${origin}/docs\n`);
      expect(server.out()).toContain(`Token           in ${tokenFile()}\n`);
      expect(statSync(tokenFile()).mode & 0o777).toBe(0o600);
      expect(readToken()).toMatch(/^rollcall_[\w-]{43}$/);
      expect(server.out()).not.toContain(readToken());
      expect(pasteCurl(server.out())).toMatchObject(emptyList);
      expect((await fetch(`${origin}/docs`)).status).toBe(200);
      const made = await send(base, readToken(), 'POST', '/Users', {
        schemas: [USER_SCHEMA_URN],
        userName: 'zoë@例え.jp',
      });
      expect(made.status).toBe(201);
      expect(await server.stop()).toBe(0);
      expect(server.error()).toBe('');
      expect(postmasterOf(dataDir)).toBeUndefined();

      const again = startServer();
      expect(await baseOf(again)).toContain('/standard/scim/v2');
      expect(again.out()).not.toMatch(/rollcall_[\w-]{43}|initial-token/);
      expect(again.out()).toContain('npm run rollcall -- token issue');
      expect(pasteCurl(again.out(), { TOKEN: readToken() })).toMatchObject({
        totalResults: 1,
        Resources: [{ userName: 'zoë@例え.jp' }],
      });
      expect(await again.stop()).toBe(0);
    },
    LIMIT,
  );

  it(
    'shows the token once on a terminal, and stops in order at Ctrl-C however often',
    async () => {
      const onTerminal = (port: number): Running =>
        startProcess(
          ['script', '-qec', `exec '${process.execPath}' '${join(program, 'main.js')}'`, '/dev/null'],
          {
            env: { DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: 'silent' },
          },
        );
      const shown = (terminal: Running): string[] => terminal.out().match(/rollcall_[\w-]{43}/g) ?? [];

      // A token must not be made, told to nobody, and lost by a start that fails.
      const blocker = startServer([], { env: { DATA_DIR: makeFolder() } });
      const taken = Number(new URL(await baseOf(blocker)).port);
      const failed = onTerminal(taken);
      expect(await failed.ended()).toBe(1);
      expect(failed.out()).toContain(`Port ${taken} on 127.0.0.1 is in use`);
      expect(shown(failed)).toEqual([]);

      const first = onTerminal(0);
      await baseOf(first);
      expect(first.out()).toContain('(shown this once)');
      expect(new Set(shown(first)).size).toBe(1);
      expect(existsSync(tokenFile())).toBe(false);
      expect(pasteCurl(first.out())).toMatchObject(emptyList);
      first.child.stdin!.write(CONTROL_C + CONTROL_C);
      expect(await first.ended()).toBe(0);
      expect(postmasterOf(dataDir)).toBeUndefined();

      const second = onTerminal(0);
      await baseOf(second);
      expect(shown(second)).toEqual([]);
      second.child.stdin!.write(CONTROL_C);
      expect(await second.ended()).toBe(0);
    },
    LIMIT,
  );

  it(
    'given up by SIGTERM leaves no PostgreSQL behind, and the next start works',
    async () => {
      for (const moment of [150, 700, 1500, 2200]) {
        const server = startServer();
        await Promise.race([sleep(moment), baseOf(server)]);
        const end = await server.stop();
        // Before the program has read its settings the system's own answer to the signal holds.
        expect([0, 'SIGTERM']).toContain(end);
        expect(server.error()).toBe('');
        expect(postmasterOf(dataDir)).toBeUndefined();
      }
      const server = startServer();
      expect((await send(await baseOf(server), readToken(), 'GET', '/Users')).status).toBe(200);
    },
    LIMIT,
  );
});

describe('kill -9 in the middle of writes', () => {
  /** Everything that was acknowledged is there, and nothing is there by half. */
  async function expectWhole(base: string, written: WrittenCompany): Promise<void> {
    const list = (await (await send(base, readToken(), 'GET', '/Users?count=5000')).json()) as {
      totalResults: number;
      Resources: { id: string }[];
    };
    const present = new Set(list.Resources.map(({ id }) => id));
    expect(list.totalResults).toBe(present.size);
    expect(written.users.filter((id) => !present.has(id))).toEqual([]);

    const group = (await (await send(base, readToken(), 'GET', `/Groups/${written.group}`)).json()) as {
      members: { value: string }[];
      meta: { version: string };
    };
    const members = group.members.map(({ value }) => value);
    expect(written.members.filter((id) => !members.includes(id))).toEqual([]);
    expect(members.filter((id) => !present.has(id))).toEqual([]);
    // Each add is one version: a change of members without its version would be half a write.
    expect(group.meta.version).toBe(`W/"${1 + members.length}"`);
  }

  it(
    'of the server: every acknowledged write is there at the next start',
    async () => {
      const server = startServer();
      const base = await baseOf(server);
      const written = await writeUntil(base, readToken(), async (acknowledged) => {
        await until(() => acknowledged() > 150, 'writes');
        await server.kill();
      });
      expect(written.users.length).toBeGreaterThan(50);
      expect(written.members.length).toBeGreaterThan(30);

      const again = startServer();
      await expectWhole(await baseOf(again), written);
      expect(await again.stop()).toBe(0);
      expect(postmasterOf(dataDir)).toBeUndefined();
    },
    LIMIT,
  );

  it(
    'of PostgreSQL: every acknowledged write is there when it is back, without a restart of the server',
    async () => {
      const server = startServer();
      const base = await baseOf(server);
      const killed = postmasterOf(dataDir)!;
      const written = await writeUntil(base, readToken(), async (acknowledged) => {
        await until(() => acknowledged() > 150, 'writes');
        process.kill(killed, 'SIGKILL');
      });
      await until(() => ![undefined, killed].includes(postmasterOf(dataDir)), 'PostgreSQL');
      const ready = base.replace('/standard/scim/v2', '/health/ready');
      while ((await fetch(ready)).status !== 200) await sleep(50);
      await expectWhole(base, written);

      process.kill(postmasterOf(dataDir)!, 'SIGKILL');
      await server.kill();
      const again = startServer();
      await expectWhole(await baseOf(again), written);
    },
    LIMIT,
  );
});

describe('wherever and however it is started', () => {
  it(
    'a relative DATA_DIR is beside the folder it is started in, blanks and quotes in it do no harm',
    async () => {
      const cwd = join(dataDir, "Ada's files");
      mkdirSync(cwd);
      const server = startServer([], { cwd, env: { DATA_DIR: './state/of the world' } });
      await baseOf(server);
      expect(pasteCurl(server.out())).toMatchObject(emptyList);
      expect(existsSync(join(cwd, 'state', 'of the world', 'pg18'))).toBe(true);
      expect(await server.stop()).toBe(0);
    },
    LIMIT,
  );

  it(
    'a locale of the environment changes nothing',
    async () => {
      const server = startServer([], {
        env: { LANG: 'tr_TR.ISO-8859-9', LC_ALL: 'xx_YY', TZ: 'Asia/Tokyo' },
      });
      const base = await baseOf(server);
      const made = await send(base, readToken(), 'POST', '/Users', {
        schemas: [USER_SCHEMA_URN],
        userName: 'İIıi@example.com',
      });
      expect(made.status).toBe(201);
      expect(((await made.json()) as { meta: { created: string } }).meta.created).toMatch(/Z$/);
    },
    LIMIT,
  );

  it(
    'in a folder that only its user can enter',
    async () => {
      const locked = join(dataDir, 'locked');
      mkdirSync(locked, { mode: 0o700 });
      chmodSync(dataDir, 0o700);
      const server = startServer([], { cwd: locked, env: { DATA_DIR: 'data' } });
      await baseOf(server);
      expect(pasteCurl(server.out())).toMatchObject(emptyList);
      expect(statSync(locked).mode & 0o777).toBe(0o700);
      expect(await server.stop()).toBe(0);
    },
    LIMIT,
  );
});
