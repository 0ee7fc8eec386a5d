import { ADMIN_TOKEN, AdminClient } from '../../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

let service: TestApplication;
let admin: AdminClient;
beforeAll(async () => {
  service = await startTestApplication({ settings: { ADMIN_TOKEN } });
  admin = new AdminClient(service);
});
afterAll(() => service.close());

it('tells how many users have which attributes, in complex ones and extensions too', async () => {
  const company = await service.company();
  const other = await (await service.company()).client();
  const client = await company.client();
  await client.post('/Users', {
    userName: 'ada',
    externalId: 'okta-1',
    name: { familyName: 'Lovelace', givenName: 'Ada' },
    emails: [{ value: 'ada@example.com' }],
    [ENTERPRISE]: { department: 'Mathematics' },
    password: 'not to be told of',
  });
  await client.post('/Users', { userName: 'grace', name: { familyName: 'Hopper' } });
  await other.post('/Users', { userName: 'neighbour', title: 'of another company' });
  const { status, body } = await admin.get(`/companies/${company.slug}/attribute-usage`);
  expect(status).toBe(200);
  expect(body).toMatchObject({ lookedAt: 2, users: 2, ignored: [] });
  const usersOf = Object.fromEntries(
    (body.attributes as { path: string; users: number }[]).map(({ path, users }) => [path, users]),
  );
  expect(usersOf).toMatchObject({
    externalId: 1,
    userName: 2,
    name: 2,
    'name.familyName': 2,
    'name.givenName': 1,
    emails: 1,
    title: 0,
    [`${ENTERPRISE}:department`]: 1,
    [`${ENTERPRISE}:costCenter`]: 0,
  });
  for (const path of ['password', 'groups', 'id', 'meta']) expect(usersOf).not.toHaveProperty(path);
  expect(JSON.stringify(body)).not.toContain('Lovelace');
});

it('tells what was sent and left out, by how often', async () => {
  const company = await service.company();
  const client = await company.client();
  for (const name of ['ada', 'grace']) await client.post('/Users', { userName: name, shoeSize: 38 });
  await client.post('/Users', { userName: 'alan', shoeSize: 42, hatSize: 58 });
  const path = `/companies/${company.slug}/attribute-usage`;
  // The journal is written behind the answers.
  await expect
    .poll(async () => (await admin.get(path)).body.ignored)
    .toMatchObject([
      { name: 'shoeSize', requests: 3 },
      { name: 'hatSize', requests: 1 },
    ]);
});

it('a company without users, and one that does not exist', async () => {
  const { slug } = await service.company();
  expect((await admin.get(`/companies/${slug}/attribute-usage`)).body).toMatchObject({
    lookedAt: 0,
    users: 0,
  });
  expect((await admin.get('/companies/nobody/attribute-usage')).status).toBe(404);
});
