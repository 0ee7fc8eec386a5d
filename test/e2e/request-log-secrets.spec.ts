import { randomBytes } from 'node:crypto';
import { request as openRequest } from 'node:http';
import fc from 'fast-check';
import pg from 'pg';
import { SURFACES } from '../../src/app.module.js';
import { RequestJournal } from '../../src/scim/request-journal.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { runs } from '../support/property-runs.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

/** Stands in each personal value, so that a search finds it in whatever form it was cut or quoted. */
const MARK = 'cAnArY';

let service: TestApplication;
let id: string;
/** Tokens that are in force, were revoked, and never existed; and a JWT of nobody. */
let tokens: Readonly<Record<'valid' | 'revoked' | 'unknown' | 'jwt', string>>;
let lines: string[] = [];

beforeAll(async () => {
  service = await startTestApplication({
    settings: { LOG_LEVEL: 'trace' },
    log: (line) => lines.push(line),
  });
  const company = await service.company('acme');
  const valid = await company.token();
  const { id: tokenId, secret: revoked } = await service.tokens.issueToken('acme', {
    ...{ name: 'old', dialect: 'lenient', scopes: ['scim:read'], expires: null },
  });
  await service.tokens.revokeToken('acme', tokenId);
  const jwt = [{ alg: 'RS256', kid: 'k' }, { iss: 'https://idp.example/', sub: MARK, name: MARK }, MARK]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  tokens = { valid, revoked, unknown: `rollcall_${randomBytes(32).toString('base64url')}`, jwt };
  const made = await service.scim(valid).post('/Users', { schemas: [USER], userName: 'known' });
  id = made.body.id as string;
});
afterAll(() => service.close());

/** A personal value or a secret; a text of digits has no mark. */
type Planted = (kept: typeof tokens) => string;
const PHONE = '2079460958';
const PERSONAL: readonly Planted[] = [
  () => MARK,
  () => `${MARK} Lovelace`,
  () => `${MARK}@example.com`,
  () => PHONE,
];
const SECRETS: readonly Planted[] = [({ valid }) => valid, ({ revoked }) => revoked, ({ jwt }) => jwt];
const ADDRESS: Planted = () => `${MARK}@example.com`;

const anything = fc.constantFrom(...PERSONAL, ...SECRETS);
/** What stands in for a name: of an attribute or of a program. A word there may well be one. */
const recognizable = fc.constantFrom(ADDRESS, ...SECRETS);

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const json = (value: unknown): string => JSON.stringify(value);

/** Bodies with a value in each place, and a name that is none. */
const bodies: readonly ((value: string, name: string) => string)[] = [
  (value) => json({ schemas: [USER], userName: value, name: { familyName: value }, emails: [{ value }] }),
  (value) => json({ schemas: [USER], userName: [value], active: value }),
  (value, name) =>
    json({ schemas: [USER, value], userName: 'known', [name]: value, name: { [name]: value } }),
  (value) =>
    json({ schemas: [USER], userName: 'x', id: value, meta: { created: value }, groups: [{ value }] }),
  (value) => json({ schemas: [GROUP], displayName: value, members: [{ value, display: value }] }),
  (value) => json({ schemas: [value], displayName: {} }),
  (value) => `{"userName":"${value}`,
  (value) => `{"userName":${value}}`,
  (value) => value,
  (value, name) =>
    json({
      schemas: [PATCH_OP],
      Operations: [
        { op: 'replace', path: `emails[value eq "${value}"].display`, value },
        { op: 'add', value: { [name]: value, id: value, title: value } },
      ],
    }),
  (value) => json({ schemas: [PATCH_OP], Operations: [{ op: value, path: 'title', value }] }),
  (value) => json({ schemas: [PATCH_OP], Operations: [{ op: 'add', path: 'members', value: [{ value }] }] }),
  (value, name) => json({ schemas: [PATCH_OP], Operations: [{ op: 'replace', path: name, value }] }),
  (value) =>
    json({
      schemas: [BULK],
      Operations: [
        { method: 'POST', path: '/Users', bulkId: value, data: { schemas: [USER], userName: value } },
        { method: 'POST', path: '/Users', bulkId: 'b', data: { schemas: [USER], userName: [value] } },
        { method: 'DELETE', path: `/Users/${value}` },
        { method: 'PUT', path: `/Users/bulkId:${value}`, data: value },
        { method: value, path: value },
      ],
    }),
];

const queries: readonly ((value: string) => string)[] = [
  () => '',
  (value) => `?filter=userName eq "${value}"`,
  (value) => `?filter=${value} eq "x"`,
  (value) => `?filter=userName eq ${value}`,
  (value) => `?filter=${value}`,
  (value) => `?sortBy=${value}&attributes=${value}`,
  (value) => `?startIndex=${value}&count=${value}`,
  (value) => `?${value}=1&access_token=${value}&cursor=${value}`,
];

const paths: readonly ((value: string) => string)[] = [
  () => '/Users',
  () => '/Groups',
  () => '/Users/ID',
  (value) => `/Users/${encodeURIComponent(value)}`,
  (value) => `/Groups/${encodeURIComponent(value)}`,
  (value) => `/${encodeURIComponent(value)}`,
  (value) => `/Schemas/${encodeURIComponent(value)}`,
  () => '/Bulk',
  () => '/.search',
  () => '/Users/.search',
  () => '/Me',
];

/** Values of the Authorization header. */
const credentials: readonly ((kept: typeof tokens) => string)[] = [
  ({ valid }) => `Bearer ${valid}`,
  ({ valid }) => `Bearer ${valid}`,
  ({ revoked }) => `Bearer ${revoked}`,
  ({ unknown }) => `Bearer ${unknown}`,
  ({ jwt }) => `Bearer ${jwt}`,
  ({ valid }) => `Basic ${Buffer.from(`${MARK}:${valid}`).toString('base64')}`,
  ({ valid }) => valid,
];

const requests = fc.record({
  mount: fc.constantFrom(...SURFACES.map(({ surface }) => surface.mount.replace(/:\w+/, 'acme')), 'scim/v3'),
  method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
  path: fc.constantFrom(...paths),
  query: fc.constantFrom(...queries),
  body: fc.constantFrom(...bodies),
  credential: fc.constantFrom(...credentials),
  header: fc.constantFrom(
    ...['Referer', 'Cookie', 'If-Match', 'If-None-Match', 'Accept', 'Content-Type', 'Prefer', 'Traceparent'],
    ...['X-Forwarded-For', 'X-Forwarded-Host', 'Content-Encoding'],
  ),
  value: anything,
  name: recognizable,
});

function send({ method, path, headers, body }: Sent): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(service.origin);
    const request = openRequest({ hostname, port, method, path, headers }, (response) => {
      response.resume().once('close', () => resolve(response.statusCode ?? 0));
    });
    request.once('error', reject);
    request.end(method === 'GET' || method === 'DELETE' ? undefined : body);
  });
}

it('SEC-07 no line of any level, and nothing that the journal says of a request, holds a secret or a personal value, wherever in a request it stands', async () => {
  const statuses = new Map<number, number>();
  const property = fc.asyncProperty(requests, async ({ mount, method, path, query, body, ...planted }) => {
    lines = [];
    const [value, name] = [planted.value(tokens), planted.name(tokens)];
    const status = await send({
      method,
      path: `/${mount}${path(value).replace('ID', id)}${query(value).replaceAll(' ', '%20').replaceAll('"', '%22')}`,
      headers: {
        'Content-Type': 'application/scim+json',
        'User-Agent': `client ${name}`,
        'X-Request-Id': name,
        [planted.header]: value,
        Authorization: planted.credential(tokens),
      },
      body: body(value, name),
    });
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const text = lines.join('');
    for (const secret of [MARK, PHONE, ...Object.values(tokens)]) {
      expect(text.toLowerCase()).not.toContain(secret.toLowerCase());
    }
    expect(lines.every((line) => line.endsWith('}\n') && !/[\n\r]/.test(line.slice(0, -1)))).toBe(true);
  });
  await fc.assert(property, runs(400));
  const seen = [...statuses.keys()].sort();
  expect(seen).toEqual(expect.arrayContaining([400, 401, 404]));
  expect(seen.some((status) => status < 300)).toBe(true);
  expect(seen.filter((status) => status >= 500 && status !== 501)).toEqual([]);
  await holdJournal();
});

/** An entry of the journal as a text, and whether it has a name though nothing was to be created. */
interface Entry {
  readonly outcome: string;
  readonly entry: string;
  readonly withoutName: string;
  readonly isNamed: boolean;
}

/**
 * Changes are told with the names of resources, which are personal, and so is what was not created, in `display` alone; no
 * entry has a token.
 */
async function holdJournal(): Promise<void> {
  const admin = new pg.Client(service.database.adminUrl);
  await admin.connect();
  try {
    await service.app.get(RequestJournal).flush();
    const { rows } = await admin.query<Entry>(
      `SELECT outcome, lower(to_jsonb(a)::text) AS entry, lower((to_jsonb(a) - 'display')::text) AS "withoutName",
         display IS NOT NULL AND operation <> 'create' AS "isNamed" FROM activity a`,
    );
    const outcomes = new Set(rows.map(({ outcome }) => outcome));
    expect([...outcomes].sort()).toEqual(expect.arrayContaining(['done', 'refused']));
    for (const { outcome, entry, withoutName, isNamed } of rows) {
      for (const secret of Object.values(tokens)) expect(entry).not.toContain(secret.toLowerCase());
      if (outcome === 'done') continue;
      expect(isNamed).toBe(false);
      for (const personal of [MARK, PHONE]) expect(withoutName).not.toContain(personal.toLowerCase());
    }
  } finally {
    await admin.end();
  }
}
