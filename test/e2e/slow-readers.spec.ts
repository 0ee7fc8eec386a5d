import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { startTestApplication, type TestApplication, type TestCompany } from '../support/application.js';
import { insertGroups, insertUsers } from '../support/insert-resources.js';
import { type ScimClient } from '../support/scim-client.js';

const MEMBERS = 10_000;
/** Characters of a member's name: the text of the group, of 16 MB, is more than sockets hold on both sides. */
const NAME = 1_500;
const POOL = 4;
/** More than there are connections for all companies together. */
const READERS = 12;
const LIMIT_MS = 5_000;

let application: TestApplication;
let admin: pg.Client;
let company: TestCompany;
let client: ScimClient;
let token: string;
let group: string;
let sockets: Socket[] = [];

beforeAll(async () => {
  application = await startTestApplication({
    settings: { POOL_SIZE: String(POOL), SEND_TIMEOUT_MS: String(LIMIT_MS) },
  });
  admin = new pg.Client(application.database.adminUrl);
  await admin.connect();
  company = await application.company();
  token = await company.token();
  client = application.scim(token);
  await insertUsers(application.database, company.slug, MEMBERS);
  [group = ''] = await insertGroups(application.database, company.slug, 1);
  await admin.query(
    `INSERT INTO memberships (company_id, group_id, member_id, member_user_id)
     SELECT u.company_id, g.id, u.id, u.id FROM users u JOIN groups g USING (company_id)`,
  );
  await admin.query(`UPDATE users SET display = repeat('x', ${NAME})`);
  await admin.query('VACUUM ANALYZE users, memberships');
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
});
afterAll(async () => {
  await admin?.end();
  await application?.close();
});

/** Asks for the group on a connection of its own, and reads no more than the system takes by itself. */
async function stall(path = `/Groups/${group}`): Promise<Socket> {
  const { host, hostname, port, pathname } = new URL(application.base);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  socket.on('error', () => undefined);
  socket.pause();
  socket.write(
    `GET ${pathname}${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
  );
  await new Promise((resolve) => socket.once('readable', resolve));
  return socket;
}

async function openTransactions(): Promise<number> {
  const { rows } = await admin.query<{ count: string }>(
    `SELECT count(*) FROM pg_stat_activity
      WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()`,
  );
  return Number(rows[0]?.count);
}

async function none(count: () => Promise<number>): Promise<void> {
  const deadline = performance.now() + LIMIT_MS * 0.8;
  while (performance.now() < deadline && (await count()) > 0) await sleep(20);
  expect(await count()).toBe(0);
}

/** The body of an HTTP answer in chunks. */
function unchunk(answer: string): string {
  let [, rest = ''] = /\r\n\r\n([^]*)$/.exec(answer) ?? [];
  let body = '';
  for (;;) {
    const [line = '', digits = '0'] = /^([0-9a-f]+)\r\n/.exec(rest) ?? [];
    const length = parseInt(digits, 16);
    if (length === 0) return body;
    body += rest.slice(line.length, line.length + length);
    rest = rest.slice(line.length + length + 2);
  }
}

async function readOn(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(chunks).toString('latin1');
}

describe('clients that do not read', () => {
  it('hold no transaction, and keep neither their company nor others waiting', async () => {
    const stranger = await (await application.company()).client();
    await Promise.all(Array.from({ length: READERS }, () => stall()));
    await none(openTransactions);
    const answers = await Promise.all([
      client.get(`/Groups/${group}`),
      client.get('/Groups'),
      client.get('/Users?count=1'),
      stranger.get('/Users?count=1'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(answers[0]?.body.members).toHaveLength(MEMBERS);
  });

  it('lose their connection after the limit', async () => {
    const server = application.app.getHttpServer();
    const connections = promisify(server.getConnections.bind(server));
    await stall();
    const [begun, open] = [performance.now(), await connections()];
    while ((await connections()) === open) await sleep(20);
    expect(performance.now() - begun).toBeGreaterThan(LIMIT_MS * 0.9);
  });

  it('that go on within the limit get one state whole, whatever changes meanwhile, with its entity tag', async () => {
    const before = await client.get(`/Groups/${group}`);
    const socket = await stall();
    await none(openTransactions);
    await client.patch(`/Groups/${group}`, [
      { op: 'remove', path: 'members', value: before.body.members.slice(0, 50) },
      { op: 'replace', path: 'displayName', value: 'renamed in mid-read' },
    ]);
    const answer = await readOn(socket);
    expect(unchunk(answer) === before.text).toBe(true);
    expect(/^etag: (.*)\r$/im.exec(answer)?.[1]).toBe(before.headers.etag);
    const after = await client.get(`/Groups/${group}`);
    expect([after.body.members.length, after.body.displayName]).toEqual([
      MEMBERS - 50,
      'renamed in mid-read',
    ]);
    expect(after.headers.etag).not.toBe(before.headers.etag);
  });

  it('hold no list of large groups either', async () => {
    await Promise.all(Array.from({ length: READERS }, () => stall('/Groups')));
    await none(openTransactions);
    expect((await client.get('/Groups')).body.Resources).toHaveLength(1);
  });
});

it('clients that go away in mid-read leave nothing behind', async () => {
  const gone = await Promise.all(Array.from({ length: READERS }, () => stall()));
  for (const socket of gone) socket.destroy();
  await none(openTransactions);
  expect((await client.get(`/Groups/${group}`)).status).toBe(200);
});
