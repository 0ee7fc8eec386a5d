import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { USER_SCHEMA_URN } from '../support/schema-urns.js';
import { COMPILE_LIMIT, compileProgram } from '../support/program.js';
import {
  baseOf,
  endProcesses,
  makeFolder,
  postmasterOf,
  send,
  startProcess,
  takePort,
  until,
  type ProcessSettings,
  type Running,
} from '../support/process.js';

const LIMIT = 120_000;
const CONTROL_C = '\x03';

let program: string;
let dataDir: string;

beforeAll(async () => {
  program = await compileProgram();
}, COMPILE_LIMIT);
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

/** What the console is answered that uses a link up. */
async function signInBy(link: string): Promise<number> {
  const { origin, hash } = new URL(link);
  const Authorization = `Bearer ${hash.slice('#link='.length)}`;
  const headers = { Authorization, Origin: origin, 'X-Rollcall-Console': '1' };
  return (await fetch(`${origin}/admin/v1/sessions`, { method: 'POST', headers })).status;
}

/** Runs the line that the banner offers, in a shell, as somebody would who has pasted it. */
function pasteCurl(banner: string, env: Readonly<Record<string, string>> = {}): unknown {
  // Of two lines, and on a terminal they end as lines do there.
  const line = /^ *(curl [^]*?\/Users)\r?$/m.exec(banner)?.[1]?.replaceAll('\r', '') ?? 'false';
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
      // It was not npm that started it.
      expect(again.out()).toContain('node dist/cli.js token issue');
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
      const onTerminal = (port: number, LOG_LEVEL = 'silent'): Running =>
        startProcess(
          ['script', '-qec', `exec '${process.execPath}' '${join(program, 'main.js')}'`, '/dev/null'],
          {
            env: { DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL },
          },
        );
      const shown = (terminal: Running): string[] =>
        terminal.out().match(/rollcall_(?!link_)[\w-]{43}/g) ?? [];
      const links = (terminal: Running): string[] =>
        terminal.out().match(/\S+#link=rollcall_link_[\w-]{43}/g) ?? [];

      // A token must not be made, told to nobody, and lost by a start that fails.
      const { port: taken, release } = await takePort();
      const failed = onTerminal(taken, 'info');
      expect(await failed.ended()).toBe(1);
      expect(failed.out()).toContain(`Port ${taken} on 127.0.0.1 is in use`);
      expect(shown(failed)).toEqual([]);
      // The log is for people there.
      expect(failed.out()).toMatch(/^Starting on the embedded PostgreSQL in \S+ …\r?$/m);
      expect(failed.out()).not.toContain('{"level":');
      await release();

      const first = onTerminal(0);
      await baseOf(first);
      expect(first.out()).toContain('(shown this once)');
      expect(new Set(shown(first)).size).toBe(1);
      expect(existsSync(tokenFile())).toBe(false);
      const [signIn] = links(first);
      expect(await signInBy(signIn!)).toBe(201);
      expect(await signInBy(signIn!)).toBe(401);
      expect(pasteCurl(first.out())).toMatchObject(emptyList);
      first.child.stdin!.write(CONTROL_C + CONTROL_C);
      expect(await first.ended()).toBe(0);
      expect(postmasterOf(dataDir)).toBeUndefined();

      const second = onTerminal(0);
      await baseOf(second);
      expect(shown(second)).toEqual([]);
      expect(links(second)).toEqual([expect.not.stringContaining(signIn!)]);
      second.child.stdin!.write(CONTROL_C);
      expect(await second.ended()).toBe(0);
      expect(second.out()).toMatch(/Stopped\.\s*$/);
    },
    LIMIT,
  );

  it(
    'stops in order where its terminal is closed',
    async () => {
      const terminal = startProcess(
        ['script', '-qec', `exec '${process.execPath}' '${join(program, 'main.js')}'`, '/dev/null'],
        { env: { DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent' } },
      );
      await baseOf(terminal);
      terminal.child.kill('SIGKILL');
      await until(() => postmasterOf(dataDir) === undefined, 'the end of PostgreSQL');
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

describe('wherever and however it is started', () => {
  it(
    '.env there is read; a relative DATA_DIR is beside it, blanks and quotes in it do no harm',
    async () => {
      const cwd = join(dataDir, "Ada's files");
      mkdirSync(cwd);
      writeFileSync(
        join(cwd, '.env'),
        'DATA_DIR="./state/of the world"\nPORT=1\nDATABSE_URL=postgres://x/y\n',
      );
      const server = startProcess([process.execPath, join(program, 'main.js')], {
        cwd,
        env: { PORT: '0', LOG_LEVEL: 'silent' },
      });
      await baseOf(server);
      expect(server.error()).toBe('DATABSE_URL is no setting of Rollcall: is DATABASE_URL meant?\n');
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
