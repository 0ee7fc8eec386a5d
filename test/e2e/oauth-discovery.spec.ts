import { request as openRequest } from 'node:http';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { SURFACES } from '../../src/app.module.js';
import { JwtIssuer } from '../support/jwt-issuer.js';
import { makeClient, postForm } from '../support/token-client.js';

const PUBLIC_URL = 'https://example.com/rollcall';
const SERVER = '/.well-known/oauth-authorization-server';
const RESOURCE = '/.well-known/oauth-protected-resource';

let service: TestApplication;

beforeAll(async () => {
  service = await startTestApplication({ settings: { PUBLIC_URL } });
  await service.company('acme');
});
afterAll(() => service.close());

/** Asks under another name, as a client or a proxy may do. */
function ask(path: string, host = 'evil.example'): Promise<{ status: number | undefined; body: unknown }> {
  const { hostname, port } = new URL(service.origin);
  return new Promise((resolve, reject) => {
    const headers = { host, 'x-forwarded-host': host, 'x-forwarded-proto': 'https' };
    openRequest({ hostname, port, path, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode, body: JSON.parse(text) as unknown }));
    })
      .on('error', reject)
      .end();
  });
}

const metadata = {
  issuer: PUBLIC_URL,
  token_endpoint: `${PUBLIC_URL}/oauth/token`,
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  grant_types_supported: ['client_credentials'],
  response_types_supported: [],
  scopes_supported: ['scim', 'scim.read', 'scim.write', 'scim:read', 'scim:write'],
  service_documentation: `${PUBLIC_URL}/docs/guides/oauth-clients`,
};

describe('the metadata of the server', () => {
  it.each([SERVER, `${SERVER}/rollcall`])(
    'at %s has one issuer, whatever name it is asked by',
    async (path) => {
      expect(await ask(path)).toEqual({ status: 200, body: metadata });
    },
  );

  it.each([
    `${SERVER}/other`,
    `${SERVER}/rollcalls`,
    `${RESOURCE}`,
    `${RESOURCE}/scim/v2`,
    '/.well-known/openid-configuration',
  ])('is not at %s', async (path) => {
    expect((await ask(path)).status).toBe(404);
  });

  it('names private_key_jwt while there is a client with keys of its own that is not disabled', async () => {
    const idp = await JwtIssuer.start('https://login.example/', 'ES256');
    const { id } = await makeClient(service.clients, 'acme', { secretExpires: null });
    const methods = async (): Promise<unknown> =>
      ((await ask(SERVER)).body as typeof metadata).token_endpoint_auth_methods_supported;
    const keys = { url: idp.keysUrl };
    await service.clients.addFederatedCredential('acme', id, {
      assertedBy: { issuer: idp.iss, subject: 'sync', tenant: null, audiences: ['rollcall'] },
      keys,
    });
    expect(await methods()).not.toContain('private_key_jwt');
    await service.clients.addFederatedCredential('acme', id, { assertedBy: undefined, keys });
    expect(await methods()).toContain('private_key_jwt');
    await service.clients.disableClient('acme', id);
    expect(await methods()).not.toContain('private_key_jwt');
    await idp.close();
  });
});

describe('the metadata of the resource', () => {
  it.each([`${RESOURCE}/standard/scim/v2`, `${RESOURCE}/rollcall/standard/scim/v2`])(
    'at %s leads to the server',
    async (path) => {
      expect(await ask(path)).toEqual({
        status: 200,
        body: {
          resource: `${PUBLIC_URL}/standard/scim/v2`,
          authorization_servers: [PUBLIC_URL],
          scopes_supported: metadata.scopes_supported,
          bearer_methods_supported: ['header'],
          resource_name: 'Rollcall',
          resource_documentation: metadata.service_documentation,
        },
      });
    },
  );

  it('is named by each 401 of the standard surface, and by none of another', async () => {
    const named = `resource_metadata="https://example.com${RESOURCE}/rollcall/standard/scim/v2"`;
    for (const { surface } of SURFACES) {
      const base = `${service.origin}/${surface.mount.replace(/:\w+/, 'acme')}`;
      for (const path of ['/Users', '/Nothing', '/Schemas']) {
        const { status, headers } = await service.scim(undefined, base).get(path);
        expect([surface.name, path, status]).toEqual([surface.name, path, 401]);
        const challenge = String(headers['www-authenticate']);
        expect([surface.name, challenge.includes(named)]).toEqual([
          surface.name,
          surface.name === 'standard',
        ]);
        expect(challenge.includes('resource_metadata')).toBe(surface.name === 'standard');
      }
    }
    const unknown = await service.scim('rollcall_unknown').get('/Users');
    expect(unknown.headers['www-authenticate']).toBe(
      `Bearer realm="Rollcall", error="invalid_token", ${named}`,
    );
  });
});

it('ServiceProviderConfig of the standard surface names client credentials, and that of no other', async () => {
  const types: Record<string, unknown> = {};
  for (const { surface } of SURFACES.filter(({ surface: { name } }) => name !== 'paradigm')) {
    const base = `${service.origin}/${surface.mount.replace(/:\w+/, 'acme')}`;
    const token = (
      await service.tokens.issueToken('acme', {
        ...{ name: 'test', dialect: 'lenient', scopes: ['scim:read'], expires: null },
      })
    ).secret;
    const { status, body } = await service.scim(token, base).get('/ServiceProviderConfig');
    const schemes = (body as { authenticationSchemes?: { type: string }[] }).authenticationSchemes;
    if (status === 200) types[surface.name] = schemes?.map(({ type }) => type);
  }
  expect(types['standard']).toEqual(['oauthbearertoken', 'oauth2']);
  for (const [name, listed] of Object.entries(types)) {
    if (name !== 'standard') expect([name, listed]).not.toEqual([name, expect.arrayContaining(['oauth2'])]);
  }
});

it('an assertion is for the one issuer, and for nobody by another name', async () => {
  const idp = await JwtIssuer.start('https://own.example/', 'ES256');
  const { id } = await makeClient(service.clients, 'acme', { secretExpires: null });
  await service.clients.addFederatedCredential('acme', id, {
    assertedBy: undefined,
    keys: { text: JSON.stringify(idp.keySet()) },
  });
  const status = async (aud: string, clientId?: string): Promise<number> => {
    const assertion = await idp.sign({ iss: id, sub: id, aud });
    const answer = await postForm(`${service.origin}/oauth/token`, {
      grant_type: 'client_credentials',
      ...(clientId !== undefined && { client_id: clientId }),
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    });
    return answer.status;
  };
  expect(await status(PUBLIC_URL, id)).toBe(200);
  expect(await status(`${PUBLIC_URL}/oauth/token`, id)).toBe(200);
  expect(await status(PUBLIC_URL)).toBe(200);
  expect(await status(service.origin, id)).toBe(401);
  expect(await status(`${PUBLIC_URL}/`, id)).toBe(401);
  await idp.close();
});
