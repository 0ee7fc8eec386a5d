import { gzipSync } from 'node:zlib';
import { startTestApplication, type TestApplication, type TestCompany } from '../support/application.js';
import { type ScimAnswer, type ScimClient } from '../support/scim-client.js';

const LIMIT = 2_000_000;
const USER_LIMIT = 100_000;
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

let application: TestApplication;
let company: TestCompany;
beforeAll(async () => {
  const settings = { BODY_LIMIT: String(LIMIT), USER_BODY_LIMIT: String(USER_LIMIT) };
  application = await startTestApplication({ settings });
  company = await application.company();
});
afterAll(() => application.close());

/** By surface: where users and groups are. */
const SURFACES = {
  standard: { mount: 'standard/scim/v2', users: 'Users', groups: 'Groups' },
  paradigm: { mount: 'scim/v2', users: 'Users', groups: 'Groups' },
  scaikey: { mount: 'api/v1/tenants/:slug/scim/v2', users: 'Users', groups: 'Groups' },
  strongdm: { mount: 'provisioning/generic/v2', users: 'Users', groups: 'Groups' },
  oud: { mount: 'iam/directory/oud/scim/v1', users: 'Users', groups: 'Groups' },
} as const;

describe.each(Object.entries(SURFACES))('%s', (_name, { mount, users, groups }) => {
  let client: ScimClient;
  beforeAll(async () => {
    const base = `${application.origin}/${mount.replace(':slug', company.slug)}`;
    client = application.scim(await company.token(), base);
  });

  const refused = ({ status, text }: ScimAnswer, limit: number): void => {
    expect(status).toBe(413);
    expect(text).toContain(String(limit));
  };

  it('takes a user of USER_BODY_LIMIT and a group of BODY_LIMIT, and names the limit over it', async () => {
    const user = (length: number): string =>
      `{"schemas":["${USER}"],"userName":"${'x'.repeat(length - USER.length - 30)}"}`;
    expect(user(USER_LIMIT)).toHaveLength(USER_LIMIT);
    expect((await client.post(`/${users}`, user(USER_LIMIT))).status).not.toBe(413);
    refused(await client.post(`/${users}`, user(USER_LIMIT + 1)), USER_LIMIT);
    const group = (length: number): string =>
      `{"schemas":["${GROUP}"],"displayName":" "${' '.repeat(length - GROUP.length - 36)}}`;
    expect((await client.post(`/${groups}`, group(LIMIT))).status).not.toBe(413);
    refused(await client.post(`/${groups}`, group(LIMIT + 10)), LIMIT);
  });

  it('counts what a packed body unpacks to', async () => {
    const packed = gzipSync(`{"userName":"${'x'.repeat(USER_LIMIT)}"}`);
    const response = await fetch(`${client.base}/${users}`, {
      method: 'POST',
      body: packed,
      headers: {
        Authorization: `Bearer ${client.token}`,
        'Content-Type': 'application/json',
        'Content-Encoding': 'gzip',
      },
    });
    expect([response.status, await response.text()]).toEqual([
      413,
      expect.stringContaining(String(USER_LIMIT)),
    ]);
  });

  it('refuses a text, and an object that hold too much', async () => {
    const path = `/${groups}`;
    refused(await client.post(path, `{"displayName":"${'x'.repeat(USER_LIMIT + 1)}"}`), USER_LIMIT);
    const names = Array.from({ length: 10_001 }, (_, index) => `"k${index}":0`);
    refused(await client.post(path, `{${names.join(',')}}`), 10_000);
  });
});

it('a group that is not there is 404 before its body is judged', async () => {
  const client = await company.client();
  const { status } = await client.put(
    '/Groups/00000000000000ab',
    `{"displayName":"${'x'.repeat(USER_LIMIT + 1)}"}`,
  );
  expect(status).toBe(404);
});

describe('names in attributes', () => {
  const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `a${index}`);
  const search = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'] };

  it.each(['attributes', 'excludedAttributes'])(
    'over a thousand in %s are 400 tooMany',
    async (parameter) => {
      const client = await company.client();
      for (const [path, body] of [
        ['/Users/.search', search],
        ['/.search', search],
      ] as const) {
        expect((await client.post(path, { ...body, [parameter]: names(1000) })).status).toBe(200);
        const { status, body: error } = await client.post(path, { ...body, [parameter]: names(1001) });
        expect([status, error.scimType]).toEqual([400, 'tooMany']);
        expect(error.detail).toContain('1000');
      }
      const query = await client.get(`/Users?${parameter}=${names(1001).join(',')}`);
      expect([query.status, query.body.scimType]).toEqual([400, 'tooMany']);
    },
  );
});
