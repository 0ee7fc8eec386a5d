import { startTestApplication, type TestApplication } from '../../support/application.js';
import { listRoutes } from '../../support/routes.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';
import { createUser, expectRefusal, NOBODY, unique } from './messages.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

let application: TestApplication;
let client: ScimClient;
/** Stands for a user, so that there is a `/Me`. */
let user: ScimClient;
/** Each path of the surface with the methods that the router knows it by, `OPTIONS` and `HEAD` beside `GET`. */
const served = new Map<string, Set<string>>();

beforeAll(async () => {
  application = await startTestApplication();
  const company = await application.company();
  client = await company.client();
  const { userName } = await createUser(client, { userName: unique('me') });
  const token = {
    name: 'me',
    dialect: 'lenient',
    scopes: ['scim:read', 'scim:write'],
    expires: null,
  } as const;
  const { secret } = await application.tokens.issueToken(company.slug, { ...token, user: userName });
  user = application.scim(secret);
  const mount = new URL(application.base).pathname;
  for (const { method, path } of listRoutes(application.app)) {
    if (method === 'ALL' || !`${path}/`.startsWith(`${mount}/`)) continue;
    const below = path.slice(mount.length).replace(/\/$/, '').replace(/:\w+/g, NOBODY);
    const methods = served.get(below) ?? new Set(['OPTIONS']);
    for (const name of method === 'GET' ? ['GET', 'HEAD'] : [method]) methods.add(name);
    served.set(below, methods);
  }
});
afterAll(() => application.close());

const send = (method: string, path: string): Promise<ScimAnswer> => {
  const { token } = path === '/Me' ? user : client;
  return client.send({ method, path, headers: { authorization: `Bearer ${token}` } });
};
const allowOf = ({ headers }: ScimAnswer): string[] => (headers.allow ?? '').split(', ').sort();

it('HTTP-16 every endpoint refuses every method that it does not have with 405, and says which it has', async () => {
  expect(served.size).toBeGreaterThan(12);
  let refused = 0;
  for (const [path, methods] of served) {
    for (const spelling of [path, `${path.toLowerCase()}/`]) {
      for (const method of METHODS.filter((name) => !methods.has(name))) {
        const answer = await send(method, path === '/Me' ? path : spelling);
        expect([method, spelling, answer.status, allowOf(answer)]).toEqual([
          method,
          spelling,
          405,
          [...methods].sort(),
        ]);
        if (method !== 'HEAD') expectRefusal(answer, 405);
        refused += 1;
      }
    }
  }
  expect(refused).toBeGreaterThan(80);
});

it('HTTP-16 OPTIONS names the methods of every endpoint', async () => {
  for (const [path, methods] of served) {
    const answer = await send('OPTIONS', path);
    expect([path, answer.status, answer.text, allowOf(answer)]).toEqual([path, 204, '', [...methods].sort()]);
  }
});

it.each(['/.search', '/Users/.search', '/Groups/.search'])(
  'SRCH-08 HTTP-16 %s takes nothing but POST and OPTIONS, and is no id',
  async (path) => {
    for (const method of METHODS.filter((name) => name !== 'POST')) {
      const answer = await send(method, path);
      expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, 'POST, OPTIONS']);
    }
    expect((await send('OPTIONS', path)).headers.allow).toBe('POST, OPTIONS');
    expectRefusal(await application.scim('wrong').get(path), 401);
  },
);
