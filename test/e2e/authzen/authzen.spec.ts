import { namesOf } from '../../../src/access/credential.js';
import { AuthzenClient } from '../../support/authzen-client.js';
import { AuthzenWorld } from './world.js';

const ENDPOINTS = ['/evaluation', '/evaluations', '/search/subject', '/search/resource', '/search/action'];
const UNKNOWN = '0000000000000001';

let world: AuthzenWorld;
let own: AuthzenClient;
let platform: AuthzenClient;
const secrets = { token: '', writer: '', all: '', birch: '', check: '', search: '' };
const acme = { user: '', gone: '', group: '', id: '' };
const birch = { user: '', group: '' };

beforeAll(async () => {
  world = await AuthzenWorld.open();
  const scim = await world.acme.client();
  acme.user = await world.user(scim, 'ada', { emails: [{ value: 'ada@example.com' }], externalId: 'e1' });
  acme.gone = await world.user(scim, 'gone', { active: false });
  acme.group = await world.group(scim, 'Engineers', [acme.user, acme.gone]);
  const other = await (await world.service.company('birch')).client();
  birch.user = await world.user(other, 'ada');
  birch.group = await world.group(other, 'Engineers', [birch.user]);
  acme.id = (await world.service.administration.showCompany('acme')).id;
  secrets.token = await world.acme.token('lenient', ['scim:read']);
  secrets.writer = await world.acme.token('lenient', ['scim:write']);
  secrets.all = await world.credential(null);
  secrets.birch = await world.credential(['birch']);
  secrets.check = await world.credential(['acme'], ['check']);
  secrets.search = await world.credential(['acme'], ['search']);
  own = asking(secrets.token);
  platform = asking(secrets.all, 'acme');
});
afterAll(() => world.close());

function asking(secret: string, company?: string): AuthzenClient {
  return new AuthzenClient(world.service, `Bearer ${secret}`, company);
}

/** A request to each endpoint. */
const requestTo = (path: string, user = acme.user, group = acme.group): object => {
  const subject = { type: 'user', id: user };
  const resource = { type: 'group', id: group };
  const action = { name: 'member' };
  switch (path) {
    case '/evaluations':
      return { action, evaluations: [{ subject, resource }] };
    case '/search/action':
      return { subject, resource };
    default:
      return { subject, resource, action };
  }
};

const YES: Readonly<Record<string, object>> = {
  '/evaluation': { decision: true },
  '/evaluations': { evaluations: [{ decision: true }] },
  '/search/action': { results: [{ name: 'member' }, { name: 'direct_member' }] },
};
const NO: Readonly<Record<string, object>> = {
  '/evaluation': { decision: false },
  '/evaluations': { evaluations: [{ decision: false }] },
  '/search/subject': { results: [] },
  '/search/resource': { results: [] },
  '/search/action': { results: [] },
};

describe.each(ENDPOINTS)('POST /access/v1%s', (path) => {
  const yes = (): object =>
    YES[path] ?? {
      results:
        path === '/search/subject' ? [{ type: 'user', id: acme.user }] : [{ type: 'group', id: acme.group }],
    };

  it('answers a token of the company, with and without its name, and a platform credential', async () => {
    const askers = [own, asking(secrets.token, 'acme'), asking(secrets.token, acme.id), platform];
    for (const asker of askers) {
      const { status, body } = await asker.post(path, requestTo(path));
      expect([status, body]).toEqual([200, expect.objectContaining(yes())]);
    }
  });

  it('TEN-02 answers alike whatever another company has and what nobody has', async () => {
    for (const asker of [own, platform]) {
      const unknown = await asker.post(path, requestTo(path, UNKNOWN, UNKNOWN));
      const foreign = await asker.post(path, requestTo(path, birch.user, birch.group));
      expect(unknown.body).toMatchObject(NO[path] ?? {});
      expect([foreign.status, foreign.body]).toEqual([200, unknown.body]);
    }
  });

  it('TEN-02 tells nobody of a company that is not his', async () => {
    for (const company of ['acme', acme.id, 'nobody', UNKNOWN]) {
      const { status, body } = await asking(secrets.birch, company).post(path, requestTo(path));
      expect([company, status, body]).toEqual([company, 404, `There is no company ${company}.`]);
    }
    expect((await asking(secrets.token, 'birch').post(path, requestTo(path))).status).toBe(404);
  });

  it('SEC-02 refuses with a message who has no credential, or not the right one', async () => {
    const scope = path.startsWith('/search') ? 'search' : 'check';
    const lacking = path.startsWith('/search') ? secrets.check : secrets.search;
    const askers = [
      [new AuthzenClient(world.service, null), 401, /token/],
      [asking('unknown'), 401, /token/],
      [asking(`rollcall_platform_${'A'.repeat(43)}`, 'acme'), 401, /token/],
      [asking(secrets.writer), 403, /scim:read/],
      [asking(lacking, 'acme'), 403, new RegExp(`lacks the scope ${scope}`)],
      [asking(secrets.all), 400, /names the company in the path/],
    ] as const;
    for (const [asker, expected, message] of askers) {
      const { status, headers, body } = await asker.post(path, requestTo(path), { 'X-Request-ID': 'mine' });
      expect([status, body]).toEqual([expected, expect.stringMatching(message)]);
      expect(headers).toMatchObject({
        'content-type': 'text/plain; charset=utf-8',
        'x-request-id': 'mine',
        ...(status === 401 && { 'www-authenticate': expect.stringMatching(/^Bearer /) }),
      });
    }
  });

  it('refuses what is no request with a message', async () => {
    const bodies = [
      '',
      '{',
      '[]',
      '"x"',
      '{"subject":1,"action":1,"resource":1}',
      '{"subject":"\\u0000"}',
      '{}',
    ];
    for (const sent of bodies) {
      const { status, headers, body } = await own.post(path, sent);
      expect([sent, status, typeof body]).toEqual([sent, 400, 'string']);
      expect(body).not.toBe('');
      expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    }
    const { status } = await own.post(path, '{}', { 'Content-Type': 'text/plain' });
    expect(status).toBe(415);
  });

  it('offers POST alone', async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const { status, headers } = await own.send(method, path);
      expect([method, status, headers['allow']]).toEqual([method, 405, 'POST, OPTIONS']);
    }
  });

  it('denies for a suspended company, and says so', async () => {
    const later = await world.service.company();
    const { slug } = later;
    const token = await later.token('lenient', ['scim:read']);
    await world.service.lifecycle.suspendCompany(slug);
    const suspended = { context: { reason: 'suspended' } };
    for (const asker of [asking(token), asking(secrets.all, slug)]) {
      const { status, body } = await asker.post(path, requestTo(path));
      expect(status).toBe(200);
      expect(body).toMatchObject(
        path === '/evaluations'
          ? { evaluations: [{ decision: false, ...suspended }] }
          : { ...NO[path], ...suspended },
      );
    }
  });
});

it.each(['/', '/evaluation/x', '/evaluate', '/search', '/acme/search/subjects'])(
  'there is nothing at %s, which is told with a message',
  async (path) => {
    const { status, headers, body } = await own.post(path, {});
    expect([status, body]).toEqual([404, expect.stringContaining('There is nothing at POST')]);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect((await new AuthzenClient(world.service, null).post(path, {})).status).toBe(401);
  },
);

describe('names and rules', () => {
  const ask = async (subject: object, resource: object, more: object = {}): Promise<unknown> => {
    const request = {
      subject: { type: 'user', ...subject },
      action: { name: 'member' },
      resource: { type: 'group', ...resource },
      ...more,
    };
    return (await own.post('/evaluation', request)).body;
  };
  const named = (id: string, idType: string): object => ({ id, properties: { idType } });

  it('users and groups are named by what idType says', async () => {
    for (const subject of [
      named('ADA', 'userName'),
      named('Ada@Example.com', 'email'),
      named('e1', 'externalId'),
    ]) {
      expect(await ask(subject, named('ENGINEERS', 'displayName'))).toEqual({ decision: true });
    }
    expect(await ask({ id: 'ada' }, { id: acme.group })).toEqual({ decision: false });
    expect(await ask(named('ada', 'name'), { id: acme.group })).toMatch(
      /^subject\.properties\.idType is one of id, /,
    );
    expect(await ask({ id: acme.user }, named('x', 'email'))).toMatch(
      /^resource\.properties\.idType is one of id, /,
    );
  });

  it('inactive users count where that is asked for', async () => {
    const inactive = { decision: false, context: { reason: 'inactive' } };
    expect(await ask({ id: acme.gone }, { id: acme.group })).toEqual(inactive);
    const context = { includeInactive: true };
    expect(await ask({ id: acme.gone }, { id: acme.group }, { context })).toEqual({ decision: true });
    expect(await ask({ id: acme.gone }, { id: acme.group }, { context: { includeInactive: 'yes' } })).toBe(
      'context.includeInactive is true or false.',
    );
  });

  it.each([
    ['subject', { action: { name: 'member' }, resource: { type: 'group', id: 'x' } }],
    ['action', { subject: { type: 'user', id: 'x' }, resource: { type: 'group', id: 'x' } }],
    ['resource', { subject: { type: 'user', id: 'x' }, action: { name: 'member' } }],
    [
      'subject.id',
      { subject: { type: 'user' }, action: { name: 'member' }, resource: { type: 'group', id: 'x' } },
    ],
    [
      'subject.type',
      { subject: { id: 'x' }, action: { name: 'member' }, resource: { type: 'group', id: 'x' } },
    ],
    ['action.name', { subject: { type: 'user', id: 'x' }, action: {}, resource: { type: 'group', id: 'x' } }],
    [
      'resource.id',
      { subject: { type: 'user', id: 'x' }, action: { name: 'member' }, resource: { type: 'group' } },
    ],
  ])('what is required is named where it is missing: %s', async (place, request) => {
    const { status, body } = await own.post('/evaluation', request);
    expect([status, body]).toEqual([400, expect.stringMatching(new RegExp(`^${place} is missing`))]);
    const batch = await own.post('/evaluations', { evaluations: [request, requestTo('/evaluation')] });
    expect([batch.status, batch.body]).toEqual([
      200,
      {
        evaluations: [
          { decision: false, context: { error: { status: 400, message: body as unknown } } },
          { decision: true },
        ],
      },
    ]);
  });
});

describe('batches', () => {
  it('without evaluations, or with an empty array, are a single evaluation', async () => {
    for (const more of [{}, { evaluations: [] }]) {
      const { body } = await own.post('/evaluations', { ...requestTo('/evaluation'), ...more });
      expect(body).toEqual({ decision: true });
    }
  });

  it('have up to 1,000 items', async () => {
    const item = requestTo('/evaluation');
    const { body } = await own.post('/evaluations', { evaluations: Array(1000).fill(item) });
    expect(body).toEqual({ evaluations: Array(1000).fill({ decision: true }) });
    const more = await own.post('/evaluations', { evaluations: Array(1001).fill(item) });
    expect([more.status, more.body]).toEqual([400, expect.stringContaining('1000 are taken at once')]);
  });

  it.each([
    [{ evaluations: {} }, 'evaluations is an array.'],
    [{ evaluations: [{}], options: [] }, 'options is an object.'],
    [
      { evaluations: [{}], options: { evaluations_semantic: 'any' } },
      /^options\.evaluations_semantic is one of /,
    ],
  ])('are refused as a whole where they make no sense: %j', async (request, message) => {
    const { status, body } = await own.post('/evaluations', request);
    expect([status, body]).toEqual([
      400,
      typeof message === 'string' ? message : expect.stringMatching(message),
    ]);
  });

  it('end at the first denial with its own reason, or at the first permission', async () => {
    const subject = { type: 'user', id: acme.user };
    const evaluations = [{ subject: { type: 'user', id: acme.gone } }, { subject }, { subject }, 1];
    const request = { ...requestTo('/evaluation'), evaluations };
    const ask = async (semantic: string): Promise<unknown> =>
      (await own.post('/evaluations', { ...request, options: { evaluations_semantic: semantic } })).body
        .evaluations;
    const inactive = { decision: false, context: { reason: 'inactive' } };
    expect(await ask('deny_on_first_deny')).toEqual([inactive]);
    expect(await ask('permit_on_first_permit')).toEqual([inactive, { decision: true }]);
    const message = 'An item of evaluations is an object.';
    expect(await ask('execute_all')).toEqual([
      inactive,
      { decision: true },
      { decision: true },
      { decision: false, context: { error: { status: 400, message } } },
    ]);
  });
});

describe('pages of searches', () => {
  const search = (page: unknown, subject: object = { type: 'user' }): ReturnType<AuthzenClient['post']> =>
    own.post('/search/subject', {
      ...requestTo('/search/subject'),
      subject,
      context: { includeInactive: true },
      page,
    });

  it('are walked by tokens to the end, and an id of who is searched for is ignored', async () => {
    const first = await search(
      { limit: 1 },
      { type: 'user', id: 'ignored', properties: { idType: 'nothing' } },
    );
    expect(first.body).toMatchObject({ page: { count: 1 }, results: [{ type: 'user', id: acme.user }] });
    const second = await search({ token: first.body.page.next_token as string, limit: 1 });
    expect(second.body).toEqual({
      page: { next_token: '', count: 1 },
      results: [{ type: 'user', id: acme.gone }],
    });
  });

  it('of no results lead on to the first one', async () => {
    const none = await search({ limit: 0 });
    expect(none.body).toMatchObject({
      page: { count: 0, next_token: expect.stringMatching(/./) },
      results: [],
    });
  });

  it('are of the search that they were begun by, and of its company', async () => {
    const token = (await search({ limit: 1 })).body.page.next_token as string;
    const request = requestTo('/search/subject');
    const tokens = [
      await own.post('/search/subject', { ...request, page: { token } }),
      await own.post('/search/resource', { ...request, page: { token } }),
      await asking(secrets.birch, 'birch').post('/search/subject', { ...request, page: { token } }),
      await search({ token: `${token}x` }),
      await search({ token: 'x' }),
    ];
    for (const { status, body } of tokens) {
      expect([status, body]).toEqual([400, expect.stringMatching(/^page\.token is the next_token of /)]);
    }
    expect((await search({ token, limit: 2 })).body).toBe(
      'page.limit is 1, as on the first page, or left out.',
    );
  });

  it.each([[1], [{ limit: -1 }], [{ limit: 1.5 }], [{ limit: '1' }], [{ token: 1 }], [{ limit: 1e300 }]])(
    'are refused where they make no sense: %j',
    async (page) => {
      const { status, body } = await search(page);
      expect([status, body]).toEqual([400, expect.stringMatching(/^page/)]);
    },
  );
});

describe('request identifiers', () => {
  it.each(['a', 'with blanks, commas; and "quotes"', '%&=?/\\', 'x'.repeat(200)])(
    'come back as they were: %s',
    async (id) => {
      const { headers } = await own.post('/evaluation', requestTo('/evaluation'), { 'X-Request-ID': id });
      expect(headers['x-request-id']).toBe(id);
    },
  );

  it('are made where there is none, or one that is too long', async () => {
    const long = await own.post('/evaluation', requestTo('/evaluation'), { 'X-Request-ID': 'x'.repeat(201) });
    const none = await own.post('/evaluation', requestTo('/evaluation'));
    for (const { headers } of [long, none]) expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

it('SEC-02 a token that was remembered opens nothing after its end, even where nothing is looked up', async () => {
  const { id, secret } = await world.service.tokens.issueToken('acme', {
    name: 'short',
    dialect: 'lenient',
    scopes: ['scim:read'],
    expires: null,
  });
  const client = asking(secret);
  const requests = [
    ...ENDPOINTS.map((path) => [path, requestTo(path)] as const),
    ['/evaluation', { ...requestTo('/evaluation'), action: { name: 'can_read' } }] as const,
    ['/evaluations', { evaluations: [{}] }] as const,
    ['/search/subject', { ...requestTo('/search/subject'), subject: { type: 'doc' } }] as const,
    ['/evaluation', {}] as const,
  ];
  for (const [path, body] of requests) expect((await client.post(path, body)).status).not.toBe(401);
  await world.service.tokens.revokeToken('acme', id);
  for (const [path, body] of requests) {
    expect([path, (await client.post(path, body)).status]).toEqual([path, 401]);
  }
});

describe('the configuration', () => {
  const read = async (path: string): Promise<{ status: number; headers: Headers; body: unknown }> => {
    const answer = await fetch(`${world.service.origin}/.well-known/authzen-configuration${path}`);
    return { status: answer.status, headers: answer.headers, body: await answer.json() };
  };
  const configuration = (origin: string, company: string): object => ({
    policy_decision_point: origin + company,
    access_evaluation_endpoint: `${origin}/access/v1${company}/evaluation`,
    access_evaluations_endpoint: `${origin}/access/v1${company}/evaluations`,
    search_subject_endpoint: `${origin}/access/v1${company}/search/subject`,
    search_resource_endpoint: `${origin}/access/v1${company}/search/resource`,
    search_action_endpoint: `${origin}/access/v1${company}/search/action`,
  });

  it('names the endpoints for the company of a token, and for any that is named', async () => {
    const { origin } = world.service;
    for (const [path, company] of [
      ['', ''],
      ['/acme', '/acme'],
      [`/${namesOf({ id: '7', slug: 'x' })[1] ?? ''}`, '/0000000000000007'],
      ['/there-is-none', '/there-is-none'],
      ['/a%20b%2F', '/a%20b%2F'],
    ] as const) {
      const { status, headers, body } = await read(path);
      expect([status, body]).toEqual([200, configuration(origin, company)]);
      expect(headers.get('content-type')).toMatch(/^application\/json\b/);
      expect(headers.get('cache-control')).toBe('public, max-age=3600');
    }
  });

  it('its endpoints are those that answer', async () => {
    const { body } = await read('/acme');
    const { access_evaluation_endpoint } = body as { access_evaluation_endpoint: string };
    const answer = await fetch(access_evaluation_endpoint, {
      method: 'POST',
      headers: { Authorization: `Bearer ${secrets.all}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(requestTo('/evaluation')),
    });
    expect([answer.status, await answer.json()]).toEqual([200, { decision: true }]);
  });
});

describe('with a PUBLIC_URL that has a path', () => {
  let other: AuthzenWorld;
  beforeAll(async () => {
    other = await AuthzenWorld.open({ PUBLIC_URL: 'https://scim.example.com/rollcall' });
  });
  afterAll(() => other.close());

  it.each([
    ['/rollcall', 'https://scim.example.com/rollcall', ''],
    ['/rollcall/acme', 'https://scim.example.com/rollcall', '/acme'],
  ])('the configuration stands behind the well-known part: %s', async (path, base, company) => {
    const answer = await fetch(`${other.service.origin}/.well-known/authzen-configuration${path}`);
    expect(await answer.json()).toMatchObject({
      policy_decision_point: base + company,
      access_evaluation_endpoint: `${base}/access/v1${company}/evaluation`,
    });
  });
});
