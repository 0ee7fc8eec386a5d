import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { parseExposition } from '../support/exposition.js';
import { ScimClient } from '../support/scim-client.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { COMPILE_LIMIT, compileProgram } from '../support/program.js';
import {
  baseOf,
  childrenOf,
  endProcesses,
  findFreePort,
  send,
  startProcess,
  takePort,
  until,
  type Running,
} from '../support/process.js';
import { USER_SCHEMA_URN } from '../support/schema-urns.js';

const LIMIT = 120_000;
const TOKEN = 'worker-'.repeat(6);
const MOST_A_SECOND = 1000;

let program: string;
let database: TestDatabase;

beforeAll(async () => {
  program = await compileProgram();
  database = await testDatabase();
}, COMPILE_LIMIT);
afterEach(() => endProcesses(), LIMIT);
afterAll(() => database.close());

function startServer(env: Readonly<Record<string, string>> = {}): Running {
  return startProcess([process.execPath, join(program, 'main.js')], {
    env: {
      ...{ DATABASE_URL: database.url, DATA_DIR: '/nowhere', PORT: '0', LOG_LEVEL: 'error', WORKERS: '2' },
      ...{ BOOTSTRAP_COMPANY: 'acme', BOOTSTRAP_TOKEN: TOKEN },
      ...env,
    },
  });
}

/** The worker processes of a server. */
const workersOf = ({ child }: Running): number[] => childrenOf(child.pid!);

const isThere = (pid: number): boolean => {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};

async function add(base: string, userName: string): Promise<number> {
  return (await send(base, TOKEN, 'POST', '/Users', { schemas: [USER_SCHEMA_URN], userName })).status;
}

/** Waits until the server has two workers that none of the given ones is among. */
async function replaced(server: Running, gone: number): Promise<number[]> {
  const present = (): number[] => workersOf(server).filter((pid) => pid !== gone && isThere(pid));
  await until(() => present().length === 2, `another worker than ${gone}: ${server.out()}${server.error()}`);
  return present();
}

/** Which process answered a request, as the log says at `debug`. */
async function processOf(server: Running, requestId: string): Promise<string> {
  const line = await server.printed(new RegExp(`"pid":(\\d+)[^\\n]*"requestId":"${requestId}"`));
  return line[1] ?? '';
}

describe('WORKERS=2', () => {
  it(
    'serves with two processes, replaces one that dies, and ends with both at SIGTERM',
    async () => {
      const server = startServer({ DRAIN_TIMEOUT_MS: String(2 * LIMIT) });
      const base = await baseOf(server);
      const [first = 0, second = 0] = workersOf(server);
      expect(workersOf(server)).toHaveLength(2);
      expect(await add(base, 'before')).toBe(201);

      process.kill(first, 'SIGKILL');
      await until(() => !isThere(first), 'the end of a worker');
      expect(await add(base, 'between')).toBe(201);
      const left = await replaced(server, first);
      expect(left).toContain(second);
      await server.printed(/"a worker process ended; another one takes its place"/);
      expect(await add(base, 'after')).toBe(201);

      process.kill(second, 'SIGKILL');
      // Its successor still starts, which must not hold up the end.
      const last = await replaced(server, second);
      expect({ end: await server.stop(), error: server.error() }).toEqual({ end: 0, error: '' });
      expect(server.out()).not.toContain('no worker process could take its place');
      expect([...left, ...last].filter(isThere)).toEqual([]);
    },
    LIMIT,
  );

  it(
    'replaces one whose event loop is stuck',
    async () => {
      const server = startServer();
      const base = await baseOf(server);
      const [stuck = 0] = workersOf(server);
      process.kill(stuck, 'SIGSTOP');
      expect(await Promise.all(['one', 'two', 'three', 'four'].map((name) => add(base, name)))).toEqual([
        ...[201, 201, 201, 201],
      ]);
      await replaced(server, stuck);
      await server.printed(/"the event loop of a worker process is stuck"/);
      expect(await add(base, 'after a stuck worker')).toBe(201);
      expect(await server.stop()).toBe(0);
    },
    LIMIT,
  );

  it(
    'leaves no worker behind where the main process is killed',
    async () => {
      const server = startServer();
      await baseOf(server);
      const workers = workersOf(server);
      await server.kill();
      await until(() => !workers.some(isThere), 'the end of the workers');
    },
    LIMIT,
  );

  it(
    'says in one line why it can not start',
    async () => {
      const { port, release } = await takePort();
      const server = startServer({ PORT: String(port) });
      expect(await server.ended()).toBe(1);
      await release();
      expect(server.error()).toBe(`Port ${port} on 127.0.0.1 is in use; set PORT to another one.\n`);
    },
    LIMIT,
  );

  it(
    'records the requests of a company in both processes',
    async () => {
      const [adminToken, secretsKey] = ['an-admin-token-of-workers-0123456789', 'k'.repeat(32)];
      const server = startServer({ ADMIN_TOKEN: adminToken, SECRETS_KEY: secretsKey, LOG_LEVEL: 'debug' });
      const base = await baseOf(server);
      const recording = `${new URL(base).origin}/admin/v1/companies/acme`;
      const ask = async (path: string, method = 'GET'): Promise<Record<string, unknown>> =>
        (await (await send(recording, adminToken, method, path)).json()) as Record<string, unknown>;
      expect(await ask('/recording', 'POST')).toMatchObject({ recording: true });
      const get = (id: string): Promise<Response> =>
        send(base, TOKEN, 'GET', '/Users', undefined, { 'X-Request-Id': id });
      const recorded = async (): Promise<string[]> => {
        const { items } = await ask('/recorded-requests?count=100');
        return (items as { requestId: string }[]).map(({ requestId }) => requestId);
      };
      // The process that was not told of it asks by and by.
      const processes = new Set<string>();
      for (let round = 1; processes.size < 2; round += 1) {
        await Promise.all([get(`begin-${round}-a-`), get(`begin-${round}-b-`)]);
        for (const id of (await recorded()).slice(0, 2)) processes.add(await processOf(server, id));
      }
      const ids = Array.from({ length: 20 }, (_, index) => `both-${index}-`);
      for (const id of ids) await get(id);
      const recordedOfBoth = async (): Promise<string[]> =>
        (await recorded()).filter((id) => id.startsWith('both-')).sort();
      await expect.poll(recordedOfBoth).toEqual([...ids].sort());
      const { requests, leftOut } = await ask('/recording');
      expect(requests).toBeGreaterThanOrEqual(ids.length + processes.size);
      expect(leftOut).toBe(0);
      expect((await send(recording, adminToken, 'DELETE', '/recording')).status).toBe(204);
      expect(await server.stop()).toBe(0);
    },
    LIMIT,
  );

  it(
    'counts the rate of a company, and measures, for both processes together',
    async () => {
      const port = await findFreePort();
      const server = startServer({
        ...{ RATE_LIMIT: String(MOST_A_SECOND), RATE_BURST: '0' },
        ...{ METRICS_PORT: String(port), LOG_LEVEL: 'debug' },
      });
      const client = new ScimClient(await baseOf(server), TOKEN, new Agent());
      let found = false;
      for (let round = 0; round < 50 && !found; round += 1) {
        const ids = Array.from({ length: 8 }, (_, index) => `round-${round}-${index}-`);
        const answers = await Promise.all(ids.map((id) => client.get('/Users', { 'X-Request-Id': id })));
        const left = answers.map(({ headers }) => Number(/r=(\d+)/.exec(String(headers['ratelimit']))?.[1]));
        const processes = new Set(await Promise.all(ids.map((id) => processOf(server, id))));
        // Neither process has answered all eight, and yet eight were counted.
        found = processes.size === 2 && Math.min(...left) === MOST_A_SECOND - 8 && new Set(left).size === 8;
      }
      expect(found).toBe(true);

      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      const requests = parseExposition(text).find(({ name }) => name === 'rollcall_requests_total');
      const listed = requests?.samples.find(({ labels }) => labels['operation'] === 'list');
      const logged = server.out().match(/"operation":"list"/g) ?? [];
      expect(listed?.value).toBe(logged.length);
      expect(text).toMatch(/^rollcall_build_info\{version="[^"]+"\} 1$/m);
      expect(await server.stop()).toBe(0);
    },
    LIMIT,
  );
});
