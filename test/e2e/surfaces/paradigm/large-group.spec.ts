import { startTestApplication, type TestApplication } from '../../../support/application.js';
import { insertUsers } from '../../../support/insert-resources.js';
import { type ScimClient } from '../../../support/scim-client.js';
import { createGroup, LIST } from '../../standard/messages.js';
import { paradigmClient, FORM, urlEncoded } from './paradigm-client.js';

const MANY = 5000;

let application: TestApplication;
let client: ScimClient;
let ids: string[];

beforeAll(async () => {
  application = await startTestApplication();
  const company = await application.company();
  client = await paradigmClient(application, company);
  ids = await insertUsers(application.database, company.slug, MANY);
});
afterAll(() => application.close());

const idsOf = (body: { members: { value: string }[] }): string[] =>
  body.members.map(({ value }) => value).sort();

it('a group of 5,000 members is created, read, patched, listed and searched whole', async () => {
  const group = await createGroup(client, { members: ids.map((value) => ({ value })) });
  expect(idsOf(group)).toEqual(ids);
  const read = await client.get(`/Groups/${group.id}`);
  expect(read.body).toMatchObject({ id: group.id, displayName: group.displayName, externalId: '' });
  expect(idsOf(read.body)).toEqual(ids);

  const [gone = '', ...rest] = ids;
  const removed = await client.patch(`/Groups/${group.id}`, [{ op: 'remove', path: 'members', value: gone }]);
  expect([removed.status, idsOf(removed.body)]).toEqual([200, rest]);

  const listed = await client.get('/Groups');
  expect(listed.body).toMatchObject({ schemas: [LIST], totalResults: 1, itemsPerPage: 1 });
  expect(idsOf(listed.body.Resources[0])).toEqual(rest);
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'];
  const found = await client.post('/Groups/.search', { schemas });
  expect(found.body).toEqual(listed.body);
  const short = await client.get(`/Groups/${group.id}?excludedAttributes=members`);
  expect(short.body).not.toHaveProperty('members');

  const all = JSON.stringify({ op: 'replace', path: 'members', value: JSON.stringify(ids) });
  const replaced = await client.patch(`/Groups/${group.id}`, urlEncoded(['Operations', all]), FORM);
  expect([replaced.status, idsOf(replaced.body)]).toEqual([200, ids]);
});
