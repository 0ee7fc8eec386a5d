import { startTestApplication, type TestApplication } from '../../support/application.js';

/*
 * The page that the tenant surface follows prints no request. What is sent here are the requests of the notes on
 * validation of such servers, byte for byte, with the answers noted there.
 */

const FIELDS = 'Input should be a valid dictionary or object to extract fields from';
const JSON_TYPE = 'application/json';

interface Exchange {
  readonly name: string;
  readonly method: string;
  /** Below the company's base; `{id}` stands for a group of the company. */
  readonly path: string;
  readonly type?: string;
  readonly body?: string;
  readonly detail: readonly object[];
}

const missing = (loc: readonly unknown[], input: unknown): object => ({
  type: 'missing',
  loc,
  msg: 'Field required',
  input,
});
const wrong = (type: string, loc: readonly unknown[], msg: string, input: unknown): object => ({
  type,
  loc,
  msg,
  input,
});
const post = (name: string, body: string | undefined, ...detail: object[]): Exchange => ({
  name,
  method: 'POST',
  path: '/Groups',
  type: JSON_TYPE,
  ...(body === undefined ? {} : { body }),
  detail,
});
const patch = (name: string, body: string, ...detail: object[]): Exchange => ({
  name,
  method: 'PATCH',
  path: '/Groups/{id}',
  type: JSON_TYPE,
  body,
  detail,
});

const EXCHANGES: readonly Exchange[] = [
  post('an empty object', '{}', missing(['body', 'displayName'], {})),
  post('no body', undefined, missing(['body'], null)),
  post('malformed JSON', '{"displayName": x}', {
    type: 'json_invalid',
    loc: ['body', 16],
    msg: 'JSON decode error',
    input: {},
    ctx: { error: 'Expecting value' },
  }),
  post(
    'a number as displayName',
    '{"displayName":5}',
    wrong('string_type', ['body', 'displayName'], 'Input should be a valid string', 5),
  ),
  post(
    'null as displayName',
    '{"displayName":null}',
    wrong('string_type', ['body', 'displayName'], 'Input should be a valid string', null),
  ),
  post('an array', '[]', wrong('model_attributes_type', ['body'], FIELDS, [])),
  {
    ...post('text/plain', '{"displayName":"a"}', {
      ...wrong('model_attributes_type', ['body'], FIELDS, '{"displayName":"a"}'),
    }),
    type: 'text/plain',
  },
  {
    ...post('a form', 'displayName=a', wrong('model_attributes_type', ['body'], FIELDS, 'displayName=a')),
    type: 'application/x-www-form-urlencoded',
  },
  post(
    'a text as members',
    '{"displayName":"a","members":"x"}',
    wrong('list_type', ['body', 'members'], 'Input should be a valid list', 'x'),
  ),
  post(
    'a member without value',
    '{"displayName":"a","members":[{"display":"Ann"}]}',
    missing(['body', 'members', 0, 'value'], { display: 'Ann' }),
  ),
  post(
    'a number as the value of a member',
    '{"displayName":"a","members":[{"value":3}]}',
    wrong('string_type', ['body', 'members', 0, 'value'], 'Input should be a valid string', 3),
  ),
  patch('a PATCH without Operations', '{"schemas":[]}', missing(['body', 'Operations'], { schemas: [] })),
  patch('an operation without op', '{"Operations":[{}]}', missing(['body', 'Operations', 0, 'op'], {})),
  patch(
    'an object as Operations',
    '{"Operations":{}}',
    wrong('list_type', ['body', 'Operations'], 'Input should be a valid list', {}),
  ),
  {
    name: 'a word as startIndex',
    method: 'GET',
    path: '/Groups?startIndex=abc',
    detail: [
      wrong(
        'int_parsing',
        ['query', 'startIndex'],
        'Input should be a valid integer, unable to parse string as an integer',
        'abc',
      ),
    ],
  },
];

let application: TestApplication;
let token: string;
let groupId: string;
beforeAll(async () => {
  application = await startTestApplication();
  const company = await application.company('acme');
  token = await company.token();
  const { body } = await (await company.client()).post('/Groups', { displayName: 'Tour Guides' });
  groupId = body.id as string;
});
afterAll(() => application.close());

it.each(EXCHANGES.map((exchange) => [exchange.name, exchange] as const))('%s', async (_, exchange) => {
  const { method, path, type, body, detail } = exchange;
  const client = application.scim(undefined, `${application.origin}/api/v1/tenants/acme/scim/v2`);
  const answer = await client.send({
    method,
    path: path.replace('{id}', groupId),
    headers: { Authorization: `Bearer ${token}`, ...(type && { 'Content-Type': type }) },
    ...(body === undefined ? {} : { body }),
  });
  expect(answer.headers['content-type']).toMatch(/^application\/json\b/);
  // Byte for byte, so that the order of keys counts as well.
  expect([answer.status, answer.text]).toEqual([422, JSON.stringify({ detail })]);
});

it('reads application/scim+json as JSON', async () => {
  const client = application.scim(token, `${application.origin}/api/v1/tenants/acme/scim/v2`);
  const answer = await client.post('/Groups', { displayName: 'SCIM type' });
  expect([answer.status, answer.body.displayName]).toEqual([201, 'SCIM type']);
});
