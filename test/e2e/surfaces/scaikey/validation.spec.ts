import {
  startTestApplication,
  type TestApplication,
  type TestCompany,
} from '../../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../../support/scim-client.js';
import { baseOf, scaikeyClient } from './scaikey.js';

const UNKNOWN = '0000000000000001';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const MASK = '**********';

const FIELDS = 'Input should be a valid dictionary or object to extract fields from';
const STRING = 'Input should be a valid string';
const LIST = 'Input should be a valid list';
const INTEGER = 'Input should be a valid integer, unable to parse string as an integer';
const BOOLEAN = 'Input should be a valid boolean';

let application: TestApplication;
let company: TestCompany;
let client: ScimClient;
let made = 0;
const unique = (): string => `name-${++made}`;
const json = { 'Content-Type': 'application/json' };

beforeAll(async () => {
  application = await startTestApplication({ settings: { BODY_LIMIT: '2MiB' } });
  company = await application.company();
  client = await scaikeyClient(application, company);
});
afterAll(() => application.close());

const item = (type: string, loc: readonly unknown[], msg: string, input: unknown): object => ({
  type,
  loc,
  msg,
  input,
});
const missing = (loc: readonly unknown[], input: unknown): object =>
  item('missing', loc, 'Field required', input);
const refusedWith = ({ status, body }: ScimAnswer, ...detail: object[]): void => {
  expect([status, body]).toEqual([422, { detail }]);
};
const refused = ({ status, headers, body }: ScimAnswer, expected: number): string => {
  expect([status, body]).toEqual([
    expected,
    expect.objectContaining({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(expected),
    }),
  ]);
  expect(headers['content-type']).toMatch(/^application\/json\b/);
  return body.detail as string;
};

describe('all that is wrong is told at once, in the order of declaration', () => {
  it('with a group', async () => {
    const body = {
      members: ['x', null, {}, { value: 3, type: null, $ref: 1, display: [] }],
      schemas: null,
      externalId: {},
    };
    refusedWith(
      await client.post('/Groups', body),
      item('list_type', ['body', 'schemas'], LIST, null),
      item('string_type', ['body', 'externalId'], STRING, {}),
      missing(['body', 'displayName'], body),
      item('model_attributes_type', ['body', 'members', 0], FIELDS, 'x'),
      item('model_attributes_type', ['body', 'members', 1], FIELDS, null),
      missing(['body', 'members', 2, 'value'], {}),
      item('string_type', ['body', 'members', 3, 'value'], STRING, 3),
      item('string_type', ['body', 'members', 3, '$ref'], STRING, 1),
      item('string_type', ['body', 'members', 3, 'display'], STRING, []),
      item('string_type', ['body', 'members', 3, 'type'], STRING, null),
    );
  });

  it('with a user', async () => {
    const body = {
      schemas: ['urn:x', 5],
      name: 'x',
      active: 'maybe',
      emails: [{ type: 5, primary: {} }],
      phoneNumbers: [{ value: '1' }, {}],
      addresses: [{ primary: 2 }, []],
      [ENTERPRISE]: { manager: 'x', employeeNumber: 5 },
    };
    refusedWith(
      await client.post('/Users', body),
      item('string_type', ['body', 'schemas', 1], STRING, 5),
      missing(['body', 'userName'], body),
      item('model_attributes_type', ['body', 'name'], FIELDS, 'x'),
      item('bool_parsing', ['body', 'active'], `${BOOLEAN}, unable to interpret input`, 'maybe'),
      missing(['body', 'emails', 0, 'value'], { type: 5, primary: {} }),
      item('string_type', ['body', 'emails', 0, 'type'], STRING, 5),
      item('bool_type', ['body', 'emails', 0, 'primary'], BOOLEAN, {}),
      missing(['body', 'phoneNumbers', 1, 'value'], {}),
      item('bool_parsing', ['body', 'addresses', 0, 'primary'], `${BOOLEAN}, unable to interpret input`, 2),
      item('model_attributes_type', ['body', 'addresses', 1], FIELDS, []),
      item('string_type', ['body', ENTERPRISE, 'employeeNumber'], STRING, 5),
      item('dict_type', ['body', ENTERPRISE, 'manager'], 'Input should be a valid dictionary', 'x'),
    );
  });

  it('with a PATCH', async () => {
    refusedWith(
      await client.patch(`/Groups/${UNKNOWN}`, { Operations: [{ op: 5, path: 5 }, 'x', { value: null }] }),
      item('string_type', ['body', 'Operations', 0, 'op'], STRING, 5),
      item('string_type', ['body', 'Operations', 0, 'path'], STRING, 5),
      item('model_attributes_type', ['body', 'Operations', 1], FIELDS, 'x'),
      missing(['body', 'Operations', 2, 'op'], { value: null }),
    );
  });

  it('with a list', async () => {
    refusedWith(
      await client.get('/Groups?count=y&startIndex=x'),
      item('int_parsing', ['query', 'startIndex'], INTEGER, 'x'),
      item('int_parsing', ['query', 'count'], INTEGER, 'y'),
    );
    refusedWith(
      await client.get('/Users?startIndex='),
      item('int_parsing', ['query', 'startIndex'], INTEGER, ''),
    );
  });
});

it.each([[null], [[]], [0.5], [{}]])('%j is no boolean', async (active) => {
  refusedWith(
    await client.post('/Users', { userName: unique(), active }),
    item('bool_type', ['body', 'active'], BOOLEAN, active),
  );
});

it.each(['', ' true', 'maybe', 2, -1])('%j cannot be read as a boolean', async (active) => {
  refusedWith(
    await client.post('/Users', { userName: unique(), active }),
    item('bool_parsing', ['body', 'active'], `${BOOLEAN}, unable to interpret input`, active),
  );
});

it.each([
  ['yes', true],
  ['T', true],
  ['On', true],
  [1, true],
  ['False', false],
  ['n', false],
  [0, false],
])('reads %j as the boolean %j, whatever the dialect', async (active, expected) => {
  const strict = await scaikeyClient(application, company, 'strict');
  const answer = await strict.post('/Users', { userName: unique(), active });
  expect([answer.status, answer.body.active]).toEqual([201, expected]);
});

it.each(['1.5', '1e3', '0x1', '1_', '--1', 'true', '1.', '%D9%A3'])('%s is no integer', async (text) => {
  refusedWith(
    await client.get(`/Groups?count=${text}`),
    item('int_parsing', ['query', 'count'], INTEGER, decodeURIComponent(text)),
  );
});

it('tells an integer of too many digits apart', async () => {
  const digits = '9'.repeat(4301);
  refusedWith(
    await client.get(`/Groups?count=${digits}`),
    item(
      'int_parsing_size',
      ['query', 'count'],
      'Unable to parse input string as an integer, exceeded maximum size',
      digits,
    ),
  );
});

it('repeats an integer as it was sent, with more digits than a double holds', async () => {
  const digits = '12345678901234567890';
  const { status, text } = await client.post(
    '/Groups',
    `{"displayName":${digits},"members":[{"value":${digits}}]}`,
    json,
  );
  expect(status).toBe(422);
  expect(text.split(`"input":${digits}`)).toHaveLength(3);
});

it.each(['1', '%201%20', '%2B1', '+1', '1.0', '0_1', '001', '0', '-5', 'x&startIndex=1'])(
  'reads startIndex=%s as 1',
  async (text) => {
    const answer = await client.get(`/Groups?startIndex=${text}`);
    expect([answer.status, answer.body.startIndex]).toEqual([200, 1]);
  },
);

it('reads the last of several values', async () => {
  const name = unique();
  await client.post('/Groups', { displayName: name });
  const answer = await client.get(
    `/Groups?filter=displayName+eq+"nobody"&filter=displayName+eq+"${name}"&count=x&count=1`.replaceAll(
      '"',
      '%22',
    ),
  );
  expect([answer.status, answer.body.totalResults]).toEqual([200, 1]);
});

describe('bodies', () => {
  const send = (body: string, headers: Record<string, string> = json): Promise<ScimAnswer> =>
    client.send({
      method: 'POST',
      path: '/Groups',
      headers: { Authorization: `Bearer ${client.token}`, ...headers },
      body,
    });

  it.each(['null', '5', '"x"', 'true'])('%s is no object', async (body) => {
    refusedWith(await send(body), item('model_attributes_type', ['body'], FIELDS, JSON.parse(body)));
  });

  it('blanks alone are no JSON, nothing at all is nothing', async () => {
    refusedWith(await send('  '), {
      type: 'json_invalid',
      loc: ['body', 2],
      msg: 'JSON decode error',
      input: {},
      ctx: { error: 'Expecting value' },
    });
    refusedWith(await send('', { 'Content-Type': 'text/plain' }), missing(['body'], null));
  });

  it('without a content type are read as JSON, with a byte order mark too', async () => {
    expect((await send(JSON.stringify({ displayName: unique() }), {})).status).toBe(201);
    expect((await send(`\ufeff${JSON.stringify({ displayName: unique() })}`)).status).toBe(201);
  });

  it('of any other type are a text', async () => {
    refusedWith(
      await send('{}', { 'Content-Type': 'application/xml; charset=utf-8' }),
      item('model_attributes_type', ['body'], FIELDS, '{}'),
    );
  });

  it('with an integer beyond 2^53 for a text are told that it is no text', async () => {
    const { status, body } = await send('{"displayName":12345678901234567890}');
    expect([status, body.detail]).toEqual([
      422,
      [item('string_type', ['body', 'displayName'], STRING, expect.any(Number))],
    ]);
  });

  it.each([
    ['a name twice', '{"displayName":"a","displayName":"b"}', /displayName/],
    ['NUL', '{"displayName":"a\\u0000"}', /U\+0000/],
    ['half a surrogate pair', '{"displayName":"\\ud800"}', /surrogate/],
    ['a deep nesting', `{"displayName":${'['.repeat(40)}${']'.repeat(40)}}`, /32/],
    ['a nesting deeper than the stack', '['.repeat(500_000), /nested too deeply/],
  ])('with %s are refused as what cannot be kept', async (_, body, detail) => {
    expect(refused(await send(body), 400)).toMatch(detail);
  });

  it('that are no UTF-8 are refused', async () => {
    const answer = await fetch(`${baseOf(application, company.slug)}/Groups`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${client.token}`, ...json },
      body: Buffer.from([0x22, 0xff, 0x22]),
    });
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { detail: expect.stringMatching('UTF-8') },
    ]);
  });

  it('over the limit are refused as SCIM errors', async () => {
    refused(await send(JSON.stringify({ displayName: 'x'.repeat(2 ** 21) })), 413);
  });

  it('packed in a way that is not read are refused', async () => {
    refused(await send('{}', { 'Content-Encoding': 'zip' }), 415);
  });

  it('with a million faults get the first thousand', async () => {
    const { status, body } = await send(`{"displayName":"a","members":[${'1,'.repeat(900_000)}1]}`);
    expect([status, body.detail.length]).toEqual([422, 1000]);
    expect(body.detail[999].loc).toEqual(['body', 'members', 999]);
  });
});

describe('what is wrong is repeated without passwords', () => {
  it.each([
    ['/Users', { password: 'hush-hush', name: 5 }],
    ['/Users', { userName: 'a', password: ['hush-hush'] }],
    ['/Groups', { nested: [{ [`${ENTERPRISE}:Password`]: 'hush-hush' }] }],
    ['/Groups', '"{password: hush-hush}"'],
  ])('in %s %j', async (path, body) => {
    const answer = await client.post(path, body);
    expect(answer.status).toBe(422);
    expect(answer.text).not.toContain('hush-hush');
    expect(answer.text).toContain(MASK);
  });

  it.each([{ path: 'password', value: 'hush-hush' }, { value: { password: 'hush-hush' } }])(
    'in an operation %j',
    async (operation) => {
      const answer = await client.patch(`/Users/${UNKNOWN}`, { Operations: [operation] });
      expect([answer.status, answer.body.detail[0].type]).toEqual([422, 'missing']);
      expect(answer.text).not.toContain('hush-hush');
    },
  );
});

describe('the order of judgement', () => {
  it('is token, company, form, resource', async () => {
    const other = await application.company();
    const path = `/Groups/${UNKNOWN}`;
    const stranger = application.scim(client.token, baseOf(application, other.slug));
    refused(await application.scim('unknown', baseOf(application, other.slug)).put(path, '{'), 401);
    refused(await stranger.put(path, '{'), 404);
    expect((await client.put(path, '{')).status).toBe(422);
    expect((await client.put(path, {})).status).toBe(422);
    refused(await client.put(path, { displayName: 'a' }), 404);
  });

  it('lets an unknown resource win over a content that is wrong', async () => {
    const operations = { Operations: [{ op: 'move', path: 'displayName' }] };
    refused(await client.patch(`/Groups/${UNKNOWN}`, operations), 404);
    const { body } = await client.post('/Groups', { displayName: unique() });
    expect(refused(await client.patch(`/Groups/${body.id}`, operations), 400)).toMatch(/Operations\[0\]/);
  });
});

describe('what passes validation', () => {
  it('an empty displayName, which the store refuses', async () => {
    const answer = await client.post('/Groups', { displayName: '' });
    expect(refused(answer, 400)).toMatch(/displayName/);
    expect(answer.body.scimType).toBe('invalidValue');
  });

  it('nulls, unknown attributes and any schemas', async () => {
    const answer = await client.post('/Groups', {
      schemas: ['whatever'],
      displayName: unique(),
      externalId: null,
      members: null,
      color: 'red',
    });
    expect([answer.status, answer.body.members]).toEqual([201, []]);
    expect(answer.body).not.toHaveProperty('color');
  });

  it('bodies without schemas, also where the token is strict', async () => {
    const strict = await scaikeyClient(application, company, 'strict');
    const group = await strict.post('/Groups', { displayName: unique() });
    expect(group.status).toBe(201);
    const patched = await strict.patch(`/Groups/${group.body.id}`, {
      Operations: [{ op: 'replace', path: 'externalId', value: 'e1' }],
    });
    expect([patched.status, patched.body.externalId]).toEqual([200, 'e1']);
    expect((await strict.put(`/Groups/${group.body.id}`, { displayName: unique() })).status).toBe(200);
    expect((await strict.post('/Users', { userName: unique() })).status).toBe(201);
  });

  it('no operations, which are refused as content', async () => {
    const { body } = await client.post('/Groups', { displayName: unique() });
    refused(await client.patch(`/Groups/${body.id}`, { Operations: [] }), 400);
  });
});

describe('an input that is too large to be repeated', () => {
  const NOT_REPEATED = 'This input is too large to be repeated.';

  it('is left out, and smaller ones beside it are not', async () => {
    const members = Array.from({ length: 10_000 }, (_, index) => ({ value: `id-${index}` }));
    const body = { members: [...members, 'x'] };
    refusedWith(
      await client.post('/Groups', body),
      missing(['body', 'displayName'], NOT_REPEATED),
      item('model_attributes_type', ['body', 'members', 10_000], FIELDS, 'x'),
    );
  });

  it('may be a body of another type', async () => {
    const answer = await client.post('/Groups', '\0'.repeat(100_000), { 'Content-Type': 'text/plain' });
    refusedWith(answer, item('model_attributes_type', ['body'], FIELDS, NOT_REPEATED));
  });
});
