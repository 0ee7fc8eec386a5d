import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimClient } from '../../support/scim-client.js';
import { createUser, expectRefusal, userBody } from './messages.js';

let application: TestApplication;

beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());

describe('requests that are under way at once', () => {
  it('TEN-02 each stay with their own caller', async () => {
    const companies: ScimClient[] = [];
    for (let index = 0; index < 8; index++) {
      companies.push(await (await application.company()).client());
      await createUser(companies[index]!, { userName: `only-here-${index}` });
    }
    const requests = Array.from({ length: 80 }, (_, index) => index % companies.length);
    const seen = await Promise.all(
      requests.map(async (index) => {
        const { body } = await companies[index]!.get('/Users');
        return body.Resources.map(({ userName }: { userName: string }) => userName);
      }),
    );
    expect(seen).toEqual(requests.map((index) => [`only-here-${index}`]));
  });

  it('SEC-02 SEC-05 a refused caller never gets the right of another one', async () => {
    const company = await application.company();
    const [writing, reading] = [await company.client(), await company.client('lenient', ['scim:read'])];
    const unknown = application.scim('unknown');
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        [writing, reading, unknown][index % 3]!.post('/Users', userBody()),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(
      answers.map((_, index) => [201, 403, 401][index % 3]),
    );
    expect((await writing.get('/Users?count=0')).body.totalResults).toBe(20);
  });
});

describe('a caller', () => {
  it.each([
    ['no token', {}],
    ['an unknown token', { authorization: 'Bearer nonsense' }],
    ['an empty token', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: 'Basic dTpw' }],
    ['no scheme', { authorization: 'non-token' }],
  ])('ERR-05 SEC-02 with %s is 401 and told how', async (_, headers: Record<string, string>) => {
    const client = application.scim();
    for (const path of ['/Users', '/Groups', '/Users/1', '/Schemas', '/ResourceTypes', '/Nope', '/Bulk']) {
      const answer = await client.send({ method: 'GET', path, headers });
      expectRefusal(answer, 401, undefined, /token/);
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
    }
  });

  it('SEC-03 whose token was revoked is 401 at once', async () => {
    const company = await application.company();
    const client = await company.client();
    expect((await client.get('/Users')).status).toBe(200);
    const [token] = await application.tokens.listTokens(company.slug);
    await application.tokens.revokeToken(company.slug, token!.id);
    const answer = await client.get('/Users');
    expectRefusal(answer, 401);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
  });

  it('SEC-03 ERR-05 whose token has expired is 401 and told how', async () => {
    const company = await application.company();
    const { tokens } = application;
    const expires = new Date(Date.now() - 1000);
    const token = { name: 'old', dialect: 'lenient', scopes: ['scim:read'], expires } as const;
    const { secret } = await tokens.issueToken(company.slug, token);
    const answer = await application.scim(secret).get('/Users');
    expectRefusal(answer, 401);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
  });

  it('ERR-06 SEC-05 that may only read is 403 for whatever writes', async () => {
    const company = await application.company();
    const { id } = await createUser(await company.client());
    const reading = await company.client('lenient', ['scim:read']);
    expect((await reading.get(`/Users/${id}`)).status).toBe(200);
    expectRefusal(await reading.post('/Users', userBody()), 403, undefined, /scim:write/);
    expectRefusal(await reading.put(`/Users/${id}`, userBody()), 403);
    expectRefusal(await reading.patch(`/Users/${id}`, []), 403);
    expectRefusal(await reading.delete(`/Users/${id}`), 403);
  });

  it('matches the scheme without regard to case', async () => {
    const token = await (await application.company()).token();
    const headers = { authorization: `bEaReR ${token}` };
    expect((await application.scim().send({ method: 'GET', path: '/Users', headers })).status).toBe(200);
  });

  it('SEC-13 gets answers that no cache keeps', async () => {
    const client = await (await application.company()).client();
    const created = await client.post('/Users', userBody());
    const path = `/Users/${created.body.id}`;
    for (const answer of [
      created,
      await client.get('/Users'),
      await client.get(path),
      await client.put(path, userBody()),
      await client.patch(path, [{ op: 'add', path: 'title', value: 'x' }]),
      await client.get('/Users/1'),
    ]) {
      expect(answer.headers['cache-control']).toBe('no-store');
    }
  });
});
