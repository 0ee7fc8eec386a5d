import { AuthzenClient } from '../../support/authzen-client.js';
import { PlatformClient } from '../../support/platform-client.js';
import { AuthzenWorld } from './world.js';

/** So many at once cannot be spread over as many seconds. */
const AT_ONCE = 60;

let world: AuthzenWorld;
beforeAll(async () => {
  world = await AuthzenWorld.open({ RATE_LIMIT: '1', RATE_BURST: '0', PLATFORM_RATE_LIMIT: '1' });
});
afterAll(() => world.close());

const asked = {
  subject: { type: 'user', id: 'x' },
  action: { name: 'member' },
  resource: { type: 'group', id: 'x' },
};

it.each<readonly [what: string, sender: string, secret: () => Promise<string>]>([
  ['a token of the company', 'company', () => world.acme.token('lenient', ['scim:read'])],
  ['a platform credential', 'credential', () => world.credential(null)],
])('%s that asks too fast is put off in the form of what it asked', async (_what, sender, secret) => {
  const authorization = `Bearer ${await secret()}`;
  const authzen = new AuthzenClient(world.service, authorization, 'acme');
  const platform = new PlatformClient(world.service, authorization);
  const [evaluations, checks] = await Promise.all([
    Promise.all(Array.from({ length: AT_ONCE }, () => authzen.post('/evaluation', asked))),
    Promise.all(Array.from({ length: AT_ONCE }, () => platform.get('/companies/acme/check?user=x&group=x'))),
  ]);
  const putOff = evaluations.find(({ status }) => status === 429);
  expect(putOff?.body).toMatch(new RegExp(`^rate: The ${sender} sends too fast`));
  const headers = { 'rollcall-reason': 'rate', 'retry-after': expect.stringMatching(/^\d+$/) as string };
  expect(putOff?.headers).toMatchObject({ ...headers, 'content-type': 'text/plain; charset=utf-8' });
  const check = checks.find(({ status }) => status === 429);
  expect(check?.headers).toMatchObject({ ...headers, 'content-type': 'application/problem+json' });
});
