import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { JwtIssuer } from '../support/jwt-issuer.js';
import { makeClient, type TestClient } from '../support/token-client.js';

// Two libraries that know the RFCs and nothing of this server, as they are. They only have to be told that there is no TLS.

let service: TestApplication;
let registered: TestClient;
let keys: JwtIssuer;

beforeAll(async () => {
  service = await startTestApplication();
  await service.company('acme');
  registered = await makeClient(service.clients, 'acme');
  keys = await JwtIssuer.start('https://own.example/', 'ES256', 'RS256');
});
afterAll(async () => {
  await keys.close();
  await service.close();
});

describe('openid-client', () => {
  const discover = (authentication: client.ClientAuth, id = registered.id): Promise<client.Configuration> =>
    client.discovery(new URL(service.origin), id, undefined, authentication, {
      algorithm: 'oauth2',
      execute: [client.allowInsecureRequests],
    });

  const readUsers = async (config: client.Configuration, token: string): Promise<number> => {
    const url = new URL(`${service.base}/Users`);
    return (await client.fetchProtectedResource(config, token, url, 'GET')).status;
  };

  it.each([
    ['client_secret_basic', client.ClientSecretBasic],
    ['client_secret_post', client.ClientSecretPost],
  ])('discovers the server, gets a token by %s, and uses it', async (method, authentication) => {
    const config = await discover(authentication(registered.secret));
    const server = config.serverMetadata();
    expect(server.token_endpoint_auth_methods_supported).toContain(method);
    const tokens = await client.clientCredentialsGrant(config, { scope: 'scim.read' });
    expect([tokens.token_type, tokens.expires_in, tokens.scope]).toEqual(['bearer', 3600, 'scim:read']);
    expect(await readUsers(config, tokens.access_token)).toBe(200);
  });

  it.each([
    ['client_secret_basic', client.ClientSecretBasic, /challenge/i],
    ['client_secret_post', client.ClientSecretPost, /challenge/i],
  ])('understands what is refused by %s', async (_, authentication, message) => {
    const config = await discover(authentication('wrong'));
    const refused = client.clientCredentialsGrant(config);
    await expect(refused).rejects.toMatchObject({ message: expect.stringMatching(message) });
  });

  it('understands an error in a body', async () => {
    const reader = await makeClient(service.clients, 'acme', { scopes: ['scim:read'] });
    const config = await discover(client.ClientSecretBasic(reader.secret), reader.id);
    await expect(client.clientCredentialsGrant(config, { scope: 'scim:write' })).rejects.toMatchObject({
      error: 'invalid_scope',
      status: 400,
    });
  });

  it('signs for itself, where the client has keys of its own', async () => {
    const own = await makeClient(service.clients, 'acme', { secretExpires: null });
    const key = { key: keys.key('ES256').privateKey, kid: 'ES256' };
    const before = await discover(client.PrivateKeyJwt(key), own.id);
    expect(before.serverMetadata().token_endpoint_auth_methods_supported).not.toContain('private_key_jwt');
    await expect(client.clientCredentialsGrant(before)).rejects.toThrow();

    const { id } = await service.clients.addFederatedCredential('acme', own.id, {
      assertedBy: undefined,
      keys: { url: keys.keysUrl },
    });
    const config = await discover(client.PrivateKeyJwt(key), own.id);
    expect(config.serverMetadata()).toMatchObject({
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ['RS256', 'ES256'],
    });
    const tokens = await client.clientCredentialsGrant(config);
    expect(await readUsers(config, tokens.access_token)).toBe(200);

    await service.clients.removeFederatedCredential('acme', own.id, id);
    expect(await readUsers(config, tokens.access_token).catch(() => 401)).toBe(401);
    const after = await discover(client.PrivateKeyJwt(key), own.id);
    expect(after.serverMetadata().token_endpoint_auth_methods_supported).not.toContain('private_key_jwt');
  });
});

describe('oauth4webapi', () => {
  const insecure = { [oauth.allowInsecureRequests]: true };

  /** From the base URL alone: the resource leads to the server, and that to its token endpoint. */
  async function discover(): Promise<oauth.AuthorizationServer> {
    const resource = new URL(service.base);
    const found = await oauth.resourceDiscoveryRequest(resource, insecure);
    const { authorization_servers: [issuer = ''] = [] } = await oauth.processResourceDiscoveryResponse(
      resource,
      found,
    );
    const url = new URL(issuer);
    const answer = await oauth.discoveryRequest(url, { algorithm: 'oauth2', ...insecure });
    return oauth.processDiscoveryResponse(url, answer);
  }

  it.each([
    ['client_secret_basic', oauth.ClientSecretBasic],
    ['client_secret_post', oauth.ClientSecretPost],
  ])('finds its way from the base URL to a token by %s', async (_, authentication) => {
    const server = await discover();
    const self = { client_id: registered.id };
    const request = await oauth.clientCredentialsGrantRequest(
      ...([server, self, authentication(registered.secret), new URLSearchParams({ scope: 'scim' })] as const),
      insecure,
    );
    const token = await oauth.processClientCredentialsResponse(server, self, request);
    expect(token.scope).toBe('scim:read scim:write');
    const url = new URL(`${service.base}/Groups`);
    const groups = await oauth.protectedResourceRequest(
      token.access_token,
      'GET',
      url,
      undefined,
      undefined,
      insecure,
    );
    expect(groups.status).toBe(200);
  });

  it('is led to the metadata by a 401', async () => {
    const url = new URL(`${service.base}/Users`);
    const refused = oauth.protectedResourceRequest(
      'rollcall_unknown',
      'GET',
      url,
      undefined,
      undefined,
      insecure,
    );
    await expect(refused).rejects.toMatchObject({
      cause: [
        {
          scheme: 'bearer',
          parameters: {
            error: 'invalid_token',
            resource_metadata: `${service.origin}/.well-known/oauth-protected-resource/standard/scim/v2`,
          },
        },
      ],
    });
  });
});
