import { SURFACES } from '../../src/app.module.js';
import { startTestApplication, type TestApplication, type TestCompany } from '../support/application.js';
import { expireToken } from '../support/expire-token.js';
import { type ScimAnswer, type ScimClient } from '../support/scim-client.js';
import { titled } from '../support/titled.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const INFO = 30;
const WARN = 40;

type Line = Readonly<Record<string, unknown>> & { readonly level: number };

let service: TestApplication;
let company: TestCompany;
let lines: Line[] = [];
let made = 0;

beforeAll(async () => {
  service = await startTestApplication({
    settings: { LOG_LEVEL: 'debug' },
    log: (line) => lines.push(JSON.parse(line) as Line),
  });
  company = await service.company('acme');
});
beforeEach(() => {
  lines = [];
});
afterAll(() => service.close());

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

/** The lines of requests since the last call, of which there is at least one. */
async function requestLines(): Promise<Line[]> {
  const seen = (): Line[] => lines.filter(({ requestId }) => requestId !== undefined);
  await vi.waitFor(() => expect(seen()).not.toHaveLength(0), { timeout: 10_000 });
  // A line too many would come at the same time.
  await settle();
  const found = seen();
  lines = [];
  return found;
}

describe.each(
  titled(
    SURFACES.map(({ surface }) => surface),
    'name',
  ),
)('the log of %s', (_, { name, mount }) => {
  const isOud = name === 'oud';
  const prefix = name === 'strongdm' ? { User: 'a-', Group: 'r-' } : { User: '', Group: '' };
  const headers = { 'User-Agent': 'okta-scim/1.0' };
  let client: ScimClient;
  let base: string;

  beforeAll(async () => {
    base = `${service.origin}/${mount.replace(/:\w+/, company.slug)}`;
    const { secret } = await service.tokens.issueToken(company.slug, {
      name: 'Okta production',
      dialect: 'lenient',
      scopes: ['scim:read', 'scim:write'],
      expires: null,
    });
    client = service.scim(secret, base);
    lines = [];
  });

  const bodyOf = (schema: string, attributes: object): object =>
    isOud ? { schemas: [schema], [schema]: attributes } : { schemas: [schema], ...attributes };
  const user = (): object =>
    bodyOf(USER, { userName: `ada-${name}-${++made}@example.com`, name: { familyName: 'Lovelace' } });
  const group = (displayName: string): object => bodyOf(GROUP, { displayName, members: [] });
  const idIn = ({ body }: ScimAnswer): string => String(isOud ? body.Resources[0].id : body.id);
  const known = {
    company: 'acme',
    credential: 'Okta production',
    credentialId: expect.any(String),
    client: 'okta-scim/1.0',
    surface: name,
  };

  /** The only line of a request, which has the id of its answer. */
  async function lineOf(answer: ScimAnswer): Promise<Line> {
    const seen = await requestLines();
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      requestId: answer.headers['x-request-id'],
      status: answer.status,
      durationMs: expect.any(Number),
    });
    expect(JSON.stringify(seen)).not.toMatch(/ada-[a-z]*[g-z]|Lovelace|Finance|rollcall_/);
    return seen[0] as Line;
  }

  it('a write is one line at info, with whose it was and what became of it', async () => {
    const created = await client.post('/Users', user(), headers);
    expect(created.status).toBe(201);
    const id = idIn(created);
    const about = { ...known, level: INFO, resourceType: 'User', resourceId: id.slice(prefix.User.length) };
    expect(await lineOf(created)).toMatchObject({
      ...about,
      operation: 'create',
      outcome: 'done',
      status: 201,
    });
    expect(await lineOf(await client.delete(`/Users/${id}`, headers))).toMatchObject({
      ...about,
      operation: 'delete',
      method: 'DELETE',
      status: 204,
    });
    const grouped = await client.post('/Groups', group(`Finance ${name}`), headers);
    const groupId = idIn(grouped);
    expect(await lineOf(grouped)).toMatchObject({
      ...known,
      operation: 'create',
      resourceType: 'Group',
      resourceId: groupId.slice(prefix.Group.length),
    });
    const body = isOud
      ? [{ op: 'replace', path: `${GROUP}:displayName`, value: [`Finance two ${name}`] }]
      : [{ op: 'replace', value: { displayName: `Finance two ${name}` } }];
    for (const outcome of ['done', 'unchanged']) {
      const patched = await client.patch(`/Groups/${groupId}`, body, headers);
      expect([200, 204]).toContain(patched.status);
      expect(await lineOf(patched)).toMatchObject({ ...known, level: INFO, operation: 'patch', outcome });
    }
  });

  it('a read stays at debug', async () => {
    expect(await lineOf(await client.get('/Users?count=1', headers))).toMatchObject({
      ...known,
      level: 20,
      operation: 'list',
      resourceType: 'User',
      status: 200,
    });
  });

  it('a refused request is one line at info, of any method', async () => {
    const taken = user();
    await client.post('/Users', taken, headers);
    lines = [];
    const conflict = await client.post('/Users', taken, headers);
    expect(conflict.status).toBe(409);
    expect(await lineOf(conflict)).toMatchObject({
      ...known,
      level: INFO,
      msg: 'request refused',
      operation: 'create',
      outcome: 'refused',
      scimType: 'uniqueness',
      detail: expect.stringContaining('userName'),
    });
    const missing = await client.get(`/Users/ada-${name}@example.com`, headers);
    expect(missing.status).toBe(404);
    const line = await lineOf(missing);
    expect(line).toMatchObject({ ...known, level: INFO, operation: 'read', outcome: 'refused' });
    expect(line).not.toHaveProperty('resourceId');
    const lost = await client.send({
      method: 'POST',
      path: '/Userz/ada-lovelace?userName=ada-x',
      headers: { ...headers, Authorization: `Bearer ${client.token}` },
    });
    expect(lost.status).toBe(404);
    expect(await lineOf(lost)).toMatchObject({
      ...known,
      level: INFO,
      path: expect.stringMatching(/\/…\/…$/),
    });
  });

  it('an unknown attribute is told at warn, in the line of the request', async () => {
    const answer = await client.post('/Users', { ...user(), shoeSize: 'Lovelace' }, headers);
    const line = await lineOf(answer);
    if (answer.status !== 201) return expect(line).toMatchObject({ outcome: 'refused' });
    expect(line).toMatchObject({
      ...known,
      level: WARN,
      msg: 'parts of the request were ignored',
      ignored: ['shoeSize'],
    });
  });

  it('a token that was revoked or has expired is named, and its answer is that of any other', async () => {
    const issue = (): Promise<{ id: string; secret: string }> =>
      service.tokens.issueToken(company.slug, {
        name: 'Entra',
        dialect: 'lenient',
        scopes: ['scim:read'],
        expires: null,
      });
    const [expired, revoked] = [await issue(), await issue()];
    await service.tokens.revokeToken(company.slug, revoked.id);
    const end = await expireToken(service.database, expired.id);
    const unknown = await service.scim('rollcall_unknown', base).get('/Users');
    const line = await lineOf(unknown);
    expect(line).toMatchObject({ level: INFO, status: 401, outcome: 'refused', surface: name });
    for (const fact of ['company', 'credential', 'reason']) expect(line).not.toHaveProperty(fact);
    for (const [{ secret, id }, reason, since] of [
      [expired, 'expired', end],
      [revoked, 'revoked', expect.any(String)],
    ] as const) {
      const answer = await service.scim(secret, base).get('/Users');
      expect([answer.status, answer.text, answer.headers['www-authenticate']]).toEqual([
        unknown.status,
        unknown.text,
        unknown.headers['www-authenticate'],
      ]);
      const facts = { company: 'acme', credential: 'Entra', credentialId: id, reason, since };
      expect(await lineOf(answer)).toMatchObject({ level: INFO, status: 401, ...facts });
    }
  });

  if (name === 'standard' || name === 'scaikey') {
    it('a bulk job is one line, with its operations by status', async () => {
      const taken = user();
      const post = (bulkId: string, data: object): object => ({
        method: 'POST',
        path: '/Users',
        bulkId,
        data,
      });
      const answer = await client.post(
        '/Bulk',
        {
          schemas: [BULK],
          Operations: [
            post('a', taken),
            post('b', { ...user(), shoeSize: 1 }),
            post('c', taken),
            { method: 'DELETE', path: '/Users/0000000000000001' },
          ],
        },
        headers,
      );
      expect(answer.status).toBe(200);
      expect(await lineOf(answer)).toMatchObject({
        ...known,
        level: WARN,
        operation: 'bulk',
        operations: { 201: 2, 409: 1, 404: 1 },
        refusals: [
          expect.stringMatching(/^Operations\[2\] POST User: 409 uniqueness userName/),
          'Operations[3] DELETE User: 404 Resource not found.',
        ],
        ignored: ['shoeSize'],
      });
    });
  }
});

describe('what a request says of itself', () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

  it('an id and a trace are kept, and the id is answered', async () => {
    const client = await company.client();
    const id = '0af7651916cd43dd8448eb211c80319c';
    lines = [];
    const answer = await client.get('/Users', {
      'X-Request-Id': id,
      Traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
    });
    expect(answer.headers['x-request-id']).toBe(id);
    expect(await requestLines()).toMatchObject([{ requestId: id, traceId }]);
  });

  it.each(['a b', 'x'.repeat(129), 'rollcall_abcdefgh', 'ümlaut'.normalize('NFC').replace('ü', 'u\u0000')])(
    'an id such as %j gives way to another one',
    async (id) => {
      const sent = id.replace('\u0000', '"');
      const answer = await service.scim().get('/Users', { 'X-Request-Id': sent });
      expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it('an id that is the token itself gives way, too', async () => {
    const token = 'my-own-bootstrap-token-of-36-letters';
    const answer = await service.scim(token).get('/Users', { 'X-Request-Id': token });
    expect(answer.headers['x-request-id']).not.toBe(token);
  });

  it('nobody fills the log without a token, or shapes a line', async () => {
    await settle();
    lines = [];
    const nobody = service.scim('rollcall_garbage');
    const started = performance.now();
    for (let count = 0; count < 30; count++) {
      const send = (): Promise<ScimAnswer> =>
        nobody.get('/Users', { 'User-Agent': `x${'y'.repeat(3000)}\t{"level":60}` });
      await Promise.all(Array.from({ length: 10 }, send));
    }
    const windows = Math.ceil((performance.now() - started) / 10_000) + 1;
    const seen = await requestLines();
    expect(seen.length).toBeLessThanOrEqual(100 * windows);
    for (const line of seen) expect(String(line['client']).length).toBeLessThanOrEqual(101);
    expect(seen.every(({ level }) => level === INFO)).toBe(true);
  });
});
