import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { type SnapshotRecord } from 'rollcall-client';
import { testDatabase, type TestDatabase } from '../support/database.js';
import {
  baseOf,
  endProcesses,
  findFreePort,
  makeFolder,
  type Running,
  startProcess,
  until,
} from '../support/process.js';
import { COMPILE_LIMIT, compileProgram } from '../support/program.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { linesInDatabase, linesOf } from './company-copy.js';
import { CompanyWriter } from './company-writer.js';

const LIMIT = 240_000;
const TOKEN = 'token-'.repeat(6);
const FOLLOWER = join(import.meta.dirname, 'follower.mjs');

let program: string;
let database: TestDatabase;
let admin: pg.Client;
let proxy: TcpProxy;
let port: number;

beforeAll(async () => {
  program = join(await compileProgram(), 'main.js');
  database = await testDatabase();
  admin = new pg.Client(database.adminUrl);
  await admin.connect();
  port = await findFreePort();
  proxy = await startTcpProxy(`http://127.0.0.1:${port}`);
}, COMPILE_LIMIT);
afterAll(async () => {
  await endProcesses();
  await proxy.close();
  await admin.end();
  await database.close();
}, LIMIT);

function startService(): Running {
  return startProcess([process.execPath, program], {
    env: {
      ...{ DATABASE_URL: database.url, DATA_DIR: '/nowhere', PORT: String(port), LOG_LEVEL: 'silent' },
      ...{ BOOTSTRAP_COMPANY: 'acme', BOOTSTRAP_TOKEN: TOKEN, RATE_LIMIT: '1000000' },
    },
  });
}

const startFollower = (file: string): Running =>
  startProcess([process.execPath, FOLLOWER], {
    env: { BASE: proxy.route('http://127.0.0.1/'), TOKEN, COMPANY: 'acme', FILE: file },
  });

/** Waits until it has applied so many pages more. */
function pages(follower: Running, more: number): Promise<void> {
  const count = (): number => follower.out().match(/^page [1-9]/gm)?.length ?? 0;
  const before = count();
  return until(
    () => count() >= before + more || follower.child.exitCode !== null,
    () => `pages: ${follower.out()}${follower.error()}`,
  );
}

function copyIn(file: string): readonly string[] {
  const [, ...lines] = readFileSync(file, 'utf8').split('\n');
  return linesOf(lines.map((line) => JSON.parse(line) as SnapshotRecord));
}

it(
  'a copy equals the tables, although service, connection and follower ended at any moment',
  async () => {
    let service = startService();
    const base = await baseOf(service);
    const writer = new CompanyWriter(base, TOKEN);
    let isOver = false;
    const writing = writer.write(() => isOver);
    await until(() => writer.written > 20, 'the first writes');
    const file = join(makeFolder(), 'copy');
    const followers = [startFollower(file)];
    const follower = (): Running => followers.at(-1)!;
    await pages(follower(), 3);
    for (const fault of ['follower', 'connection', 'service', 'connection', 'follower', 'both'] as const) {
      if (fault === 'connection') proxy.cut();
      if (fault === 'service' || fault === 'both') await service.kill();
      if (fault === 'follower' || fault === 'both') {
        await follower().kill();
        followers.push(startFollower(file));
      }
      if (fault === 'service' || fault === 'both') {
        service = startService();
        await baseOf(service);
      }
      await pages(follower(), 3);
    }
    isOver = true;
    await writing;
    await vi.waitFor(
      async () => {
        expect(existsSync(file)).toBe(true);
        expect(copyIn(file)).toEqual(await linesInDatabase(admin, 'acme'));
      },
      { timeout: 60_000, interval: 100 },
    );
    for (const kind of ['user', 'group', 'membership']) {
      expect(copyIn(file).some((line) => line.startsWith(`${kind} `))).toBe(true);
    }
    const said = followers.map((each) => each.out()).join('');
    expect(said.match(/^snapshot$/gm)).toHaveLength(1);
    expect(said).toMatch(/^again ConnectionError$/m);
    expect(followers.map((each) => each.error()).join('')).toBe('');
  },
  LIMIT,
);
