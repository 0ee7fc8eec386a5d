import { startTestApplication, type TestApplication, type TestCompany } from '../support/application.js';

const VALUES = 1000;
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

let application: TestApplication;
let company: TestCompany;
let id: string;
let groupId: string;
beforeAll(async () => {
  application = await startTestApplication();
  company = await application.company();
  const emails = Array.from({ length: VALUES }, (_, index) => ({ value: `user-${index}@example.com` }));
  const client = await company.client();
  id = (await client.post('/Users', { schemas: [USER], userName: 'many', emails })).body.id;
  groupId = (await client.post('/Groups', { schemas: [GROUP], displayName: 'group' })).body.id;
});
afterAll(() => application.close());

const terms = (operator: string): string =>
  Array.from({ length: 490 }, (_, index) => `value ${operator} "a${index}"`).join(' or ');
const removes = (count: number, filter: string): object[] =>
  Array.from({ length: count }, () => ({ op: 'remove', path: `emails[${filter}]` }));

describe.each([
  ['standard', 'standard/scim/v2'],
  ['paradigm', 'scim/v2'],
  ['scaikey', 'api/v1/tenants/:slug/scim/v2'],
  ['oud', 'iam/directory/oud/scim/v1'],
])('%s', (_name, mount) => {
  const patch = async (operations: object[], path = `/Users/${id}`) => {
    const base = `${application.origin}/${mount.replace(':slug', company.slug)}`;
    return application.scim(await company.token(), base).patch(path, operations);
  };

  it('looks 49,000 values up in a thousand e-mails', async () => {
    expect([200, 204]).toContain((await patch(removes(100, terms('eq')))).status);
  });

  it('refuses what looks at values too often, by name of the operation, and changes nothing', async () => {
    const first = { op: 'remove', path: 'emails[value eq "user-0@example.com"]' };
    const { status, text } = await patch([first, ...removes(5, terms('co'))]);
    expect(status).toBe(400);
    expect(text).toMatch(/Operations\[5\].*2000000 times.*several requests/);
    const client = await company.client();
    const { emails } = (await client.get(`/Users/${id}?attributes=emails`)).body;
    expect(emails).toHaveLength(VALUES);
  });

  it('refuses paths that are too long together', async () => {
    const path = `members[${terms('eq')
      .slice(0, 9000)
      .replace(/ or [^"]*"?[^"]*"?$/, '')}]`;
    const operations = Array.from({ length: 120 }, () => ({ op: 'remove', path }));
    const { status, text } = await patch(operations, `/Groups/${groupId}`);
    expect(status).toBe(400);
    expect(text).toMatch(/paths have \d+ characters.*1000000/);
  });
});

it('the refusal is tooMany', async () => {
  const { body } = await (await company.client()).patch(`/Users/${id}`, removes(5, terms('co')));
  expect(body).toMatchObject({ status: '400', scimType: 'tooMany' });
});
