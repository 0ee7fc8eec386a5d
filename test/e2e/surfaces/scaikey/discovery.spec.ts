import { startTestApplication, type TestApplication } from '../../../support/application.js';
import { type ScimClient } from '../../../support/scim-client.js';
import { scaikeyClient } from './scaikey.js';

const GROUP_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group';

let application: TestApplication;
let client: ScimClient;
beforeAll(async () => {
  application = await startTestApplication();
  client = await scaikeyClient(application, await application.company('widget-works'));
});
afterAll(() => application.close());

it('the five endpoints answer, each document with its location by the slug', async () => {
  const base = `${application.origin}/api/v1/tenants/widget-works/scim/v2`;
  for (const path of [
    '/ServiceProviderConfig',
    '/ResourceTypes/User',
    '/ResourceTypes/Group',
    `/Schemas/${GROUP_SCHEMA}`,
  ]) {
    const { status, body } = await client.get(path);
    expect([status, body.meta.location]).toEqual([200, base + path]);
  }
  for (const path of ['/ResourceTypes', '/Schemas']) {
    const { status, body } = await client.get(path);
    expect(status).toBe(200);
    expect(body.Resources).toHaveLength(body.totalResults);
    for (const { id, meta } of body.Resources) expect(meta.location).toBe(`${base}${path}/${id}`);
  }
});

it('ServiceProviderConfig tells what this surface offers', async () => {
  const { body } = await client.get('/ServiceProviderConfig');
  expect(body).toMatchObject({
    patch: { supported: true },
    bulk: { supported: true },
    sort: { supported: true },
    etag: { supported: true },
    filter: { supported: true, maxResults: 1000 },
  });
});

it('what there is none of is 404', async () => {
  for (const path of ['/ResourceTypes/Nope', '/Schemas/urn:nope']) {
    const { status, body } = await client.get(path);
    expect([status, body.status]).toEqual([404, '404']);
  }
});
