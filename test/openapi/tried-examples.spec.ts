import { SURFACES } from '../../src/app.module.js';
import { type Dialect } from '../../src/protocol/dialect/dialect.js';
import { EXAMPLE_IDS } from '../../src/surfaces/openapi/examples.openapi.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { type DocumentedExample, type DocumentedOperation } from '../support/documented-operations.js';
import { type Absent, documentedOperations, ExampleWorld } from '../support/example-world.js';

let application: TestApplication;
beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());

const surfaces = SURFACES.map(({ surface }) => surface.name);

/** Paradigm's own document prints this example for the PATCH whose path names no group. */
const LACKS_ID = 'RenameTheGroup';

/** Not offered to anybody on this surface. */
const isOffered = ({ answers }: DocumentedOperation): boolean =>
  Object.keys(answers).some((status) => status < '400');

function absentFor({ method, path }: DocumentedOperation): readonly Absent[] {
  if (method !== 'POST' || path.endsWith('.search')) return [];
  return path.endsWith('/Groups') ? ['group'] : ['user', 'group'];
}

/** The request as whoever tries it completes it: with the id that the description asks for. */
function completed({ path }: DocumentedOperation, example: DocumentedExample): DocumentedExample {
  if (example.name !== LACKS_ID || path.includes('{')) return example;
  return { ...example, value: { ...(example.value as object), id: EXAMPLE_IDS.group } };
}

/** What an operation's documentation shows as the answer to a request of that name. */
function expectedOf(
  { answers }: DocumentedOperation,
  status: number,
  name: string | undefined,
): DocumentedExample | undefined {
  const shown =
    answers[status]?.filter(({ mediaType }) => mediaType === answers[status]?.[0]?.mediaType) ?? [];
  return shown.find((example) => example.name === name) ?? (shown.length === 1 ? shown[0] : undefined);
}

/** Where a surface lists several users, the one of the examples is asked for. */
async function queryOf(world: ExampleWorld, { method, path }: DocumentedOperation): Promise<string> {
  if (method !== 'GET' || !/\/(Users|v2)$/.test(path)) return '';
  const standard = application.scim(await world.token());
  const { body } = await standard.get(`/Users/${world.fill(EXAMPLE_IDS.user)}`);
  const { userName } = body as { userName: string };
  return `?filter=${encodeURIComponent(`userName eq "${userName}"`)}`;
}

interface Tried {
  readonly status: number;
  /** The body that is shown for such a request, and the one that came. */
  readonly shown: unknown;
  readonly came: unknown;
}

async function tryOut(
  world: ExampleWorld,
  documented: DocumentedOperation,
  dialect: Dialect,
  example?: DocumentedExample,
): Promise<Tried> {
  const user = documented.path.endsWith('/Me') ? EXAMPLE_IDS.user : undefined;
  const request = world.request(documented, await world.token(dialect, undefined, user), example);
  const { status, body } = await world.send({
    ...request,
    path: request.path + (await queryOf(world, documented)),
    // Where nothing else is asked for, a changed resource may not be shown.
    headers: { ...request.headers, Prefer: 'return=representation' },
  });
  const shown = expectedOf(documented, status, example?.name);
  return { status, shown: world.normalise(shown?.value ?? null), came: world.normalise(body ?? null) };
}

describe.each(surfaces)('the examples of %s', (surface) => {
  it.each(['lenient', 'strict'] as const)(
    'all succeed with a %s token, and are answered as is shown',
    async (dialect) => {
      let tried = 0;
      for (const documented of (await documentedOperations(application, surface)).filter(isOffered)) {
        for (const example of documented.requests) {
          // How a body is encoded is a question to no dialect.
          if (dialect === 'strict' && example.mediaType !== documented.requests[0]?.mediaType) continue;
          const world = await ExampleWorld.make(application, surface, absentFor(documented));
          const { status, shown, came } = await tryOut(
            world,
            documented,
            dialect,
            completed(documented, example),
          );
          const place = `${documented.method} ${documented.path} ${example.mediaType} ${example.name}`;
          expect({ place, succeeded: status < 300, came }).toEqual({ place, succeeded: true, came: shown });
          tried += 1;
        }
      }
      expect(tried).toBeGreaterThan(8);
    },
    120_000,
  );

  it('are what reading answers', async () => {
    const reading = (await documentedOperations(application, surface)).filter(
      (documented) => documented.method === 'GET' && isOffered(documented),
    );
    expect(reading.length).toBeGreaterThan(6);
    const world = await ExampleWorld.make(application, surface);
    for (const documented of reading) {
      const { status, shown, came } = await tryOut(world, documented, 'lenient');
      expect([documented.path, status, came]).toEqual([documented.path, 200, shown]);
    }
  }, 60_000);
});
