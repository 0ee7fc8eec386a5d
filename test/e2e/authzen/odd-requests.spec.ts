import fc from 'fast-check';
import { AuthzenClient } from '../../support/authzen-client.js';
import { PlatformClient } from '../../support/platform-client.js';
import { runs } from '../../support/property-runs.js';
import { AuthzenWorld } from './world.js';

// Whatever is sent, there is an answer that is not the server's fault, and nobody is permitted anything by mistake.

const RUNS = 150;
const ENDPOINTS = ['/evaluation', '/evaluations', '/search/subject', '/search/resource', '/search/action'];

let world: AuthzenWorld;
let authzen: AuthzenClient;
let platform: PlatformClient;
let group: string;

beforeAll(async () => {
  world = await AuthzenWorld.open();
  const scim = await world.acme.client();
  const ada = await world.user(scim, 'ada', { emails: [{ value: 'ada@example.com' }], externalId: 'e1' });
  group = await world.group(scim, 'Engineers', [ada]);
  const authorization = `Bearer ${await world.credential(['acme'])}`;
  authzen = new AuthzenClient(world.service, authorization, 'acme');
  platform = new PlatformClient(world.service, authorization);
});
afterAll(() => world.close());

const text = fc.oneof(
  fc.constantFrom(
    'user',
    'group',
    'member',
    'id',
    'email',
    'externalId',
    '',
    '\0',
    '\ud800',
    '%',
    "'",
    '{"a":1}',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constant('x'.repeat(5000)),
);
const odd = fc.oneof({ maxDepth: 3 }, text, fc.jsonValue({ maxDepth: 3 }));
const entity = fc.record(
  { type: odd, id: odd, name: odd, properties: fc.oneof(odd, fc.record({ idType: odd })) },
  { requiredKeys: [] },
);
const request = fc.record(
  {
    subject: fc.oneof(entity, odd),
    action: fc.oneof(entity, odd),
    resource: fc.oneof(entity, odd),
    context: fc.oneof(odd, fc.record({ includeInactive: odd })),
    options: fc.oneof(odd, fc.record({ evaluations_semantic: odd })),
    page: fc.oneof(odd, fc.record({ token: odd, limit: odd }, { requiredKeys: [] })),
    evaluations: fc.oneof(odd, fc.array(entity, { maxLength: 3 })),
    __proto__: odd,
  },
  { requiredKeys: [] },
);

it('AuthZEN answers whatever is sent', async () => {
  const property = fc.asyncProperty(
    fc.constantFrom(...ENDPOINTS),
    fc.oneof(request, odd),
    async (path, body) => {
      const { status, body: answer } = await authzen.post(path, JSON.stringify(body));
      expect([200, 400, 413]).toContain(status);
      if (status === 200) expect(JSON.stringify(answer)).not.toContain('"decision":true');
      else expect(typeof answer).toBe('string');
    },
  );
  await fc.assert(property, runs(RUNS));
});

it('a name of a kind is a name and nothing else: no text lets somebody in but his own', async () => {
  const idType = fc.constantFrom('id', 'userName', 'externalId', 'email');
  const storable = text.filter((each) => each !== '' && !each.includes('\0') && each.isWellFormed());
  const property = fc.asyncProperty(idType, storable, async (kind, id) => {
    const subject = { type: 'user', id, properties: { idType: kind } };
    const asked = { subject, action: { name: 'member' }, resource: { type: 'group', id: group } };
    const { status, body } = await authzen.post('/evaluation', asked);
    expect([status, body]).toEqual([200, { decision: false }]);
  });
  await fc.assert(property, runs(RUNS));
});

it('the platform API answers whatever is sent', async () => {
  const bodies = fc.record(
    {
      checks: fc.oneof(odd, fc.array(fc.oneof(odd, fc.record({ user: odd, group: odd })), { maxLength: 3 })),
      userIdType: odd,
      groupIdType: odd,
      direct: odd,
      includeInactive: odd,
    },
    { requiredKeys: [] },
  );
  const query = fc.dictionary(
    fc.constantFrom('user', 'group', 'direct', 'userIdType', 'cursor', 'count'),
    text,
  );
  const property = fc.asyncProperty(fc.oneof(bodies, odd), query, async (body, parameters) => {
    const answers = [
      await platform.send('POST', '/companies/acme/checks', JSON.stringify(body)),
      await platform.get(`/companies/acme/check?${new URLSearchParams(parameters).toString()}`),
      await platform.get(
        `/companies/acme/users/${encodeURIComponent((parameters['user'] ?? 'x').toWellFormed()) || 'x'}` +
          `/effective-groups?${new URLSearchParams(parameters).toString()}`,
      ),
    ];
    for (const { status, body: answer } of answers) {
      expect([200, 400, 404, 413, 415, 431]).toContain(status);
      expect(JSON.stringify(answer)).not.toContain('"member":true');
    }
  });
  await fc.assert(property, runs(RUNS));
});

it('the examples of bodies in the document are what is taken', async () => {
  const answer = await fetch(`${world.service.origin}/openapi/platform.json`);
  const { paths } = (await answer.json()) as {
    paths: Record<
      string,
      Record<string, { requestBody?: { content: Record<string, { examples: object }> } }>
    >;
  };
  const tried: string[] = [];
  for (const [path, { post }] of Object.entries(paths)) {
    if (!/check|access/.test(path) || post?.requestBody === undefined) continue;
    const [example] = Object.values(post.requestBody.content['application/json']!.examples) as {
      value: unknown;
    }[];
    const sent = await fetch(world.service.origin + path.replace('{company}', 'acme'), {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${await world.acme.token('lenient', ['scim:read'])}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(example?.value),
    });
    expect([path, sent.status]).toEqual([path, 200]);
    tried.push(path);
  }
  expect(tried).toHaveLength(11);
});
