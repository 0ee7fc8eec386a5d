import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ADMIN_TOKEN, AdminClient } from '../../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type CommandOutcome, runCommand } from '../../support/command-line.js';
import { NEW_COMPANY_SETTINGS } from '../../support/new-company-settings.js';
import { type ScimClient } from '../../support/scim-client.js';

type Line = Readonly<Record<string, unknown>> & { readonly type: string };

let service: TestApplication;
let admin: AdminClient;
let client: ScimClient;
let token: string;
let folder: string;
let ids: { user: string; group: string; outer: string };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-export-'));
  service = await startTestApplication({ settings: { ADMIN_TOKEN } });
  admin = new AdminClient(service);
  const company = await service.company('acme');
  token = await company.token();
  client = service.scim(token);
  const user = (await client.post('/Users', { userName: 'ada', password: 'pass phrase', nickName: 'A"\n' }))
    .body.id as string;
  const group = (await client.post('/Groups', { displayName: 'Staff', members: [{ value: user }] })).body
    .id as string;
  const outer = (await client.post('/Groups', { displayName: 'All', members: [{ value: group }] })).body
    .id as string;
  ids = { user, group, outer };
  await (await (await service.company('birch')).client()).post('/Users', { userName: 'stranger' });
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});

const linesOf = (text: string): Line[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
const rollcall = (...args: string[]): Promise<CommandOutcome> =>
  runCommand({ DATABASE_URL: service.database.url }, ...args);

it('holds all that a company has, and nothing of others or of secrets', async () => {
  const { status, headers, body } = await admin.get('/companies/acme/export');
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'content-type': 'application/x-ndjson',
    'content-disposition': 'attachment; filename=acme.ndjson',
    'cache-control': 'no-store',
  });
  const counts = { users: 1, groups: 2, memberships: 2 };
  const common = { version: 1, created: expect.any(String), lastModified: expect.any(String) };
  expect(linesOf(body as string)).toEqual([
    {
      type: 'company',
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      slug: 'acme',
      name: 'acme',
      created: expect.any(String),
      settings: NEW_COMPANY_SETTINGS,
      exported: expect.any(String),
      ...counts,
    },
    {
      type: 'user',
      id: ids.user,
      ...common,
      attributes: { userName: 'ada', nickName: 'A"\n', active: true },
    },
    { type: 'group', id: ids.group, ...common, attributes: { displayName: 'Staff' } },
    { type: 'group', id: ids.outer, ...common, attributes: { displayName: 'All' } },
    { type: 'membership', group: ids.group, member: ids.user, memberType: 'User' },
    { type: 'membership', group: ids.outer, member: ids.group, memberType: 'Group' },
    { type: 'end', ...counts },
  ]);
  expect(body).not.toMatch(/stranger|pass phrase|password|hash|rollcall_/);
  expect(body).not.toContain(token);
});

it('is 404 for a company that is not there', async () => {
  expect((await admin.get('/companies/nobody/export')).status).toBe(404);
});

describe('of a large company', () => {
  const USERS = 25_000;

  beforeAll(async () => {
    await service.company('large');
    const owner = new pg.Client(service.database.adminUrl);
    await owner.connect();
    await owner.query(
      `INSERT INTO users (company_id, attributes, search, user_name_key, display, display_key)
       SELECT c.id, jsonb_build_object('userName', 'u' || n, 'title', repeat('t', 400)), '{}', 'u' || n, 'x', 'x'
       FROM companies c, generate_series(1, ${USERS}) n WHERE c.slug = 'large'`,
    );
    await owner.end();
  });

  /** Begins an export and reads nothing of it. */
  const begin = (): Promise<{
    status: number;
    retryAfter: string | undefined;
    stop: () => void;
    rest: () => Promise<string>;
  }> =>
    new Promise((resolve, reject) => {
      const path = '/admin/v1/companies/large/export';
      const headers = { Authorization: `Bearer ${ADMIN_TOKEN}` };
      const sent = request(`${service.origin}${path}`, { headers }, (answer) => {
        resolve({
          status: answer.statusCode ?? 0,
          retryAfter: answer.headers['retry-after'],
          stop: () => void sent.destroy(),
          rest: async () => {
            let text = '';
            answer.setEncoding('utf8');
            for await (const chunk of answer) text += chunk as string;
            return text;
          },
        });
      });
      sent.on('error', reject).end();
    });

  /** The status of the next export, once the service has noticed the end of the one before. */
  async function statusAfterwards(): Promise<number> {
    for (let looks = 0; ; looks += 1) {
      const { status } = await admin.get('/companies/acme/export');
      if (status !== 429 || looks === 200) return status;
      await sleep(50);
    }
  }

  it('is one moment, whatever is changed while it is read; others are told to wait, and nobody else is held up', async () => {
    const first = await begin();
    const second = await begin();
    expect(second).toMatchObject({ status: 429, retryAfter: '60' });
    expect(JSON.parse(await second.rest())).toMatchObject({ type: 'about:blank', status: 429 });
    const csv = { Accept: 'text/csv' };
    expect((await admin.get('/companies/acme/activity', csv)).status).toBe(429);
    const large = service.scim(
      (
        await service.tokens.issueToken('large', {
          name: 'x',
          dialect: 'lenient',
          scopes: ['scim:read', 'scim:write'],
          expires: null,
        })
      ).secret,
    );
    expect((await large.post('/Users', { userName: 'later' })).status).toBe(201);
    expect((await admin.get('/companies')).status).toBe(200);
    const lines = linesOf(await first.rest());
    expect(lines.filter(({ type }) => type === 'user')).toHaveLength(USERS);
    expect(lines.at(-1)).toMatchObject({ type: 'end', users: USERS });
    expect(JSON.stringify(lines)).not.toContain('later');
    expect(await statusAfterwards()).toBe(200);
  });

  it('ends when its reader goes away', async () => {
    const { stop } = await begin();
    stop();
    expect(await statusAfterwards()).toBe(200);
  });
});

describe('by the command line', () => {
  it('is a file of its own, which is there when it is whole', async () => {
    const file = join(folder, 'acme.ndjson');
    const done = await rollcall('company', 'export', 'acme', '--output', file);
    expect(done).toEqual({ code: 0, out: `${file}: 1 users, 2 groups, 2 memberships.`, error: '' });
    expect(linesOf(readFileSync(file, 'utf8')).map(({ type }) => type)).toEqual([
      'company',
      'user',
      'group',
      'group',
      'membership',
      'membership',
      'end',
    ]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file}.part`)).toBe(false);
    const again = JSON.parse(
      (await rollcall('company', 'export', 'birch', '--output', `${file}2`, '--json')).out,
    ) as object;
    expect(again).toEqual({ file: `${file}2`, users: 1, groups: 0, memberships: 0 });
  });

  it('overwrites nothing, and leaves nothing behind where it fails', async () => {
    const file = join(folder, 'taken.ndjson');
    writeFileSync(file, 'mine');
    const refused = await rollcall('company', 'export', 'acme', '--output', file);
    expect(refused).toMatchObject({ code: 1, error: expect.stringContaining('exists') });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    const unknown = join(folder, 'nobody.ndjson');
    expect(await rollcall('company', 'export', 'nobody', '--output', unknown)).toMatchObject({ code: 1 });
    expect(existsSync(unknown) || existsSync(`${unknown}.part`)).toBe(false);
    const nowhere = await rollcall('company', 'export', 'acme', '--output', join(folder, 'no/such/folder'));
    expect(nowhere).toMatchObject({ code: 1, error: expect.stringContaining('ENOENT') });
  });
});
