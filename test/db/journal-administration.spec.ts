import pg from 'pg';
import { Administration } from '../../src/administration/administration.js';
import { localOrigin } from '../../src/administration/local-origin.js';
import { insertUsers } from '../support/insert-resources.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let admin: pg.Client;
let administration: Administration;

beforeAll(async () => {
  database = await testDatabase();
  admin = new pg.Client(database.adminUrl);
  await admin.connect();
  administration = await Administration.open(database.url, localOrigin('command line'));
  await administration.companies.createCompany('acme', 'Acme');
});
beforeEach(() => admin.query('DELETE FROM activity'));
afterAll(async () => {
  await administration.close();
  await admin.end();
  await database.close();
});

interface Entry {
  readonly operation: string;
  readonly display: string | null;
  readonly attributes: string[];
  readonly detail: Record<string, unknown> | null;
}

async function entries(): Promise<Entry[]> {
  const { rows } = await admin.query<Entry>(
    'SELECT operation, display, attributes, detail FROM activity ORDER BY id',
  );
  return rows;
}

const DAY = 86_400_000;
const later = (days: number): Date => new Date(Date.now() + days * DAY);
const TOKEN = { name: 'Okta', dialect: 'lenient', scopes: ['scim:read'], expires: null } as const;

it('tells what was done to a company', async () => {
  const { companies, lifecycle, exports } = administration;
  await companies.createCompany('birch', 'Birch');
  await companies.setCompany('birch', { name: 'Birch & Co', unknownMembers: 'ignore', rateLimit: 7 });
  await companies.setCompany('birch', {});
  await lifecycle.pauseCompany('birch', 30);
  await lifecycle.unpauseCompany('birch');
  await lifecycle.suspendCompany('birch');
  await lifecycle.resumeCompany('birch');
  await exports.exportCompany('birch', () => Promise.resolve());
  await lifecycle.deleteCompany('birch', 3);
  await lifecycle.restoreCompany('birch');
  await expect(companies.createCompany('birch', 'again')).rejects.toThrow('exists already');
  const display = 'Birch & Co';
  const plain = { display, attributes: [], detail: null };
  expect(await entries()).toEqual([
    { ...plain, operation: 'company.created', display: 'Birch' },
    { ...plain, operation: 'company.renamed', detail: { before: 'Birch' } },
    {
      ...plain,
      operation: 'settings',
      attributes: ['unknownMembers', 'rateLimit'],
      detail: { settings: { unknownMembers: 'ignore', rateLimit: 7 } },
    },
    { ...plain, operation: 'company.paused', detail: { minutes: 30 } },
    { ...plain, operation: 'company.unpaused' },
    { ...plain, operation: 'company.suspended' },
    { ...plain, operation: 'company.resumed' },
    { ...plain, operation: 'company.exported' },
    { ...plain, operation: 'company.deleted', detail: { graceDays: 3 } },
    { ...plain, operation: 'company.restored' },
  ]);
});

it('tells what was done to each kind of credential, and no secret', async () => {
  const { tokens, issuers, clients, adminCredentials, platformCredentials } = administration;
  const secrets: string[] = [];
  const token = await tokens.issueToken('acme', TOKEN);
  await tokens.updateToken('acme', token.id, { name: 'Okta EU' });
  await tokens.updateToken('acme', token.id, {});
  const { issued } = await tokens.renewToken('acme', token.id, { expires: later(9), overlapDays: 1 });
  await tokens.revokeToken('acme', token.id);
  await tokens.revokeToken('acme', token.id);
  const issuer = await issuers.addIssuer({
    ...{ name: 'idp', company: { slug: 'acme' }, issuer: 'https://idp.example/', audience: 'rollcall' },
    ...{
      keys: { url: 'https://idp.example/keys' },
      requiredScope: null,
      dialect: 'lenient',
      scopes: ['scim:read'],
    },
  });
  await issuers.removeIssuer(issuer.id);
  const made = await clients.createClient('acme', {
    ...{ name: 'Entra', dialect: 'lenient', scopes: ['scim:write'], secretExpires: later(90) },
  });
  const { id } = made.client;
  const added = await clients.addSecret('acme', id, later(90));
  const rotated = await clients.rotateSecret('acme', id, { expires: later(90), overlapDays: 1 });
  await clients.revokeSecret('acme', id, added.id);
  await clients.disableClient('acme', id);
  await clients.enableClient('acme', id);
  await clients.deleteClient('acme', id);
  const operator = await adminCredentials.issue({ name: 'ops', scopes: ['admin:acme'], expires: null });
  await adminCredentials.revoke(operator.id);
  const platform = await platformCredentials.issue({
    name: 'app',
    scopes: ['feed'],
    companies: ['acme'],
    expires: null,
  });
  await platformCredentials.revoke(platform.id);
  for (const { secret } of [token, issued, made.issued!, added, rotated.issued, operator, platform])
    secrets.push(secret);

  const told = await entries();
  expect(told.map(({ operation, display, detail }) => [operation, detail?.['kind'], display])).toEqual([
    ['credential.issued', 'token', 'Okta'],
    ['credential.changed', 'token', 'Okta EU'],
    ['credential.renewed', 'token', 'Okta EU'],
    ['credential.revoked', 'token', 'Okta EU'],
    ['credential.issued', 'issuer', 'idp'],
    ['credential.revoked', 'issuer', 'idp'],
    ['credential.issued', 'client', 'Entra'],
    ['credential.renewed', 'client', 'Entra'],
    ['credential.renewed', 'client', 'Entra'],
    ['credential.revoked', 'client', 'Entra'],
    ['credential.changed', 'client', 'Entra'],
    ['credential.changed', 'client', 'Entra'],
    ['credential.revoked', 'client', 'Entra'],
    ['credential.issued', 'admin', 'ops'],
    ['credential.revoked', 'admin', 'ops'],
    ['credential.issued', 'platform', 'app'],
    ['credential.revoked', 'platform', 'app'],
  ]);
  for (const secret of secrets) expect(JSON.stringify(told)).not.toContain(secret);
});

it('tells of an erasure by the id alone, and forgets the names that it had', async () => {
  const [id = ''] = await insertUsers(database, 'acme', 1);
  await admin.query(
    `INSERT INTO activity (company_id, id, txn, operation, outcome, resource_type, resource_id, display, external_id, detail)
     SELECT company_id, next_resource_id(), '', 'create', 'done', 'User', id, 'Ada', 'x1', '{"message":"Ada"}' FROM users`,
  );
  const { proof } = await administration.erasure.eraseUser('acme', id);
  expect(proof).toContainEqual({ table: 'activity', before: 1, left: 0 });
  expect(await entries()).toEqual([
    { operation: 'create', display: null, attributes: null, detail: null },
    { operation: 'erase', display: null, attributes: [], detail: null },
  ]);
});

/** Waits until a transaction waits for the lock of another one. */
async function lockAwaited(): Promise<void> {
  const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  while ((await admin.query(waiting)).rowCount === 0) await admin.query('SELECT pg_sleep(0.01)');
}

it('empties the journal of an erased person before it locks groups', async () => {
  const [id = ''] = await insertUsers(database, 'acme', 1);
  await admin.query(
    `INSERT INTO activity (company_id, id, txn, operation, outcome, resource_type, resource_id, display)
     SELECT company_id, next_resource_id(), '', 'create', 'done', 'User', id, 'Ben' FROM users;
     INSERT INTO groups (company_id, attributes, search, display_name, display_name_key)
     SELECT company_id, '{}', '{}', 'Staff', 'staff' FROM users;
     INSERT INTO memberships (company_id, group_id, member_id, member_user_id)
     SELECT u.company_id, g.id, u.id, u.id FROM users u JOIN groups g USING (company_id)`,
  );
  const holder = new pg.Client(database.adminUrl);
  await holder.connect();
  await holder.query(`BEGIN; SELECT FROM activity WHERE display = 'Ben' FOR UPDATE`);
  const erasing = administration.erasure.eraseUser('acme', id);
  try {
    await lockAwaited();
    await admin.query('SELECT FROM groups FOR UPDATE NOWAIT');
  } finally {
    await holder.end();
    await erasing;
  }
  const { proof } = await erasing;
  expect(proof).toContainEqual({ table: 'activity', before: 1, left: 0 });
  expect(proof).toContainEqual({ table: 'memberships', before: 1, left: 0 });
});

it('says who did it, and gives it a place in the feed', async () => {
  await administration.tokens.issueToken('acme', TOKEN);
  const { rows } = await admin.query(
    `SELECT a.surface, a.credential_name, a.client IS NOT NULL AS named, o.seq IS NOT NULL AS queued
     FROM activity a LEFT JOIN outbox o ON o.company_id = a.company_id AND o.activity_id = a.id`,
  );
  expect(rows).toEqual([
    { surface: 'command line', credential_name: 'command line', named: true, queued: true },
  ]);
});

it('has nothing of a change that was taken back', async () => {
  await expect(administration.tokens.issueToken('acme', { ...TOKEN, user: 'nobody' })).rejects.toThrow(
    'no user',
  );
  await expect(administration.lifecycle.restoreCompany('acme')).rejects.toThrow('was not deleted');
  expect(await entries()).toEqual([]);
});
