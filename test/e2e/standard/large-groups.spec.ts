import { startTestApplication, type TestApplication } from '../../support/application.js';
import { insertUsers } from '../../support/insert-resources.js';
import { type ScimClient } from '../../support/scim-client.js';
import { groupBody } from './messages.js';

/** More members than one read answers at once, so that all of them are streamed. */
const MEMBERS = 1_500;

let application: TestApplication;
let client: ScimClient;
let path: string;
let ids: readonly string[];

beforeAll(async () => {
  application = await startTestApplication();
  const company = await application.company();
  client = await company.client();
  ids = await insertUsers(application.database, company.slug, MEMBERS);
  const members = ids.map((value) => ({ value }));
  path = `/Groups/${(await client.post('/Groups', groupBody({ members }))).body.id as string}`;
});
afterAll(() => application.close());

describe('a group whose members are streamed', () => {
  it('has the same entity tag whole, without members, and by HEAD', async () => {
    const whole = await client.get(path);
    const head = await client.send({
      method: 'HEAD',
      path,
      headers: { Authorization: `Bearer ${client.token}` },
    });
    const small = await client.get(`${path}?excludedAttributes=members`);
    expect([head.status, head.text]).toEqual([200, '']);
    for (const answer of [whole, head, small]) {
      expect(answer.headers).toMatchObject({
        etag: whole.headers.etag,
        'content-type': whole.headers['content-type'],
      });
    }
    expect(whole.headers.etag).toMatch(/^W\/"/);
    expect(small.body.members).toBeUndefined();
  });

  it('is 304 and empty for who has it, and whole for who has another version', async () => {
    const { headers } = await client.get(path);
    const same = await client.get(path, { 'If-None-Match': headers.etag ?? '' });
    expect([same.status, same.text, same.headers.etag]).toEqual([304, '', headers.etag]);
    const other = await client.get(path, { 'If-None-Match': 'W/"0"' });
    expect([other.status, other.body.members.length]).toEqual([200, MEMBERS]);
  });

  it.each([
    ['attributes=members.value', ['value']],
    ['attributes=members.display,members.type', ['display', 'type']],
    ['excludedAttributes=members.$ref,members.display', ['type', 'value']],
  ])('shows of each member what is asked for: %s', async (query, names) => {
    const { body } = await client.get(`${path}?${query}`);
    const members = body.members as Record<string, unknown>[];
    expect(members).toHaveLength(MEMBERS);
    for (const member of members) expect(Object.keys(member).sort()).toEqual(names);
    if (names.includes('value')) expect(members.map(({ value }) => value)).toEqual(ids);
  });
});
