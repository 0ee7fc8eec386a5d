import {
  type NewOauthClient,
  type OauthClientAdministration,
} from '../../src/administration/oauth-client-administration.js';

/** What the token endpoint answered. */
export interface TokenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A client with its secret. */
export interface TestClient {
  readonly id: string;
  readonly secret: string;
  readonly secretId: string;
}

export const DAY_MS = 86_400_000;

/** Makes a client, by default a lenient one for reading and writing, whose secret ends in a hundred days. */
export async function makeClient(
  clients: OauthClientAdministration,
  slug: string,
  options: Partial<NewOauthClient> = {},
): Promise<TestClient> {
  const { client, issued } = await clients.createClient(slug, {
    name: 'Entra ID',
    dialect: 'lenient',
    scopes: ['scim:read', 'scim:write'],
    secretExpires: new Date(Date.now() + 100 * DAY_MS),
    ...options,
  });
  return { id: client.id, secret: issued?.secret ?? '', secretId: issued?.id ?? '' };
}

/** The value of the header for a client, encoded as RFC 6749 §2.3.1 says. */
export const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;

/** Sends a form to a token endpoint; a text is sent as it is. */
export async function postForm(
  url: string,
  form: Readonly<Record<string, string>> | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<TokenAnswer> {
  const body = typeof form === 'string' ? form : new URLSearchParams(form).toString();
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body,
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    body: JSON.parse(text) as TokenAnswer['body'],
  };
}
