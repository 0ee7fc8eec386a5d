import { startTestApplication, type TestApplication } from '../support/application.js';
import { basic, makeClient, postForm } from '../support/token-client.js';

let service: TestApplication;
const lines: Record<string, unknown>[] = [];

beforeAll(async () => {
  service = await startTestApplication({
    settings: { PUBLIC_URL: 'https://scim.example.com', LOG_LEVEL: 'info' },
    log: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
  });
  await service.company('acme');
});
afterAll(() => service.close());

it.each([
  ['/standard/scim/v2/oauth/token', '/standard/scim/v2/oauth/token'],
  ['/scim/v2/token', '/scim/v2/token'],
  ['/oauth2/v2.0/token', '/…/…/token'],
  ['/token/', '/token/'],
])('a token that is asked for at %s is refused with the address of the endpoint', async (path, logged) => {
  const { id, secret } = await makeClient(service.clients, 'acme');
  const form = { grant_type: 'client_credentials' };
  const answer = await postForm(service.origin + path, form, { authorization: basic(id, secret) });
  expect(answer).toMatchObject({
    status: 404,
    body: {
      error: 'invalid_request',
      error_description: 'The token endpoint is https://scim.example.com/oauth/token, not this address.',
    },
  });
  await vi.waitFor(() =>
    expect(lines.at(-1)).toMatchObject({
      path: logged,
      status: 404,
      outcome: 'refused',
      detail: 'There is no token endpoint at this address; it is /oauth/token.',
    }),
  );
  expect(JSON.stringify(lines)).not.toContain(secret);
});

it('what else is asked for there is refused as before', async () => {
  expect((await service.scim().get('/oauth/token')).status).toBe(401);
  expect((await postForm(`${service.origin}/oauth/nobody/token`, {})).status).toBe(400);
});
