import { connect } from 'node:net';
import { startTestApplication, type TestApplication, type TestCompany } from '../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';
import { createGroup, createUser, ERROR, expectRefusal, groupBody, NOBODY, userBody } from './messages.js';

let application: TestApplication;
/** Takes larger bodies. */
let roomy: TestApplication;
let company: TestCompany;
let client: ScimClient;

beforeAll(async () => {
  application = await startTestApplication({ settings: { BODY_LIMIT: '50000' } });
  roomy = await startTestApplication();
  company = await application.company();
  client = await company.client();
});
afterAll(async () => {
  await application.close();
  await roomy.close();
});

/** Sends bytes as they are and answers all that comes back. */
const sendBytes = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(application.origin).port), '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });

it('ERR-01 ERR-02 ERR-13 every refusal is a SCIM error whose status is a text', async () => {
  const { id } = await createUser(client);
  const path = `/Users/${id}`;
  const answers = [
    await client.post('/Users', '{'),
    await application.scim().get('/Users'),
    await (
      await application.company()
    )
      .client('lenient', ['scim:read'])
      .then((own) => own.post('/Users', userBody())),
    await client.get(`/Users/${NOBODY}`),
    await client.delete('/Users'),
    await client.post('/Users', userBody({ userName: (await client.get(path)).body.userName })),
    await client.delete(path, { 'If-Match': '"x"' }),
    await client.post('/Users', userBody({ displayName: 'x'.repeat(50_001) })),
    await client.post('/Users', '<x/>', { 'Content-Type': 'text/xml' }),
    await client.get('/Me'),
  ];
  expect(answers.map(({ status }) => status)).toEqual([400, 401, 403, 404, 405, 409, 412, 413, 415, 501]);
  for (const { status, body, headers } of answers) {
    expect(body).toMatchObject({
      schemas: [ERROR],
      status: String(status),
      detail: expect.stringMatching(/./),
    });
    expect(headers['content-type']).toBe('application/scim+json; charset=utf-8');
  }
});

it('ERR-01 so are those of requests that never reach a route', async () => {
  const long = await client.get(`/Users?filter=${'x'.repeat(20_000)}`);
  expectRefusal(long, 431);
  for (const request of ['NONSENSE\r\n\r\n', 'GET / HTTP/1.1\r\nHost: x\r\nBad Header: y\r\n\r\n']) {
    const answer = await sendBytes(request);
    expect(answer).toMatch(/^HTTP\/1\.1 400 .*\r\n/);
    expect(answer).toContain('Content-Type: application/scim+json; charset=utf-8\r\n');
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ schemas: [ERROR], status: '400' });
  }
});

it('ERR-03 ERR-15 a detail names the place and never repeats a secret', async () => {
  const answer = await client.post(
    '/Users',
    userBody({ password: 'canary', emails: [{ value: 'a' }, { value: {} }] }),
  );
  expectRefusal(answer, 400, 'invalidValue', /emails\[1\]\.value/);
  const token = 'canary-token-0123456789';
  const refused = await application.scim(token).get('/Users');
  for (const { text } of [answer, refused]) expect(text).not.toContain('canary');
});

it('ERR-04 ERR-08 scimType is one of table 9', async () => {
  const { id, userName } = await createUser(client);
  const patch = async (operation: unknown): Promise<unknown> =>
    (await client.patch(`/Users/${id}`, [operation])).body.scimType;
  expect([
    (await client.get('/Users?filter=x')).body.scimType,
    await patch({ op: 'add', path: 'a..b', value: 'x' }),
    await patch({ op: 'remove' }),
    await patch({ op: 'add', path: 'active', value: 'perhaps' }),
    await patch({ op: 'copy' }),
    await patch({ op: 'remove', path: 'userName' }),
    (await client.post('/Users', userBody({ userName }))).body.scimType,
  ]).toEqual([
    'invalidFilter',
    'invalidPath',
    'noTarget',
    'invalidValue',
    'invalidSyntax',
    'mutability',
    'uniqueness',
  ]);
});

it('ERR-11 no input is a 5xx', async () => {
  const { id } = await createUser(client);
  const odd: unknown[] = [
    null,
    true,
    0,
    -1,
    1e308,
    '',
    '\u0000',
    '\ud800',
    [],
    [[]],
    {},
    { value: {} },
    [{ value: [] }],
    '__proto__',
    'x'.repeat(5000),
  ];
  const names = [
    'schemas',
    'id',
    'externalId',
    'meta',
    'userName',
    'name',
    'active',
    'emails',
    'groups',
    'password',
    'x509Certificates',
  ];
  const statuses = new Set<number>();
  for (const value of odd) {
    const requests = names.flatMap((name) => [
      client.post('/Users', { ...userBody(), [name]: value }),
      client.patch(`/Users/${id}`, [{ op: 'replace', path: name, value }]),
      client.patch(`/Users/${id}`, [{ op: 'remove', path: `${name}[value eq ${JSON.stringify(value)}]` }]),
      client.get(`/Users?filter=${encodeURIComponent(`${name} eq ${JSON.stringify(value)}`)}`),
    ]);
    requests.push(
      client.patch(`/Users/${id}`, { schemas: value, Operations: value }),
      client.patch(`/Users/${id}`, [value]),
      client.patch(`/Users/${id}`, [{ op: value, path: value, value }]),
      client.post('/Groups', { displayName: 'g', members: value }),
      client.post('/Groups', { displayName: value, members: [{ value }] }),
    );
    for (const { status, text } of await Promise.all(requests)) {
      if (status >= 500) throw new Error(`${status} ${text}`);
      statuses.add(status);
    }
  }
  expect(statuses).toContain(400);
});

it('ERR-11 neither are values longer than the database indexes', async () => {
  for (const [part, name] of [
    [{ userName: 'x'.repeat(3000) }, 'userName'],
    [{ externalId: 'x'.repeat(9000) }, 'externalId'],
    [{ displayName: 'é'.repeat(9000) }, 'displayName'],
  ] as const) {
    expectRefusal(await client.post('/Users', userBody(part)), 400, 'invalidValue', new RegExp(name));
  }
  const random = Array.from({ length: 9000 }, (_, index) =>
    String.fromCharCode(33 + ((index * 7919) % 90)),
  ).join('');
  for (const part of [{ nickName: random }, { emails: [{ value: random }] }]) {
    const answer = await client.post('/Users', userBody(part));
    expect([201, 400]).toContain(answer.status);
  }
});

describe('ERR-14 of two faults the first in this order is told: 401, 403 and 404, 412, 415 and 400, 409', () => {
  type Request = Readonly<{ by?: ScimClient; id?: string; headers?: Record<string, string>; body?: unknown }>;
  /** What each fault makes of a request that is right otherwise. */
  type Fault = (request: Request) => Request;

  let reader: ScimClient;
  beforeAll(async () => {
    reader = await company.client('lenient', ['scim:read']);
  });

  const withHeader = (name: string, value: string): Fault => {
    return (request) => ({ ...request, headers: { ...request.headers, [name]: value } });
  };
  const FAULTS: Readonly<Record<string, readonly Fault[]>> = {
    401: [(request) => ({ ...request, by: application.scim('unknown') })],
    403: [(request) => ({ ...request, by: reader })],
    404: [(request) => ({ ...request, id: NOBODY })],
    412: [
      withHeader('If-Match', '"x"'),
      withHeader('If-Match', 'W/"77"'),
      withHeader('If-None-Match', '*'),
      withHeader('If-None-Match', 'W/"1"'),
    ],
    415: [
      withHeader('Content-Type', 'text/xml'),
      withHeader('Content-Type', 'text/json; charset=latin1'),
      withHeader('Content-Encoding', 'zip'),
    ],
    400: [
      (request) => ({ ...request, body: '{' }),
      (request) => ({ ...request, body: { schemas: [] } }),
      (request) => ({ ...request, body: '"x\u0000"' }),
    ],
  };
  const TOGETHER: readonly (readonly [string, string])[] = [
    ['401', '404'],
    ['401', '412'],
    ['401', '415'],
    ['401', '400'],
    ['403', '404'],
    ['403', '412'],
    ['403', '415'],
    ['403', '400'],
    ['404', '412'],
    ['404', '415'],
    ['404', '400'],
    ['412', '415'],
    ['412', '400'],
  ];

  describe.each(['/Users', '/Groups'])('%s', (path) => {
    const bodyOf = path === '/Users' ? userBody : groupBody;
    const create = (): Promise<ScimAnswer['body']> =>
      path === '/Users' ? createUser(client) : createGroup(client);
    const send = (
      method: 'put' | 'patch',
      { by = client, id = '', headers, body }: Request,
    ): Promise<ScimAnswer> => by[method](`${path}/${id}`, body, headers);
    const right = async (method: 'put' | 'patch'): Promise<Request> => {
      const { id } = await create();
      return { id, body: method === 'put' ? bodyOf() : [{ op: 'replace', path: 'externalId', value: 'x' }] };
    };

    it.each(TOGETHER)('%s before %s', async (first, second) => {
      for (const method of ['put', 'patch'] as const) {
        const request = await right(method);
        for (const fault of FAULTS[first] ?? []) {
          expectRefusal(await send(method, fault(request)), Number(first), undefined);
          for (const other of FAULTS[second] ?? []) {
            expectRefusal(await send(method, other(fault(request))), Number(first));
            expectRefusal(await send(method, fault(other(request))), Number(first));
          }
        }
        expect((await send(method, request)).status).toBeLessThan(300);
      }
    });

    it('415 and 400 before 409, and 412 before it', async () => {
      const taken = bodyOf();
      expect((await client.post(path, taken)).status).toBe(201);
      const { id } = await create();
      const clash: Request = { id, body: taken };
      expectRefusal(await send('put', clash), 409, 'uniqueness');
      for (const fault of [...(FAULTS['412'] ?? []), ...(FAULTS['415'] ?? [])]) {
        expect([412, 415]).toContain((await send('put', fault(clash))).status);
      }
      const wrong = { ...taken, externalId: {} };
      expectRefusal(await send('put', { id, body: wrong }), 400, 'invalidValue');
      expectRefusal(await client.post(path, wrong), 400, 'invalidValue');
      expectRefusal(await client.post(path, taken, { 'Content-Type': 'text/xml' }), 415);
    });

    it('what only the stored resource shows to be wrong comes behind 412 too', async () => {
      const own = path === '/Users' ? ['id', 'meta'] : ['id', 'meta', 'members'];
      const { id } = await create();
      const strict = await company.client('strict');
      const values = { id: 'other', meta: { version: 'other' }, members: [{ value: NOBODY }] } as const;
      for (const name of own) {
        const body = [{ op: 'add', value: { [name]: values[name as keyof typeof values] } }];
        expect((await strict.patch(`${path}/${id}`, body)).status).toBe(400);
        expectRefusal(await strict.patch(`${path}/${id}`, body, { 'If-Match': 'W/"77"' }), 412);
      }
    });
  });

  it('an unknown endpoint or method is told before the type of the body', async () => {
    const headers = { 'Content-Type': 'text/xml' };
    expectRefusal(await client.post('/Nope', '<a/>', headers), 404);
    expectRefusal(await client.put('/Users', '<a/>', headers), 405);
    expectRefusal(await client.delete(`/Users/${NOBODY}`, headers), 404);
  });
});

it('SEC-12 a body over the limit is 413, also without a length', async () => {
  const answer = await client.post('/Users', userBody({ displayName: 'x'.repeat(60_000) }));
  expectRefusal(answer, 413, undefined, /50000/);
  const body = JSON.stringify(userBody({ displayName: 'x'.repeat(60_000) }));
  const chunked = await sendBytes(
    `POST /standard/scim/v2/Users HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${client.token}\r\n` +
      `Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
  );
  expect(chunked).toMatch(/^HTTP\/1\.1 413 /);
});

it.each(['lenient', 'strict'] as const)(
  'SEC-12 an attribute has 1,000 values at most (%s)',
  async (dialect) => {
    const by = await (await roomy.company()).client(dialect);
    const roles = (count: number, from = 0): object[] =>
      Array.from({ length: count }, (_, index) => ({ value: `Role ${from + index}` }));
    const tooMany = /roles: 1001 values; one attribute may have 1000 at most/;
    expectRefusal(await by.post('/Users', userBody({ roles: roles(1001) })), 400, 'invalidValue', tooMany);
    const { id } = await createUser(by, { roles: roles(1000) });
    const path = `/Users/${id}`;
    expectRefusal(await by.put(path, userBody({ roles: roles(1001) })), 400, 'invalidValue', tooMany);
    for (const operations of [
      [{ op: 'add', path: 'roles', value: roles(1, 1000) }],
      [{ op: 'add', value: { roles: roles(1, 1000) } }],
      [{ op: 'replace', path: 'roles', value: roles(1001) }],
      [
        { op: 'replace', path: 'title', value: 'x' },
        { op: 'add', path: 'roles', value: roles(1, 1000) },
      ],
    ]) {
      expectRefusal(await by.patch(path, operations), 400, 'invalidValue', tooMany);
    }
    const { body } = await by.get(path);
    expect([body.roles.length, body.title]).toEqual([1000, undefined]);
    for (const operations of [
      [{ op: 'add', path: 'roles', value: roles(2, 0) }],
      [
        { op: 'remove', path: 'roles[value eq "role 7"]' },
        { op: 'add', path: 'roles', value: roles(1, 1000) },
      ],
    ]) {
      expect((await by.patch(path, operations)).status).toBe(200);
    }
    expect((await by.get(path)).body.roles).toHaveLength(1000);
  },
);

it('SEC-12 a body that is nested without end is 400', async () => {
  const depth = 10_000;
  const deep = `{"userName":"x","name":${'{"a":'.repeat(depth / 5)}1${'}'.repeat(depth / 5)}}`;
  expect((await client.post('/Users', deep)).status).toBe(400);
  expectRefusal(
    await client.post('/Users', `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`),
    400,
    'invalidSyntax',
  );
});
