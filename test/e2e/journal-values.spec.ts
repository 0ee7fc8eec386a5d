import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADMIN_TOKEN, AdminClient } from '../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { runCommand } from '../support/command-line.js';
import { PATCH_URN, USER_SCHEMA_URN } from '../support/schema-urns.js';
import { type ScimClient } from '../support/scim-client.js';

const BADGE = 'urn:example:schemas:badge:1.0:User';
const SCHEMA = {
  id: BADGE,
  name: 'Badge',
  description: 'What opens doors.',
  attributes: [
    { name: 'colour', type: 'string', description: 'Of the badge.' },
    { name: 'pin', type: 'string', description: 'What is typed.', mutability: 'writeOnly' },
    {
      name: 'door',
      type: 'complex',
      description: 'What it opens.',
      subAttributes: [
        { name: 'number', type: 'string', description: 'Of the door.' },
        { name: 'code', type: 'string', description: 'What is typed there.', returned: 'never' },
      ],
    },
  ],
};
const RESOURCE_TYPE = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
  name: 'User',
  schemaExtensions: [{ schema: BADGE, required: false }],
};
const PIN = 'planted-pin-4711';
const PASSWORD = 'planted-password-4711';

const folder = mkdtempSync(join(tmpdir(), 'rollcall-schemas-'));
let service: TestApplication;
let admin: AdminClient;
let client: ScimClient;

beforeAll(async () => {
  writeFileSync(join(folder, 'badge.json'), JSON.stringify(SCHEMA));
  writeFileSync(join(folder, 'user.json'), JSON.stringify(RESOURCE_TYPE));
  service = await startTestApplication({ settings: { ADMIN_TOKEN, SCHEMAS_DIR: folder } });
  admin = new AdminClient(service);
  client = await (await service.company('acme')).client();
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});

async function setValues(journalValues: boolean): Promise<void> {
  const { headers } = await admin.get('/companies/acme/settings');
  const set = await admin.patch(
    '/companies/acme/settings',
    { journalValues },
    { 'If-Match': headers['etag'] },
  );
  expect(set.status).toBe(200);
  expect(set.body.journalValues).toBe(journalValues);
}

interface Entry {
  readonly id: string;
  readonly attributes: readonly string[];
  readonly detail: { readonly values?: Readonly<Record<string, unknown>> } | null;
}

const lastOf = async (resource: string): Promise<Entry> =>
  (await admin.get(`/companies/acme/activity?resource=${resource}&count=1`)).body.items[0];

const create = async (userName: string, more: object = {}): Promise<string> =>
  (await client.post('/Users', { schemas: [USER_SCHEMA_URN, BADGE], userName, ...more })).body.id as string;

it('are not there, unless the company wants them', async () => {
  expect((await lastOf(await create('nobody@example.com'))).detail).toBeNull();
});

describe('values in the journal of a company that wants them', () => {
  let id: string;
  beforeAll(async () => {
    await setValues(true);
    id = await create('ada@example.com', {
      name: { givenName: 'Ada', familyName: 'Byron' },
      title: 'x'.repeat(2000),
      password: PASSWORD,
      emails: [{ value: 'ada@example.com', type: 'work' }],
      [BADGE]: { colour: 'red', pin: PIN, door: { number: '7', code: PIN } },
    });
  });

  it('are those that a new resource has, but for what is never returned or too long', async () => {
    const { detail, attributes } = await lastOf(id);
    expect(detail?.values).toMatchObject({
      userName: { after: 'ada@example.com' },
      'name.givenName': { after: 'Ada' },
      emails: { after: [{ value: 'ada@example.com', type: 'work' }] },
      title: { after: '…' },
      [`${BADGE}:colour`]: { after: 'red' },
      [`${BADGE}:pin`]: { after: '…' },
      [`${BADGE}:door.number`]: { after: '7' },
      [`${BADGE}:door.code`]: { after: '…' },
    });
    expect(Object.keys(detail?.values ?? {}).sort()).toEqual([...attributes].sort());
    expect(attributes).not.toContain('password');
  });

  it('are what was before and is after a change', async () => {
    const Operations = [
      { op: 'replace', path: 'name.familyName', value: 'Lovelace' },
      { op: 'remove', path: 'title' },
      { op: 'replace', path: `${BADGE}:pin`, value: `${PIN}-2` },
    ];
    expect((await client.patch(`/Users/${id}`, { schemas: [PATCH_URN], Operations })).status).toBe(200);
    expect((await lastOf(id)).detail).toEqual({
      values: {
        'name.familyName': { before: 'Byron', after: 'Lovelace' },
        title: { before: '…' },
        [`${BADGE}:pin`]: { before: '…', after: '…' },
      },
    });
  });

  it('are shown and exported', async () => {
    const entry = await lastOf(id);
    const run = async (...args: string[]): Promise<string> =>
      (await runCommand({ DATABASE_URL: service.database.url }, ...args)).out;
    expect(await run('activity', 'show', 'acme', entry.id)).toContain('"after":"Lovelace"');
    for (const format of ['ndjson', 'csv']) {
      const exported = await run('activity', 'export', 'acme', '--format', format);
      expect(exported).toContain('Lovelace');
      for (const secret of [PIN, PASSWORD]) expect(exported).not.toContain(secret);
    }
  });

  it('are gone with the person', async () => {
    expect((await admin.post(`/companies/acme/users/${id}/erase`)).status).toBe(200);
    const { body } = await admin.get(`/companies/acme/activity?resource=${id}`);
    expect((body.items as Entry[]).map(({ detail }) => detail)).toEqual([null, null, null]);
  });

  it('are those of groups, too, and end when the company does not want them any more', async () => {
    const { body } = await client.post('/Groups', { displayName: 'Engineers' });
    expect((await lastOf(body.id)).detail).toEqual({ values: { displayName: { after: 'Engineers' } } });
    await setValues(false);
    await client.put(`/Groups/${body.id}`, { displayName: 'Poets' });
    expect(await lastOf(body.id)).toMatchObject({ attributes: ['displayName'], detail: null });
  });
});
