import { SURFACES } from '../../src/app.module.js';
import {
  EXAMPLE_BODY_TIMEOUT_MS,
  EXAMPLE_IDS,
  EXAMPLE_LIMITS,
  EXAMPLE_USER_BODY_LIMIT,
  MEMBER_REQUEST,
} from '../../src/surfaces/openapi/examples.openapi.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { exchangeBytes, type RawAnswer } from '../support/raw-http.js';
import { type DocumentedExample, type DocumentedOperation } from '../support/documented-operations.js';
import { documentedOperations, ExampleWorld, type WorldRequest } from '../support/example-world.js';

const OTHER_GROUP = 'Other Guides';
const USER_URN = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP_URN = 'urn:ietf:params:scim:schemas:core:2.0:Group';

/** Of bodies here, so that none has to be as long as the documented limits. */
const LIMIT = 64 * 1024;
const USER_LIMIT = 32 * 1024;
const withDocumentedLimit = (body: unknown): unknown =>
  JSON.parse(
    JSON.stringify(body)
      .replace(`${LIMIT} bytes`, `${EXAMPLE_LIMITS.maxPayloadSize} bytes`)
      .replace(`may have ${LIMIT}`, `may have ${EXAMPLE_LIMITS.maxPayloadSize}`)
      .replace('send 1 a second, and 2 more', 'send 100 a second, and 200 more')
      .replace('within 1 seconds', `within ${EXAMPLE_BODY_TIMEOUT_MS / 1000} seconds`)
      .replace(`${USER_LIMIT} bytes`, `${EXAMPLE_USER_BODY_LIMIT} bytes`),
  );

/** A company whose own rate is 1 has a burst of 2. */
const RATE = { RATE_LIMIT: '1000000', RATE_BURST: '2000000' };
const slowWorlds = new Map<string, Promise<ExampleWorld>>();

/** A world whose company may send next to nothing. */
function slowWorld(surface: string): Promise<ExampleWorld> {
  const made = slowWorlds.get(surface) ?? makeSlowWorld(surface);
  slowWorlds.set(surface, made);
  return made;
}

async function makeSlowWorld(surface: string): Promise<ExampleWorld> {
  const world = await ExampleWorld.make(application, surface);
  await application.administration.setCompany(world.slug, { rateLimit: 1 });
  return world;
}

let application: TestApplication;
beforeAll(async () => {
  application = await startTestApplication({
    settings: {
      BODY_LIMIT: String(LIMIT),
      USER_BODY_LIMIT: String(USER_LIMIT),
      BODY_TIMEOUT_MS: '1000',
      ...RATE,
    },
  });
});
afterAll(() => application.close());

const surfaces = SURFACES.map(({ surface }) => surface.name);

/** An operation whose refusal is to be provoked, with the request that would succeed. */
interface Attempt {
  readonly world: ExampleWorld;
  readonly documented: DocumentedOperation;
  readonly request: WorldRequest;
}

/** Gives what is to be sent, or the answer where one request alone does not provoke it. */
type Provocation = (attempt: Attempt) => WorldRequest | Promise<WorldRequest | RawAnswer>;

const withHeader =
  (name: string, value: string): Provocation =>
  ({ request }) => ({ ...request, headers: { ...request.headers, [name]: value } });

const withQuery =
  (query: string): Provocation =>
  ({ request }) => ({ ...request, path: `${request.path}?${query}` });

const withToken =
  (...scopes: ('scim:read' | 'scim:write')[]): Provocation =>
  async ({ world, documented, request }) => ({
    ...request,
    headers: {
      ...request.headers,
      Authorization: `Bearer ${await world.token('lenient', scopes, userOf(documented))}`,
    },
  });

const withBody =
  (body: (attempt: Attempt) => object): Provocation =>
  (attempt) => ({
    ...attempt.request,
    headers: { ...attempt.request.headers, 'Content-Type': 'application/scim+json' },
    body: attempt.world.fill(JSON.stringify(body(attempt))),
  });

/** Another id, in the path or, where the path has none, in the body. */
const withId =
  (id: string): Provocation =>
  ({ documented, request }) =>
    documented.path.endsWith('}')
      ? { ...request, path: request.path.replace(/[^/]+$/, id) }
      : { ...request, body: JSON.stringify({ ...(JSON.parse(request.body ?? '{}') as object), id }) };

const patchOf = (operation: object, more: object = {}): object => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  ...more,
  Operations: [operation],
});

/** A change in the form of the surface: of an attribute, or of members. */
function patch({ world, documented }: Attempt, op: string, path: string, value: unknown): object {
  const named = documented.path.endsWith('/Groups') ? { id: EXAMPLE_IDS.group } : {};
  if (world.surface === 'strongdm' && op === 'replace') return patchOf({ op, value: { [path]: value } });
  if (world.surface !== 'oud' || path.includes('[')) return patchOf({ op, path, value }, named);
  const urn = documented.path.includes('/Users') ? USER_URN : GROUP_URN;
  return patchOf({ op, path: `${urn}:${path}`, value: [value].flat() });
}

/** The body of a whole resource with an attribute of it set; `undefined` leaves it out. */
function whole({ world, documented, request }: Attempt, name: string, value: unknown): object {
  const body = JSON.parse(request.body ?? '{}') as Record<string, object>;
  if (world.surface !== 'oud') return { ...body, [name]: value };
  const isUser = documented.path.includes('/Users');
  const urn = isUser ? USER_URN : GROUP_URN;
  const listed = isUser ? [{ value }] : value;
  return { ...body, [urn]: { ...body[urn], [name]: listed } };
}

/** In a PATCH a change of the attribute, in a POST or PUT the resource with it. */
const withAttribute = (name: string, value: unknown): Provocation =>
  withBody((attempt) =>
    attempt.request.method === 'PATCH' ? patch(attempt, 'replace', name, value) : whole(attempt, name, value),
  );

const withMember = (id: string): Provocation =>
  withBody((attempt) =>
    attempt.request.method === 'PATCH'
      ? patch(attempt, 'add', 'members', [{ value: id }])
      : whole(attempt, 'members', [{ value: id }]),
  );

/** A creation sends what exists already; a change takes the name of another resource. */
const taken: Provocation = (attempt) => {
  const isUser = attempt.documented.path.includes('/Users');
  if (attempt.request.method === 'POST') return attempt.request;
  return withAttribute(
    isUser ? 'userName' : 'displayName',
    isUser ? MEMBER_REQUEST.userName : OTHER_GROUP,
  )(attempt);
};

/** A deletion as it is, a user without `active`, a group without members, or the example that removes one. */
const takingAway: Provocation = (attempt) => {
  const { world, documented, request } = attempt;
  if (request.method === 'DELETE') return request;
  if (documented.path.includes('/Users')) return withAttribute('active', false)(attempt);
  const [, removing] = documented.requests;
  return request.method === 'PUT'
    ? withAttribute('members', [])(attempt)
    : { ...request, body: world.fill(JSON.stringify(removing?.value)) };
};

const malformedFilter = 'userName eqq "bjensen"';

/** By the name of its example: what is wrong with the request that is refused so. */
const PROVOCATIONS: Readonly<Record<string, Provocation>> = {
  Unauthorized: ({ request }) => {
    const { Authorization: _none, ...headers } = request.headers;
    return { ...request, headers };
  },
  mayNotRead: withToken('scim:write'),
  mayNotWrite: withToken('scim:read'),
  paused: async ({ world, request }) => {
    await world.pause();
    return request;
  },
  removalsHeld: async (attempt) => {
    await attempt.world.holdRemovals();
    return takingAway(attempt);
  },
  filterNotTaken: withQuery('filter=x'),
  unknownCompany: ({ request }) => ({
    ...request,
    path: request.path.replace(/tenants\/[^/]+/, 'tenants/globex'),
  }),
  unknownId: withId('123'),
  GroupNotFound: withId('123'),
  unknown: withId('r-1230954'),
  malformedFilter: (attempt) =>
    attempt.request.method === 'GET'
      ? withQuery(`filter=${encodeURIComponent(malformedFilter)}`)(attempt)
      : withBody(() => ({ ...(JSON.parse(attempt.request.body ?? '') as object), filter: malformedFilter }))(
          attempt,
        ),
  noInteger: withQuery('startIndex=first'),
  attributesAndExcludedAttributes: withQuery('attributes=userName&excludedAttributes=emails'),
  malformedIfMatch: withHeader('If-Match', '3'),
  otherVersion: withHeader('If-Match', 'W/"3"'),
  malformedPath: withBody((attempt) => patch(attempt, 'add', 'emails[type eq', 'x')),
  missing: withBody(() => ({})),
  noOperations: withBody(({ request }) => ({
    ...(JSON.parse(request.body ?? '') as object),
    Operations: [],
  })),
  emptyUserName: withAttribute('userName', ''),
  noEmail: withAttribute('userName', ''),
  noName: withAttribute('displayName', ''),
  unknownMember: withMember('123'),
  malformedMember: withMember('aa-123134'),
  takenUserName: taken,
  takenDisplayName: taken,
  taken,
  tooSlow: ({ request: { method, path, headers, body = '' } }) => {
    const head = { ...headers, Host: 'localhost', Connection: 'close', 'Content-Length': body.length + 1 };
    const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
    return exchangeBytes(application.origin, [
      [`${method} ${path} HTTP/1.1`, ...lines, '', body].join('\r\n'),
    ]);
  },
  tooLarge: ({ request }) => ({ ...request, body: ' '.repeat(LIMIT + 1) }),
  tooLargeHere: ({ request }) => ({ ...request, body: ' '.repeat(USER_LIMIT + 1) }),
  unreadMediaType: withHeader('Content-Type', 'text/plain'),
  unreadEncoding: withHeader('Content-Encoding', 'zstd'),
  notAcceptable: withHeader('Accept', 'text/html'),
  notOffered: ({ request }) => request,
  noUser: async ({ world, request }) => ({
    ...request,
    headers: { ...request.headers, Authorization: `Bearer ${await world.token()}` },
  }),
  notHisToChange: withAttribute('active', false),
  tooFast: async ({ world, documented, request }) => {
    const slow = await slowWorld(world.surface);
    const token = await slow.token('lenient', undefined, userOf(documented));
    const refused = slow.request(documented, token, documented.requests[0]);
    // What is not refused may delete what the world holds.
    if (documented.method === 'DELETE') slowWorlds.delete(world.surface);
    // Each second begins anew: until one of many comes too soon.
    for (let tries = 0; tries < 100; tries += 1) {
      const answers = await Promise.all(Array.from({ length: 6 }, () => slow.send(refused)));
      const found = answers.find(({ status }) => status === 429);
      if (found) return found;
    }
    return request;
  },
  deleted: async ({ world, request }) => {
    const standard = application.scim(await world.token());
    await standard.delete(`/Users/${world.fill(EXAMPLE_IDS.user)}`);
    return request;
  },
};

/** The one provocation that takes as long as `BODY_TIMEOUT_MS`. */
const TOO_SLOW = 'tooSlow';

/** The document of the vendor has it, for an operation where nothing can be wrong in that way. */
const NEVER_SENT = 'neverSent';

const userOf = ({ path }: DocumentedOperation): string | undefined =>
  path.endsWith('standard/scim/v2/Me') ? EXAMPLE_IDS.user : undefined;

async function worldWithAnotherGroup(surface: string): Promise<ExampleWorld> {
  const world = await ExampleWorld.make(application, surface);
  const standard = application.scim(await world.token());
  expect((await standard.post('/Groups', { displayName: OTHER_GROUP })).status).toBe(201);
  return world;
}

const refusalsOf = ({ answers }: DocumentedOperation): (DocumentedExample & { readonly status: number })[] =>
  Object.entries(answers).flatMap(([status, examples = []]) =>
    Number(status) < 400
      ? []
      : examples
          .filter(({ mediaType, name }) => mediaType === examples[0]?.mediaType && name !== NEVER_SENT)
          .map((example) => ({ ...example, status: Number(status) })),
  );

const told = ({ method, path }: DocumentedOperation, name: string): object => ({
  operation: `${method} ${path}`,
  name,
});

it.each(surfaces)(
  'every error that %s shows is what it answers',
  async (surface) => {
    let world = await worldWithAnotherGroup(surface);
    const shared = await world.token();
    const [shown, came, slow]: [object[], object[], Promise<object>[]] = [[], [], []];
    const operations = await documentedOperations(application, surface);
    const refusals = operations.flatMap((documented) =>
      refusalsOf(documented).map((refusal) => ({ documented, ...refusal })),
    );
    const provoke = async ({ documented, name }: (typeof refusals)[number]): Promise<object> => {
      const provocation = PROVOCATIONS[name];
      if (!provocation) throw new Error(`nothing here provokes ${name}`);
      const user = userOf(documented);
      const token = user === undefined ? shared : await world.token('lenient', undefined, user);
      const request = world.request(documented, token, documented.requests[0]);
      const provoked = await provocation({ world, documented, request });
      const { status, body } = 'text' in provoked ? provoked : await world.send(provoked);
      return { ...told(documented, name), status, body: world.normalise(withDocumentedLimit(body)) };
    };
    for (const refusal of refusals.filter(({ name }) => name !== TOO_SLOW)) {
      const { documented, name, status, value } = refusal;
      came.push(await provoke(refusal));
      shown.push({ ...told(documented, name), status, body: world.normalise(value) });
      if (name === 'paused') await world.unpause();
      if (name === 'removalsHeld') await world.releaseRemovals();
      if (name === 'deleted') world = await worldWithAnotherGroup(surface);
    }
    // Each lasts as long as the server waits for a body, so they are sent together.
    for (const refusal of refusals.filter(({ name }) => name === TOO_SLOW)) {
      const { documented, name, status, value } = refusal;
      slow.push(provoke(refusal));
      shown.push({ ...told(documented, name), status, body: world.normalise(value) });
    }
    came.push(...(await Promise.all(slow)));
    expect(shown.length).toBeGreaterThan(60);
    expect(came).toEqual(shown);
  },
  120_000,
);
