import pg from 'pg';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { type ScimClient } from '../support/scim-client.js';
import {
  basic,
  DAY_MS,
  makeClient,
  postForm,
  type TestClient,
  type TokenAnswer,
} from '../support/token-client.js';

// The steps of Microsoft's validator for gallery applications, with client credentials instead of a pasted token, and
// what becomes of the same steps when a secret is wrong, over, or one of two.

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const UNKNOWN_USER = 'filter=userName%20eq%20%22a1b2c3d4-0000-4000-8000-000000000000%22';

let service: TestApplication;
let client: TestClient;

beforeAll(async () => {
  service = await startTestApplication();
  await service.company('acme');
  client = await makeClient(service.clients, 'acme');
});
afterAll(() => service.close());

/** As Entra ID asks: by Basic, with a scope of its own. */
const ask = ({ id, secret }: TestClient): Promise<TokenAnswer> =>
  postForm(
    `${service.origin}/oauth/token`,
    { grant_type: 'client_credentials', scope: 'scim.readwrite' },
    { authorization: basic(id, secret), 'user-agent': 'Microsoft-Azure-AD-Provisioning/1.0' },
  );

async function connect(of: TestClient): Promise<ScimClient> {
  const { status, body } = await ask(of);
  expect([status, body['token_type'], body['expires_in']]).toEqual([200, 'Bearer', 3600]);
  return service.scim(body['access_token'] as string);
}

/** The connection test: a token, and a user that nobody has. */
async function testConnection(of: TestClient): Promise<number> {
  const answer = await ask(of);
  if (answer.status !== 200) return answer.status;
  const scim = service.scim(answer.body['access_token'] as string);
  const found = await scim.get(`/Users?${UNKNOWN_USER}`);
  expect(found.body).toMatchObject({ totalResults: 0 });
  return found.status;
}

it('goes through the connection test, discovery, users and groups', async () => {
  expect(await testConnection(client)).toBe(200);
  const scim = await connect(client);
  const schemas = await scim.get('/Schemas');
  const ids = (schemas.body.Resources as { id: string; attributes: { name: string }[] }[]).map(
    ({ id }) => id,
  );
  expect(ids).toEqual(expect.arrayContaining([USER, GROUP]));
  const user = (schemas.body.Resources as { id: string; attributes: { name: string }[] }[]).find(
    ({ id }) => id === USER,
  );
  expect(user?.attributes.map(({ name }) => name)).toContain('active');

  const made = await scim.post('/Users', {
    ...{ schemas: [USER], userName: 'ada@example.com', externalId: 'e-ada', active: true },
  });
  expect(made.status).toBe(201);
  const id = made.body.id as string;
  const twin = await scim.post('/Users', { schemas: [USER], userName: 'ADA@example.com' });
  expect([twin.status, twin.body.scimType]).toEqual([409, 'uniqueness']);
  const patch = (path: string, value: unknown): object => ({
    schemas: [PATCH],
    Operations: [{ op: 'Replace', path, value }],
  });
  const disabled = await scim.patch(`/Users/${id}`, patch('active', 'False'));
  expect(disabled.status).toBeLessThan(300);
  expect((await scim.get(`/Users/${id}`)).body).toMatchObject({ active: false });

  const group = await scim.post('/Groups', { schemas: [GROUP], displayName: 'Engineering', externalId: 'g' });
  const groupId = group.body.id as string;
  const add = { schemas: [PATCH], Operations: [{ op: 'Add', path: 'members', value: [{ value: id }] }] };
  expect((await scim.patch(`/Groups/${groupId}`, add)).status).toBe(204);
  expect((await scim.get(`/Groups/${groupId}`)).body.members).toMatchObject([{ value: id }]);
  expect((await scim.delete(`/Users/${id}`)).status).toBe(204);
  expect((await scim.get(`/Users/${id}`)).status).toBe(404);
  expect((await scim.delete(`/Groups/${groupId}`)).status).toBe(204);
});

it('fails the connection test with a wrong secret and with one that is over', async () => {
  expect(await testConnection({ ...client, secret: `${client.secret}x` })).toBe(401);
  expect(await testConnection({ ...client, secret: '' })).toBe(401);
  const of = await makeClient(service.clients, 'acme');
  expect(await testConnection(of)).toBe(200);
  const admin = new pg.Client(service.database.adminUrl);
  await admin.connect();
  await admin.query(
    "UPDATE oauth_client_secrets SET expires = now() - interval '1 second' WHERE client_id = $1",
    [of.id],
  );
  await admin.end();
  expect(await testConnection(of)).toBe(401);
});

it('goes on with two secrets that overlap, until the old one is revoked', async () => {
  const of = await makeClient(service.clients, 'acme');
  const { issued } = await service.clients.rotateSecret('acme', of.id, {
    expires: new Date(Date.now() + 365 * DAY_MS),
    overlapDays: 7,
  });
  const renewed = { ...of, secret: issued.secret };
  const [old, young] = [await connect(of), await connect(renewed)];
  expect([await testConnection(of), await testConnection(renewed)]).toEqual([200, 200]);
  await service.clients.revokeSecret('acme', of.id, of.secretId);
  expect([await testConnection(of), await testConnection(renewed)]).toEqual([401, 200]);
  expect([(await old.get('/Users')).status, (await young.get('/Users')).status]).toEqual([401, 200]);
});

it('a rotation under load loses no request', async () => {
  const of = await makeClient(service.clients, 'acme');
  let secret = of.secret;
  let isDone = false;
  const statuses: number[] = [];

  /** As a provider's job: a token, some requests with it, the next one with the secret that is entered by then. */
  async function job(number: number): Promise<void> {
    for (let round = 0; !isDone || round < 3; round += 1) {
      const answer = await ask({ ...of, secret });
      statuses.push(answer.status);
      const scim = service.scim(answer.body['access_token'] as string);
      const made = await scim.post('/Users', { schemas: [USER], userName: `job-${number}-${round}` });
      statuses.push(made.status, (await scim.get(`/Users/${made.body.id as string}`)).status);
    }
  }

  const jobs = Array.from({ length: 6 }, (_, number) => job(number));
  const until = async (count: number): Promise<void> => {
    const aim = statuses.length + count;
    while (statuses.length < aim) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await until(40);
  const { issued } = await service.clients.rotateSecret('acme', of.id, {
    expires: new Date(Date.now() + 365 * DAY_MS),
    overlapDays: 7,
  });
  await until(40);
  secret = issued.secret;
  // Each job has asked with the new one when every second it had begun before is through.
  await until(80);
  await service.clients.showClient('acme', of.id);
  isDone = true;
  await Promise.all(jobs);
  expect(statuses.length).toBeGreaterThan(150);
  expect(statuses.filter((status) => status !== 200 && status !== 201)).toEqual([]);
  await service.clients.revokeSecret('acme', of.id, of.secretId);
  expect(await testConnection({ ...of, secret })).toBe(200);
});
