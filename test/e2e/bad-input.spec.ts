import pg from 'pg';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { type Dialect } from '../../src/protocol/dialect/dialect.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../src/protocol/schema/resource-types.js';
import { type AttributeDefinition } from '../../src/protocol/schema/schema.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { dumpDatabase } from '../support/database-dump.js';
import { exchangeBytes } from '../support/raw-http.js';
import { type Headers, type ScimAnswer, type ScimClient } from '../support/scim-client.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const LIMIT = 64 * 1024;
/** The best compression would take seconds over 50 MB. */
const QUICKLY = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
const SCIM_TYPES = [
  'invalidFilter',
  'tooMany',
  'uniqueness',
  'mutability',
  'invalidSyntax',
  'invalidPath',
  'noTarget',
  'invalidValue',
  'invalidVers',
  'sensitive',
];

let service: TestApplication;
let admin: pg.Client;
const clients = {} as Record<Dialect, ScimClient>;
/** A user and a group of each company, which no refused request may change. */
const own = {} as Record<Dialect, { user: string; group: string }>;

beforeAll(async () => {
  service = await startTestApplication({ settings: { BODY_LIMIT: String(LIMIT), MAX_OPERATIONS: '20' } });
  admin = new pg.Client(service.database.adminUrl);
  await admin.connect();
  for (const dialect of ['lenient', 'strict'] as const) {
    const client = await (await service.company(dialect)).client(dialect);
    const { body: user } = await client.post('/Users', {
      schemas: [USER],
      userName: 'ada',
      emails: [{ value: 'ada@example.org', type: 'work' }],
    });
    const { body: group } = await client.post('/Groups', {
      schemas: [GROUP],
      displayName: 'staff',
      members: [{ value: user.id }],
    });
    clients[dialect] = client;
    own[dialect] = { user: user.id as string, group: group.id as string };
  }
});
afterAll(async () => {
  await admin.end();
  await service.close();
});

const patch = (...Operations: unknown[]): object => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
});
/** Changes with every row of a company's data. */
async function fingerprint(): Promise<unknown> {
  const hash = (table: string): string =>
    `(SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM ${table} t)`;
  const tables = [
    'users',
    'groups',
    'memberships',
    'unique_values',
    'resource_counts',
    'companies',
    'access_tokens',
  ];
  // By its name it is planned once: it is sent before and behind each of thousands of requests.
  const statement = { name: 'fingerprint', text: `SELECT ${tables.map(hash).join(', ')}` };
  return (await admin.query(statement)).rows;
}

/** A refusal as RFC 7644 §3.12 has it. */
function expectRefusal(answer: Pick<ScimAnswer, 'status' | 'headers' | 'body'>, scimType?: string): void {
  expect([answer.status, answer.body]).toEqual([expect.any(Number), expect.any(Object)]);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status === 501 || answer.status < 500).toBe(true);
  expect(answer.headers['content-type']).toBe('application/scim+json; charset=utf-8');
  expect(answer.body).toMatchObject({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(answer.status),
    detail: expect.stringMatching(/.{12,}/s),
  });
  expect(answer.body.detail).not.toMatch(/\b(SELECT|INSERT|constraint|at .*\.[jt]s:\d+)\b/);
  if (answer.body.scimType !== undefined) expect(SCIM_TYPES).toContain(answer.body.scimType);
  if (scimType !== undefined)
    expect([answer.body.detail, answer.body.scimType]).toEqual([expect.any(String), scimType]);
}

/** Sends what must be refused; nothing of the whole database may change. */
async function refuse(
  send: () => Promise<ScimAnswer>,
  scimType?: string,
  status?: number,
): Promise<ScimAnswer> {
  const before = await fingerprint();
  const answer = await send();
  if (status !== undefined) expect([answer.text, answer.status]).toEqual([expect.any(String), status]);
  expectRefusal(answer, scimType);
  expect(await fingerprint()).toEqual(before);
  return answer;
}

describe.each<Dialect>(['lenient', 'strict'])('in the %s dialect', (dialect) => {
  const at = (endpoint: 'Users' | 'Groups'): string =>
    `/${endpoint}/${endpoint === 'Users' ? own[dialect].user : own[dialect].group}`;

  describe('bodies that are no JSON object', () => {
    it.each<[string, string]>([
      ['nothing', ''],
      ['blanks', ' \n\t '],
      ['half an object', '{'],
      ['half a string', '{"userName":"x'],
      ['an array', '[]'],
      ['a string', '"x"'],
      ['a number', '5'],
      ['null', 'null'],
      ['true', 'true'],
      ['a comma too many', '{"userName":"x",}'],
      ['a comment', '{"userName":"x"/* y */}'],
      ['single quotation marks', "{'userName':'x'}"],
      ['NaN', '{"userName":NaN}'],
      ['two values', '{"userName":"x"}{"userName":"y"}'],
      ['one name twice', '{"userName":"x","userName":"y"}'],
      ['one name in two spellings', '{"userName":"x","USERNAME":"y"}'],
      ['a raw control character', '{"userName":"\u0001"}'],
      ['a raw NUL', '{"userName":"\0"}'],
      ['a form', 'userName=x'],
      ['XML', '<User/>'],
      ['10,000 arrays', '['.repeat(10_000)],
      ['10,000 closed arrays', `{"userName":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
      ['10,000 objects', `${'{"name":'.repeat(6_000)}1${'}'.repeat(6_000)}`],
      ['33 levels', `{"x":${'['.repeat(33)}${']'.repeat(33)}}`],
    ])('HTTP-10 ERR-08 %s', async (_, text) => {
      for (const [method, path] of [
        ['post', '/Users'],
        ['post', '/Groups'],
        ['put', at('Users')],
        ['put', at('Groups')],
        ['patch', at('Users')],
        ['patch', at('Groups')],
      ] as const) {
        await refuse(() => clients[dialect][method](path, text), 'invalidSyntax', 400);
      }
    });

    it('HTTP-10 bytes that are no UTF-8', async () => {
      const head = `POST /standard/scim/v2/Users HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${clients[dialect].token}\r\n`;
      const body = Buffer.concat([
        Buffer.from('{"userName":"'),
        Buffer.from([0xc3, 0x28]),
        Buffer.from('"}'),
      ]);
      const answer = await exchangeBytes(service.origin, [
        `${head}Content-Length: ${body.length}\r\n\r\n`,
        body,
      ]);
      expectRefusal(answer, 'invalidSyntax');
    });
  });

  describe('attributes of a wrong type', () => {
    const WRONG: Readonly<Record<string, readonly unknown[]>> = {
      string: [5, {}, [], true],
      reference: [5, {}, [], false],
      boolean: [5, {}, [], 'maybe'],
      binary: [5, {}, [], 'no base64!'],
      dateTime: [5, {}, [], 'yesterday', '2024-02-30T00:00:00Z'],
      integer: ['5', 1.5, {}, []],
      decimal: ['5', {}, []],
      complex: [5, 'x', true, []],
    };
    const wrongFor = ({ type, multiValued }: AttributeDefinition): unknown[] => {
      if (!multiValued) return [...(WRONG[type] ?? [])];
      return [5, true, 'x', { no: 'array' }, [[1]], [5], [true]];
    };
    const lenientReads = (attribute: AttributeDefinition, value: unknown): boolean => {
      if (dialect === 'strict') return false;
      const text = JSON.stringify(value);
      // One value without its array, and a manager by id alone, are forms that are in use.
      if (attribute.multiValued && !Array.isArray(value)) return true;
      if (attribute.name === 'manager') return true;
      // A number or boolean in place of a text is read as the text, and a text as the number that it is.
      if (attribute.type === 'string' && typeof value !== 'object') return true;
      // What stands alone in an array is taken out of it; an empty array is no value.
      return ['[]', '[[1]]', '[5]', '[true]'].includes(text) && attribute.type !== 'complex';
    };
    const attributes = BUILT_IN_RESOURCE_TYPES.user.schema.attributes.filter(
      ({ mutability, name }) => mutability !== 'readOnly' && name !== 'password',
    );

    it.each(attributes.map((attribute) => [attribute.name, attribute] as const))(
      'CRE-17 %s',
      async (name, attribute) => {
        let refused = 0;
        for (const value of wrongFor(attribute)) {
          if (lenientReads(attribute, value) || JSON.stringify(value) === '[]') continue;
          const body = { schemas: [USER], userName: `wrong-${name}`, [name]: value };
          const answer = await refuse(() => clients[dialect].post('/Users', body), 'invalidValue', 400);
          expect(answer.body.detail).toContain(name);
          const operation = { op: 'replace', path: name, value };
          const patched = await refuse(
            () => clients[dialect].patch(at('Users'), patch(operation)),
            undefined,
            400,
          );
          expect(patched.body.detail).toMatch(/^Operations\[0\]/);
          refused += 1;
        }
        expect(refused).toBeGreaterThan(0);
      },
    );

    it.each([
      ['emails', [{ value: 'x', primary: 'maybe' }]],
      ['emails', [{ value: { deep: true } }]],
      ['name', { givenName: [5, 6] }],
      ['addresses', [{ locality: [] }, { locality: {} }]],
      ['x509Certificates', [{ value: '***' }]],
      ['photos', [{ value: 5 }]],
      [ENTERPRISE, []],
      [ENTERPRISE, 'text'],
      ['schemas', 'text'],
      ['schemas', [5]],
      ['externalId', {}],
    ])('CRE-17 %s: %j', async (name, value) => {
      const body = { schemas: [USER, ENTERPRISE], userName: 'wrong', [name]: value };
      if (dialect === 'lenient' && (name === 'schemas' || JSON.stringify(value) === '[]')) return;
      await refuse(() => clients[dialect].post('/Users', body), 'invalidValue', 400);
    });

    it.each<[string, unknown]>([
      ['emails', [{ value: 5 }]],
      ['name', { givenName: 5 }],
      [ENTERPRISE, { department: 5 }],
      [ENTERPRISE, { manager: { value: 5 } }],
      ['externalId', 5],
    ])('CRE-17 %s: %j, unless a lenient caller sends it', async (name, value) => {
      if (dialect === 'lenient') return;
      const body = { schemas: [USER, ENTERPRISE], userName: 'wrong', [name]: value };
      await refuse(() => clients[dialect].post('/Users', body), 'invalidValue', 400);
    });

    it.each([
      ['displayName', [5, 6]],
      ['displayName', null],
      ['displayName', ''],
      ['displayName', {}],
      ['members', 5],
      ['members', [5]],
      ['members', [{ value: 5 }]],
      ['members', [{}]],
      ['members', [{ value: null }]],
      ['members', [{ value: '' }]],
      ['members', [{ value: 'x', VALUE: 'y' }]],
    ])('CRE-17 GRP-01 of a group, %s: %j', async (name, value) => {
      const body = { schemas: [GROUP], displayName: 'wrong', [name]: value };
      await refuse(() => clients[dialect].post('/Groups', body), undefined, 400);
    });

    it.each([[undefined], [null], [''], [[]], [{}], [[0, 1]]])('CRE-08 userName %j', async (userName) => {
      await refuse(() => clients[dialect].post('/Users', { schemas: [USER], userName }), 'invalidValue', 400);
      await refuse(
        () => clients[dialect].put(at('Users'), { schemas: [USER], userName }),
        'invalidValue',
        400,
      );
    });
  });

  describe('values that cannot be kept', () => {
    it.each<[string, string]>([
      ['NUL', '"a\\u0000b"'],
      ['half a surrogate pair', '"\\ud83d"'],
      ['the other half', '"\\ude00x"'],
      ['halves in the wrong order', '"\\ude00\\ud83d"'],
    ])('%s', async (_, literal) => {
      const { user, group } = own[dialect];
      for (const [method, path, text] of [
        ['post', '/Users', `{"schemas":["${USER}"],"userName":${literal}}`],
        ['post', '/Users', `{"schemas":["${USER}"],"userName":"x","emails":[{"value":${literal}}]}`],
        ['post', '/Users', `{"schemas":["${USER}"],"userName":"x","unknown":{"a":[${literal}]}}`],
        ['post', '/Groups', `{"schemas":["${GROUP}"],"displayName":${literal}}`],
        ['post', '/Groups', `{"schemas":["${GROUP}"],"displayName":"x","members":[{"value":${literal}}]}`],
        ['put', `/Users/${user}`, `{"schemas":["${USER}"],"userName":${literal}}`],
        [
          'patch',
          `/Users/${user}`,
          JSON.stringify(patch({ op: 'add', path: 'title', value: '?' })).replace('"?"', literal),
        ],
        [
          'patch',
          `/Groups/${group}`,
          JSON.stringify(patch({ op: 'add', path: '?', value: 'x' })).replace('"?"', literal),
        ],
      ] as const) {
        await refuse(() => clients[dialect][method](path, text), undefined, 400);
      }
      if (!literal.startsWith('"')) return;
      const filter = encodeURIComponent(`userName eq ${literal}`);
      await refuse(() => clients[dialect].get(`/Users?filter=${filter}`), 'invalidFilter', 400);
    });

    it('names of attributes with NUL or half a surrogate pair', async () => {
      for (const name of ['a\\u0000', '\\ud800']) {
        const text = `{"schemas":["${USER}"],"userName":"x","${name}":1}`;
        await refuse(() => clients[dialect].post('/Users', text), undefined, 400);
      }
    });

    it.each(['userName', 'displayName', 'externalId'])('a %s of 3,000 characters', async (name) => {
      for (const letter of ['x', '\u00e9', '\u{1f600}']) {
        const body = { schemas: [USER], userName: 'long', [name]: letter.repeat(3000) };
        const answer = await refuse(() => clients[dialect].post('/Users', body), 'invalidValue', 400);
        expect(answer.body.detail).toMatch(new RegExp(`^${name}.*2,000`));
        if (name === 'userName') continue;
        const group = { schemas: [GROUP], displayName: 'long', [name]: letter.repeat(3000) };
        await refuse(() => clients[dialect].post('/Groups', group), 'invalidValue', 400);
        const operation = { op: 'replace', path: name, value: letter.repeat(3000) };
        await refuse(() => clients[dialect].patch(at('Groups'), patch(operation)), 'invalidValue', 400);
      }
    });
  });

  describe('PATCH', () => {
    it.each<[string, unknown, string | undefined]>([
      ['no operations', { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'] }, 'invalidSyntax'],
      ['an empty list', patch(), 'invalidSyntax'],
      ['an object for a list', { Operations: { op: 'add' } }, 'invalidSyntax'],
      ['null for an operation', patch(null), 'invalidSyntax'],
      ['a text for an operation', patch('add'), 'invalidSyntax'],
      ['an unknown op', patch({ op: 'move', path: 'title', value: 'x' }), 'invalidSyntax'],
      ['an op that objects have', patch({ op: 'constructor', path: 'title', value: 'x' }), 'invalidSyntax'],
      ['no op', patch({ path: 'title', value: 'x' }), 'invalidSyntax'],
      ['a number for a path', patch({ op: 'add', path: 5, value: 'x' }), 'invalidPath'],
      ['a path without end', patch({ op: 'add', path: 'emails[type eq "', value: 'x' }), undefined],
      ['an open bracket', patch({ op: 'add', path: 'emails[', value: 'x' }), 'invalidFilter'],
      [
        'two brackets',
        patch({ op: 'add', path: 'emails[type eq "a"][type eq "b"]', value: 'x' }),
        'invalidPath',
      ],
      ['dots', patch({ op: 'add', path: 'name..givenName', value: 'x' }), 'invalidPath'],
      ['a JSON Pointer', patch({ op: 'add', path: '/emails/0', value: 'x' }), 'invalidPath'],
      ['an index', patch({ op: 'add', path: 'emails[0]', value: 'x' }), 'invalidPath'],
      ['a filter on what has none', patch({ op: 'add', path: 'title[value eq "x"]', value: 'x' }), undefined],
      ['10,000 brackets', patch({ op: 'add', path: `emails[${'('.repeat(10_000)}`, value: 'x' }), undefined],
      [
        'a long filter',
        patch({ op: 'add', path: `emails[value eq "${'x'.repeat(20_000)}"]`, value: 'x' }),
        undefined,
      ],
      ['no value', patch({ op: 'add', path: 'title' }), 'invalidValue'],
      ['no path and no value', patch({ op: 'add' }), 'invalidValue'],
      ['remove without a path', patch({ op: 'remove' }), 'noTarget'],
      ['id', patch({ op: 'replace', path: 'id', value: 'x' }), 'mutability'],
      [
        'meta.created',
        patch({ op: 'replace', path: 'meta.created', value: '2020-01-01T00:00:00Z' }),
        'mutability',
      ],
      ['groups', patch({ op: 'add', path: 'groups', value: [{ value: 'x' }] }), 'mutability'],
      ['userName removed', patch({ op: 'remove', path: 'userName' }), undefined],
      [
        'a good operation before a bad one',
        patch({ op: 'replace', path: 'title', value: 'kept?' }, { op: 'replace', path: 'active', value: {} }),
        'invalidValue',
      ],
      [
        '21 operations',
        patch(...Array.from({ length: 21 }, () => ({ op: 'add', path: 'title', value: 'x' }))),
        undefined,
      ],
    ])('PAT %s', async (_, body, scimType) => {
      await refuse(() => clients[dialect].patch(at('Users'), body), scimType);
    });

    it.each<[string, unknown]>([
      [
        'an unknown member behind a good change',
        [
          { op: 'replace', path: 'displayName', value: 'changed' },
          { op: 'add', path: 'members', value: [{ value: '0000000000000001' }] },
        ],
      ],
      [
        'a rename behind a removal',
        [
          { op: 'remove', path: 'members' },
          { op: 'replace', path: 'displayName', value: '' },
        ],
      ],
      ['a member that is a number', [{ op: 'add', path: 'members', value: [{ value: 5 }] }]],
      ['a member without an id', [{ op: 'add', path: 'members', value: [{ display: 'x' }] }]],
    ])('PAT of a group: %s', async (_, operations) => {
      await refuse(() => clients[dialect].patch(at('Groups'), operations), undefined, 400);
    });
  });

  describe('queries', () => {
    const get = (query: string): Promise<ScimAnswer> => clients[dialect].get(`/Users?${query}`);

    it('FIL ERR-08 nothing, which a lenient caller means as no filter', async () => {
      if (dialect === 'strict') await refuse(() => get('filter='), 'invalidFilter', 400);
      else expect((await get('filter=')).status).toBe(200);
    });

    it.each<[string, string]>([
      ['blanks', '   '],
      ['a name', 'userName'],
      ['an unknown operator', 'userName is "x"'],
      ['an operator that objects have', 'userName toString "x"'],
      ['an unknown attribute', 'nothing eq "x"'],
      ['a half literal', 'userName eq "x'],
      ['a wrong escape', 'userName eq "\\x"'],
      ['brackets', '(userName eq "x"'],
      ['brackets the other way', 'userName eq "x")'],
      ['10,000 brackets', '('.repeat(10_000)],
      ['60 brackets', `${'('.repeat(60)}userName pr${')'.repeat(60)}`],
      ['60 nots', `${'not ('.repeat(60)}userName pr${')'.repeat(60)}`],
      ['2,100 words', Array.from({ length: 700 }, () => 'id pr').join(' or ')],
      ['a boolean compared by order', 'active gt true'],
      ['a complex attribute', 'name eq "x"'],
      ['another schema', 'urn:ietf:params:scim:schemas:core:2.0:Group:displayName eq "x"'],
      ['a NUL', 'userName eq "\0"'],
      ['SQL', 'userName eq "x" OR 1=1; DROP TABLE users --'],
      ['the password', 'password eq "x"'],
    ])('FIL ERR-08 %s', async (_, filter) => {
      await refuse(() => get(`filter=${encodeURIComponent(filter)}`), 'invalidFilter', 400);
    });

    it.each([
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      'name.constructor',
      'emails.__proto__',
      'meta.toString',
      '__proto__.x',
    ])('SEC-08 %s as a name in filter, path, sort and projection', async (name) => {
      await refuse(() => get(`filter=${encodeURIComponent(`${name} eq "x"`)}`), 'invalidFilter', 400);
      await refuse(() => get(`filter=${encodeURIComponent(`emails[${name} pr]`)}`), 'invalidFilter', 400);
      await refuse(() => get(`sortBy=${encodeURIComponent(name)}`), 'invalidValue', 400);
      for (const query of [
        `attributes=${name}`,
        `excludedAttributes=${name}`,
        `${name}=x`,
        `${encodeURIComponent(`${name}[x]`)}=1`,
      ]) {
        expect((await get(query)).status).toBeLessThan(500);
      }
      for (const op of ['add', 'replace', 'remove']) {
        for (const path of [name, `emails[type eq "work"].${name}`, `${ENTERPRISE}:${name}`]) {
          const answer = await clients[dialect].patch(
            at('Users'),
            patch({ op, path, value: { polluted: true } }),
          );
          expect(answer.status).toBeLessThan(500);
        }
      }
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    });

    it.each([
      'userName eq {}',
      "userName eq 'x'",
      'userName eq 1e400',
      'userName eq undefined',
      'userName eq x',
    ])('FIL %s is refused, or finds nobody', async (filter) => {
      if (dialect === 'strict') {
        await refuse(() => get(`filter=${encodeURIComponent(filter)}`), 'invalidFilter', 400);
      } else {
        expect((await get(`filter=${encodeURIComponent(filter)}`)).body.totalResults).toBe(0);
      }
    });

    it.each(['startIndex', 'count'])('PAG %s', async (name) => {
      for (const value of ['x', '1.5', '1e3', '', ' ', '0x10', '--1', 'NaN', 'Infinity', '१', "1'"]) {
        await refuse(() => get(`${name}=${encodeURIComponent(value)}`), 'invalidValue', 400);
      }
      await refuse(() => get(`${name}=1&${name}=2`), 'invalidValue', 400);
      for (const value of [
        '-1',
        '0',
        '-99999999999999999999',
        '99999999999999999999',
        '9223372036854775807',
        '9'.repeat(400),
        '-0',
        '000001',
      ]) {
        const answer = await get(`${name}=${value}`);
        expect([value, answer.status]).toEqual([value, 200]);
        expect(answer.body.totalResults).toBeGreaterThan(0);
      }
    });

    it('PAG parameters that stand twice or are no texts', async () => {
      for (const name of ['filter', 'sortBy', 'sortOrder', 'attributes']) {
        await refuse(() => get(`${name}=a&${name}=b`), 'invalidValue', 400);
        expect((await get(`${name}[x]=a`)).status).toBeLessThan(500);
      }
      await refuse(() => get('sortBy=userName&sortOrder=up'), 'invalidValue', 400);
      await refuse(() => get(`sortBy=${'x'.repeat(5000)}`), 'invalidValue', 400);
      await refuse(() => get('sortBy=name'), 'invalidValue', 400);
      for (const query of [
        '%zz',
        'filter=%zz',
        'filter=%ff',
        '&&&',
        '=',
        '?',
        'a[]=1&a[]=2',
        'attributes=,,,',
        '%00=%00',
      ]) {
        expect([query, (await get(query)).status]).toEqual([query, expect.any(Number)]);
        expect((await get(query)).status).toBeLessThan(500);
      }
    });
  });

  describe('ids', () => {
    const strange = [
      '550e8400-e29b-41d4-a716-446655440000',
      '0123456789ABCDEF',
      '00000000000000001',
      'ffffffffffffffff',
      '7fffffffffffffff',
      '8000000000000000',
      '0000000000000000',
      '0',
      '1',
      '-1',
      '1e3',
      'null',
      'undefined',
      '.',
      'a',
      '__proto__',
      'constructor',
      'toString',
      '%00',
      '%zz',
      '%',
      '%ff',
      '%2e%2e',
      '%2e%2e%2fGroups',
      '%F0%9F%98%80',
      '%22',
      "'%20OR%20'1'='1",
      '1;DROP%20TABLE%20users',
      '%25',
      '*',
      '%2a',
      '(x)',
      ':id',
      'x'.repeat(2000),
      '%D9%A1%D9%A2',
      '0000000000000001%0a',
      '%200000000000000001',
      '+0000000000000001',
      '0x00000000000001',
    ];

    it.each(strange)('TEN-05 ERR-01 %s is 404', async (id) => {
      const { user } = own[dialect];
      const shouting = user.toUpperCase() === user ? [] : [user.toUpperCase()];
      for (const name of [id, ...shouting]) {
        for (const endpoint of ['Users', 'Groups']) {
          const path = `/${endpoint}/${name}`;
          const schemas = [endpoint === 'Users' ? USER : GROUP];
          await refuse(() => clients[dialect].get(path), undefined, 404);
          await refuse(
            () => clients[dialect].put(path, { schemas, userName: 'x', displayName: 'x' }),
            undefined,
            404,
          );
          await refuse(() => clients[dialect].put(path, '{'), undefined, 404);
          await refuse(
            () => clients[dialect].patch(path, patch({ op: 'add', path: 'externalId', value: 'x' })),
            undefined,
            404,
          );
          await refuse(() => clients[dialect].patch(path, patch({ op: 'nothing' })), undefined, 404);
          await refuse(() => clients[dialect].delete(path), undefined, 404);
        }
      }
    });

    it('TEN-05 .. leads nowhere', async () => {
      for (const path of [
        '/Users/..',
        '/Users/../Groups',
        '/../../../health/live',
        '/Users/%2e%2e/%2e%2e',
        '/Users//x',
        '//Users',
      ]) {
        const answer = await clients[dialect].get(path);
        expect([path, answer.status]).toEqual([path, expect.any(Number)]);
        expect(answer.status).toBeLessThan(500);
        expect(answer.text).not.toContain('"ok"');
      }
    });

    it.each(strange)('GRP-08 the member %s is refused and never matched', async (id) => {
      const value = ((): string => {
        try {
          return decodeURIComponent(id);
        } catch {
          return id;
        }
      })();
      const isText = !value.includes('\0');
      const add = patch({ op: 'add', path: 'members', value: [{ value }] });
      await refuse(() => clients[dialect].patch(at('Groups'), add), 'invalidValue', 400);
      const post = { schemas: [GROUP], displayName: 'with a stranger', members: [{ value }] };
      await refuse(() => clients[dialect].post('/Groups', post), 'invalidValue', 400);
      if (!isText) return;
      const before = await fingerprint();
      const literal = JSON.stringify(value);
      for (const operation of [
        { op: 'remove', path: 'members', value: [{ value }] },
        { op: 'remove', path: `members[value eq ${literal}]` },
      ]) {
        expect((await clients[dialect].patch(at('Groups'), patch(operation))).status).toBe(204);
      }
      for (const [endpoint, filter] of [
        ['Groups', `members.value eq ${literal}`],
        ['Groups', `id eq ${literal}`],
        ['Users', `id eq ${literal}`],
        ['Users', `groups.value eq ${literal}`],
        ['Users', `not (id ne ${literal})`],
      ]) {
        const answer = await clients[dialect].get(`/${endpoint}?filter=${encodeURIComponent(filter ?? '')}`);
        expect([answer.text, answer.status]).toEqual([expect.any(String), 200]);
        expect(answer.body.totalResults).toBe(0);
      }
      expect(await fingerprint()).toEqual(before);
    });
  });

  describe('headers', () => {
    const post = (headers: Headers, body: unknown = '{"userName":'): Promise<ScimAnswer> =>
      clients[dialect].post('/Users', body, headers);

    it.each([
      'text/xml',
      'text/plain',
      'text/html',
      'application/xml',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      'nonsense',
      'application/',
      '/',
      'application/jsonx',
      'application/scim json',
      '; charset=utf-8',
      'application/json/x',
    ])('HTTP-08 Content-Type: %s', async (type) => {
      await refuse(() => post({ 'Content-Type': type }), undefined, 415);
    });

    it.each(['iso-8859-1', 'utf-16', 'utf-7', 'x', '""'])(
      'HTTP-09 a type of no JSON; charset=%s',
      async (charset) => {
        await refuse(() => post({ 'Content-Type': `text/json; charset=${charset}` }), undefined, 415);
      },
    );

    it.each(['garbage', '"', 'W/', 'W/"1', '"1" "2"', 'w/"1"', '*, "1"', '1', '%22'])(
      'ETAG If-Match: %s',
      async (tag) => {
        const body = { schemas: [USER], userName: 'renamed' };
        const headers = { 'If-Match': tag };
        await refuse(() => clients[dialect].put(at('Users'), body, headers), 'invalidValue', 400);
        await refuse(() => clients[dialect].delete(at('Users'), headers), 'invalidValue', 400);
        await refuse(() => clients[dialect].delete(at('Groups'), headers), 'invalidValue', 400);
        expect((await clients[dialect].get(at('Users'), { 'If-None-Match': tag })).status).toBe(200);
      },
    );

    it.each([',', ',"7"', '"99999999999999999999999999"', 'W/"-1"', 'W/"1e1"', '"x"', 'W/"1.5.7"x'])(
      'ETAG a tag of nobody: %s',
      async (tag) => {
        const body = { schemas: [USER], userName: 'renamed' };
        const answer = await refuse(() => clients[dialect].put(at('Users'), body, { 'If-Match': tag }));
        expect([400, 412]).toContain(answer.status);
      },
    );

    it.each([
      '',
      ' ',
      'example.org:99999999',
      'a b',
      '<script>',
      '[::1',
      '[::1]:80',
      'x'.repeat(300),
      '"',
      '../..',
      'user@host',
      'h%00',
    ])('Host: %j', async (host) => {
      const answer = await clients[dialect].get('/Users', { Host: host });
      expect(answer.status).toBeLessThan(500);
      expect(answer.text).not.toContain('<script>');
    });

    it.each(['text/html', 'image/*', '*/*;q=0', 'nonsense', '', ','])(
      'HTTP-06 Accept: %j',
      async (accept) => {
        const answer = await clients[dialect].get(at('Users'), { Accept: accept });
        expect([200, 406]).toContain(answer.status);
        expect(answer.headers['content-type']).toMatch(/^application\/(scim\+)?json/);
      },
    );

    it.each(['TRACE', 'PROPFIND', 'SEARCH', 'LOCK', 'PURGE', 'M-SEARCH', 'COPY'])(
      'HTTP-16 the method %s',
      async (method) => {
        for (const path of ['/Users', at('Users'), '/Schemas', '/nope']) {
          const headers = { Authorization: `Bearer ${clients[dialect].token}` };
          await refuse(() => clients[dialect].send({ method, path, headers }));
        }
      },
    );

    it('HTTP-16 ME-01 endpoints that are not offered', async () => {
      await refuse(() => clients[dialect].get('/Me'), undefined, 501);
      await refuse(() => clients[dialect].post('/Bulk', {}), 'invalidSyntax', 400);
      await refuse(() => clients[dialect].post('/.search', {}), 'invalidSyntax');
      await refuse(() => clients[dialect].delete('/Users'), undefined, 405);
      await refuse(() => clients[dialect].post(at('Users'), {}), undefined, 405);
      await refuse(() => clients[dialect].post('/Schemas', {}), undefined, 405);
      await refuse(() => clients[dialect].get('/Nope'), undefined, 404);
      await refuse(() => clients[dialect].get('/Users/x/y'), undefined, 404);
    });
  });
});

describe('the size of a body', () => {
  const head = (...headers: string[]): string =>
    [
      'POST /standard/scim/v2/Users HTTP/1.1',
      'Host: localhost',
      'Connection: close',
      'Content-Type: application/scim+json',
      `Authorization: Bearer ${clients.lenient.token}`,
      ...headers,
      '\r\n',
    ].join('\r\n');
  const bodyOf = (length: number): string => {
    const frame = `{"schemas":["${USER}"],"userName":"big","title":""}`;
    return frame.replace('"title":""', `"title":"${'x'.repeat(length - frame.length)}"`);
  };

  it('SEC-12 ERR-10 at the limit is read, above it is 413', async () => {
    const answer = await clients.lenient.post('/Users', bodyOf(LIMIT));
    expect(answer.status).toBe(201);
    await clients.lenient.delete(`/Users/${answer.body.id as string}`);
    const refused = await refuse(() => clients.lenient.post('/Users', bodyOf(LIMIT + 1)), undefined, 413);
    expect(refused.body.detail).toContain(`${LIMIT}`);
    expect(refused.body.detail).toContain('maxPayloadSize');
  });

  it('SEC-12 a Content-Length over the limit is refused before the body comes', async () => {
    const answer = await exchangeBytes(service.origin, [head('Content-Length: 99999999999'), 'x']);
    expect(answer.status).toBe(413);
    expectRefusal(answer);
  });

  it('SEC-12 a chunked body without end is refused at the limit', async () => {
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    const answer = await exchangeBytes(service.origin, [
      head('Transfer-Encoding: chunked'),
      ...Array<string>(20).fill(chunk),
    ]);
    expect(answer.status).toBe(413);
    expectRefusal(answer);
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(50_000_000, 'x'))],
    ['br', brotliCompressSync(Buffer.alloc(50_000_000, 'x'), QUICKLY)],
  ])('SEC-12 a small %s body that unpacks to 50 MB is 413', async (encoding, bomb) => {
    expect(bomb.length).toBeLessThan(LIMIT);
    const before = process.memoryUsage().rss;
    const answer = await exchangeBytes(service.origin, [
      head(`Content-Encoding: ${encoding}`, `Content-Length: ${bomb.length}`),
      bomb,
    ]);
    expect(answer.status).toBe(413);
    expectRefusal(answer);
    expect(process.memoryUsage().rss - before).toBeLessThan(40_000_000);
  });

  it.each([
    ['gzip', Buffer.from('no gzip at all')],
    ['gzip', gzipSync('{"userName":"x"}').subarray(0, 20)],
    ['deflate', Buffer.from([1, 2, 3])],
  ])('SEC-12 broken %s is 400', async (encoding, body) => {
    const answer = await exchangeBytes(service.origin, [
      head(`Content-Encoding: ${encoding}`, `Content-Length: ${body.length}`),
      body,
    ]);
    expect(answer.status).toBe(400);
    expectRefusal(answer, 'invalidSyntax');
  });

  it('HTTP-08 an unknown Content-Encoding is 415', async () => {
    const answer = await exchangeBytes(service.origin, [
      head('Content-Encoding: zstd-x', 'Content-Length: 2'),
      '{}',
    ]);
    expect(answer.status).toBe(415);
    expectRefusal(answer);
  });

  it.each([
    [
      'a header line over the limit',
      [`GET /standard/scim/v2/Users?filter=${'x'.repeat(40_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
      431,
    ],
    ['no HTTP', ['hello\r\n\r\n'], 400],
    ['an unknown method', ['FETCH / HTTP/1.1\r\nHost: x\r\n\r\n'], 400],
    ['a blank in the path', ['GET /standard/scim/v2/Users?filter=a b HTTP/1.1\r\nHost: x\r\n\r\n'], 400],
    ['a header with a NUL', ['GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n'], 400],
    ['two lengths', ['POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx'], 400],
    [
      'a length and chunks',
      ['POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx'],
      400,
    ],
  ])('ERR-01 %s is a SCIM error', async (_, pieces, status) => {
    const answer = await exchangeBytes(service.origin, pieces);
    expect(answer.status).toBe(status);
    expectRefusal(answer);
  });
});

describe('values that look like something else', () => {
  const values = [
    "'; DROP TABLE users; --",
    "' OR '1'='1",
    'x" or userName pr or userName eq "',
    '%',
    '_',
    '%%',
    'a_c',
    'a%c',
    '\\',
    '\\%',
    '\\\\',
    '.*',
    '^a$',
    '[a-z]+',
    '(',
    '$1',
    '$1::text',
    '{}',
    '{"a":1}',
    '[]',
    'null',
    'true',
    '\u202e',
    '\ufeff',
    '\u0001\u001f\u007f',
    '\n',
    '\t',
    '<script>alert(1)</script>',
    '__proto__',
    'constructor',
    'toString',
    '😀',
    'ﬁ',
    'ℵ',
    '\u{10ffff}',
    '%00',
    '${x}',
    '`id`',
    '../../etc/passwd',
    'a'.repeat(500),
    ' ',
    'x\u0000'.slice(0, 1),
    "''",
    '""',
    '\\u0000',
    '1e400',
    '-0',
    '0x10',
    '٣',
  ];

  it('SEC-08 are values: each is found by itself alone', async () => {
    const client = await (await service.company('values')).client('strict');
    const ids = new Map<string, string>();
    for (const value of values) {
      const body = {
        schemas: [USER],
        userName: `u:${value}`,
        displayName: value,
        externalId: value,
        emails: [{ value, type: 'work' }],
        name: { familyName: value },
      };
      const answer = await client.post('/Users', body);
      expect([value, answer.status]).toEqual([value, 201]);
      expect(answer.body).toMatchObject({ displayName: value, externalId: value });
      ids.set(value, answer.body.id as string);
    }
    const find = async (filter: string): Promise<string[]> => {
      const answer = await client.get(`/Users?filter=${encodeURIComponent(filter)}&attributes=id&count=1000`);
      expect([filter, answer.status]).toEqual([filter, 200]);
      return (answer.body.Resources as { id: string }[]).map(({ id }) => id);
    };
    for (const [value, id] of ids) {
      const literal = JSON.stringify(value);
      const same = [...ids].filter(([other]) => other.includes(value)).map(([, otherId]) => otherId);
      for (const filter of [
        `externalId eq ${literal}`,
        `userName eq ${JSON.stringify(`u:${value}`)}`,
        `emails.value eq ${literal}`,
        `emails[type eq "work" and value eq ${literal}]`,
        `name.familyName eq ${literal}`,
      ]) {
        expect([filter, await find(filter)]).toEqual([filter, [id]]);
      }
      expect([value, (await find(`externalId co ${literal}`)).sort()]).toEqual([value, same.sort()]);
      expect(await find(`userName sw ${JSON.stringify(`u:${value}`)}`)).toContain(id);
      expect(await find(`emails[value ew ${literal}]`)).toContain(id);
    }
    expect((await client.get('/Users?count=0')).body.totalResults).toBe(ids.size);
  }, 60_000);

  it.each<Dialect>(['lenient', 'strict'])(
    'SEC-08 __proto__ and its like in a %s body change nothing',
    async (dialect) => {
      const client = await (await service.company(`proto-${dialect}`)).client(dialect);
      for (const name of ['__proto__', 'constructor', 'toString', 'prototype', 'hasOwnProperty', 'valueOf']) {
        const inner = `"${name}":{"polluted":true,"userName":"stolen"}`;
        for (const text of [
          `{"schemas":["${USER}"],"userName":"a-${name}",${inner}}`,
          `{"schemas":["${USER}"],"userName":"b-${name}","name":{"givenName":"x",${inner}}}`,
          `{"schemas":["${USER}"],"userName":"c-${name}","emails":[{"value":"x",${inner}}]}`,
          `{"schemas":["${USER}","${ENTERPRISE}"],"userName":"d-${name}","${ENTERPRISE}":{${inner}}}`,
          `{${inner},"schemas":["${USER}"],"userName":"e-${name}"}`,
        ]) {
          const answer = await client.post('/Users', text);
          expect([text, answer.status]).toEqual([text, 201]);
          expect(answer.text).not.toContain('polluted');
        }
      }
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      expect((await dumpDatabase(service.database)).filter((line) => line.includes('polluted'))).toEqual([]);
    },
  );
});
