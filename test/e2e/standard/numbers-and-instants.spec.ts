import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimClient } from '../../support/scim-client.js';
import { createUser, expectRefusal, namesWhere, userBody } from './messages.js';

/** No attribute of RFC 7643 that a client may write is a number or a dateTime; a deployment's own may be. */
const VALUES = 'urn:example:schemas:values:1.0:User';

let application: TestApplication;
let client: ScimClient;
let strict: ScimClient;

const PEOPLE = [
  { userName: 'nine', whole: 9, measure: 9.5, moment: '2024-02-29T12:00:00Z' },
  { userName: 'ten', whole: 10, measure: 10.25, moment: '2024-02-29T13:00:00+02:00' },
  { userName: 'zero', whole: 0, measure: 0, moment: '2024-02-29T12:00:00.001Z' },
  { userName: 'less', whole: -1, measure: -1e-3, moment: '1999-12-31T23:59:59-05:00' },
  { userName: 'none' },
] as const;

beforeAll(async () => {
  application = await startTestApplication({ settings: { SCHEMAS_DIR: 'test/support/schemas' } });
  const company = await application.company();
  client = await company.client();
  strict = await company.client('strict');
  for (const { userName, ...values } of PEOPLE) await createUser(strict, { userName, [VALUES]: values });
});
afterAll(() => application.close());

it.each<[string, readonly string[]]>([
  ['whole gt 9', ['ten']],
  ['whole ge 9', ['nine', 'ten']],
  ['whole lt 9', ['less', 'zero']],
  ['whole le -1', ['less']],
  ['whole eq 10.0', ['ten']],
  ['whole eq 1e1', ['ten']],
  ['whole ne 10', ['less', 'nine', 'none', 'zero']],
  ['measure gt 9.5', ['ten']],
  ['measure lt 0', ['less']],
  ['measure eq 10.250', ['ten']],
  ['measure ge -0.001', ['less', 'nine', 'ten', 'zero']],
])('FIL-07 %s compares by number', async (filter, found) => {
  for (const own of [client, strict]) expect(await namesWhere(own, '/Users', filter)).toEqual(found);
});

it.each(['whole eq 9007199254740993', 'measure gt -12345678901234567890123'])(
  'FIL-07 %s is refused, since a number that is kept would be compared with another one',
  async (filter) => {
    for (const own of [client, strict]) {
      const { status, body } = await own.get(`/Users?filter=${encodeURIComponent(filter)}`);
      expect([status, body['scimType']]).toEqual([400, 'invalidFilter']);
    }
  },
);

it.each<[string, readonly string[]]>([
  ['moment lt "2024-02-29T12:00:00Z"', ['less', 'ten']],
  ['moment eq "2024-02-29T11:00:00Z"', ['ten']],
  ['moment gt "2024-02-29T13:00:00+01:00"', ['zero']],
  ['moment eq "2000-01-01T04:59:59.000Z"', ['less']],
])('FIL-06 %s compares by instant', async (filter, found) => {
  for (const own of [client, strict]) expect(await namesWhere(own, '/Users', filter)).toEqual(found);
});

it('FIL-14 0 is present', async () => {
  expect(await namesWhere(client, '/Users', 'whole pr')).toEqual(['less', 'nine', 'ten', 'zero']);
  expect(await namesWhere(client, '/Users', 'measure pr')).toEqual(['less', 'nine', 'ten', 'zero']);
});

it.each([
  ['whole', ['less', 'zero', 'nine', 'ten', 'none']],
  ['measure', ['less', 'zero', 'nine', 'ten', 'none']],
  ['moment', ['less', 'ten', 'nine', 'zero', 'none']],
])('SORT-04 SORT-07 %s is sorted by value, last without one', async (name, expected) => {
  const sorted = async (more: string): Promise<string[]> =>
    (await client.get(`/Users?sortBy=${VALUES}:${name}${more}`)).body.Resources.map(
      ({ userName }: { userName: string }) => userName,
    );
  expect(await sorted('')).toEqual(expected);
  expect(await sorted('&sortOrder=descending')).toEqual([...expected].reverse());
});

it.each([
  ['whole', 'five'],
  ['whole', '1.5'],
  ['whole', '007'],
  ['whole', 1.5],
  ['whole', true],
  ['whole', [1, 2]],
  ['measure', 'x'],
  ['measure', {}],
  ['moment', '2024-02-29'],
  ['moment', '12:00:00'],
  ['moment', '2023-02-29T12:00:00Z'],
  ['moment', '2024-02-29T25:00:00Z'],
  ['moment', 1_709_208_000],
])('CHAR-08 CHAR-09 %s is not %j', async (name, value) => {
  for (const own of [client, strict]) {
    const body = userBody({ [VALUES]: { [name]: value } });
    expectRefusal(await own.post('/Users', body), 400, 'invalidValue', new RegExp(name));
  }
  const { id } = await createUser(client, { [VALUES]: { whole: 1 } });
  const operation = { op: 'replace', path: `${VALUES}:${name}`, value };
  expectRefusal(await strict.patch(`/Users/${id}`, [operation]), 400, 'invalidValue', new RegExp(name));
  await client.delete(`/Users/${id}`);
});

it.each([
  ['1.0', 1],
  ['1e3', 1000],
])('an integer that is written as %s is %d', async (literal, value) => {
  for (const own of [client, strict]) {
    const body = JSON.stringify(userBody({ [VALUES]: { whole: 0 } })).replace(
      '"whole":0',
      `"whole":${literal}`,
    );
    const answer = await own.post('/Users', body);
    expect([answer.status, answer.body[VALUES]]).toEqual([201, { whole: value }]);
    expect((await client.get(`/Users/${answer.body.id}`)).text).toContain(`"whole":${value}`);
    await client.delete(`/Users/${answer.body.id}`);
  }
});
