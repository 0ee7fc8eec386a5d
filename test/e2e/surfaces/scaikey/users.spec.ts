import { startTestApplication, type TestApplication } from '../../../support/application.js';
import { type ScimClient } from '../../../support/scim-client.js';
import { scaikeyClient } from './scaikey.js';

const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

let application: TestApplication;
let client: ScimClient;
let made = 0;
const unique = (): string => `user-${++made}`;
beforeAll(async () => {
  application = await startTestApplication();
  client = await scaikeyClient(application, await application.company('widget-works'));
});
afterAll(() => application.close());

/** Every attribute of the documented SCIMUser that a client can set. */
const whole = (userName: string): object => ({
  schemas: [USER_SCHEMA, ENTERPRISE],
  externalId: `x-${userName}`,
  userName,
  name: {
    formatted: 'Dr. Ann B. Lee Jr.',
    familyName: 'Lee',
    givenName: 'Ann',
    middleName: 'B.',
    honorificPrefix: 'Dr.',
    honorificSuffix: 'Jr.',
  },
  displayName: 'Ann Lee',
  nickName: 'Annie',
  profileUrl: 'https://example.com/ann',
  title: 'Guide',
  userType: 'Employee',
  preferredLanguage: 'en',
  locale: 'en-GB',
  timezone: 'Europe/London',
  active: true,
  emails: [{ value: 'ann@example.com', type: 'work', primary: true }],
  phoneNumbers: [{ value: '+44 1', type: 'work' }],
  addresses: [
    {
      formatted: '1 Way',
      streetAddress: '1 Way',
      locality: 'Town',
      region: 'R',
      postalCode: '1',
      country: 'GB',
      type: 'work',
      primary: true,
    },
  ],
  [ENTERPRISE]: {
    employeeNumber: '1',
    costCenter: 'c',
    organization: 'o',
    division: 'd',
    department: 'e',
  },
});

it('TEN-08 POST answers 201 with the user, never with its password', async () => {
  const body = whole(unique());
  const answer = await client.post('/Users', { ...body, password: 'hush-hush' });
  expect(answer.status).toBe(201);
  expect(answer.body).toEqual({
    ...body,
    id: expect.stringMatching(/^[0-9a-f]{16}$/),
    meta: {
      resourceType: 'User',
      created: expect.any(String),
      lastModified: expect.any(String),
      location: `${application.origin}/api/v1/tenants/widget-works/scim/v2/Users/${answer.body.id}`,
      version: 'W/"1"',
    },
  });
  expect(answer.headers.location).toBe(answer.body.meta.location);
  expect(answer.text).not.toMatch(/hush-hush|null/);
  expect((await client.get(`/Users/${answer.body.id}`)).body).toEqual(answer.body);
});

it('PUT, PATCH and DELETE answer 200, 200 and 204', async () => {
  const userName = unique();
  const { body: user } = await client.post('/Users', { userName, active: false });
  const path = `/Users/${user.id}`;
  const put = await client.put(path, { userName, displayName: 'Bob' });
  // An active left out is not the documented default of true: that would let a deprovisioned user in again.
  expect([put.status, put.body]).toMatchObject([200, { displayName: 'Bob', active: false }]);
  const patched = await client.patch(path, [{ op: 'replace', path: 'active', value: true }]);
  expect([patched.status, patched.body]).toMatchObject([200, { displayName: 'Bob', active: true }]);
  const again = await client.patch(path, [{ op: 'replace', path: 'active', value: true }]);
  expect([again.status, again.body]).toEqual([200, patched.body]);
  const gone = await client.delete(path);
  expect([gone.status, gone.text]).toEqual([204, '']);
  expect((await client.get(path)).status).toBe(404);
});

it('TEN-08 shows the groups of a user with links by the slug', async () => {
  const { body: user } = await client.post('/Users', { userName: unique() });
  const { body: group } = await client.post('/Groups', {
    displayName: unique(),
    members: [{ value: user.id }],
  });
  const { body } = await client.get(`/Users/${user.id}`);
  expect(body.groups).toEqual([
    { value: group.id, $ref: group.meta.location, display: group.displayName, type: 'direct' },
  ]);
});

it('lists with filter, order, page and projection', async () => {
  const lister = await scaikeyClient(application, await application.company());
  for (const userName of ['carl', 'Ann', 'bob']) {
    await lister.post('/Users', { userName, emails: [{ value: `${userName}@example.com` }] });
  }
  const { body } = await lister.get(
    '/Users?sortBy=userName&sortOrder=descending&count=2&attributes=userName',
  );
  expect(body).toMatchObject({ totalResults: 3, startIndex: 1, itemsPerPage: 2 });
  expect(body.Resources).toEqual(
    ['carl', 'bob'].map((userName) => ({ schemas: [USER_SCHEMA], id: expect.any(String), userName })),
  );
  const filtered = await lister.get(
    `/Users?filter=${encodeURIComponent('emails.value eq "ann@example.com"')}&excludedAttributes=emails`,
  );
  expect(filtered.body.Resources).toEqual([expect.objectContaining({ userName: 'Ann' })]);
  expect(filtered.body.Resources[0]).not.toHaveProperty('emails');
});
