import { type Headers, type ScimAnswer, type ScimClient } from '../../support/scim-client.js';

/** One request that an identity provider sent. */
export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** A client's side of a cycle: its headers, what it sent, and no patience with refusals. */
export class IdentityProvider {
  readonly sent: SentRequest[] = [];

  constructor(
    private readonly client: ScimClient,
    private readonly headers: Headers,
  ) {}

  get base(): string {
    return this.client.base;
  }

  /** Requests so far that could change something. */
  get writes(): SentRequest[] {
    return this.sent.filter(({ method }) => method !== 'GET');
  }

  get(path: string, provoked?: number): Promise<ScimAnswer> {
    return this.send('GET', path, undefined, provoked);
  }

  post(path: string, body: object, provoked?: number): Promise<ScimAnswer> {
    return this.send('POST', path, body, provoked);
  }

  put(path: string, body: object): Promise<ScimAnswer> {
    return this.send('PUT', path, body);
  }

  patch(path: string, ...operations: readonly object[]): Promise<ScimAnswer> {
    const message = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: operations,
    };
    return this.send('PATCH', path, message);
  }

  delete(path: string): Promise<ScimAnswer> {
    return this.send('DELETE', path);
  }

  /**
   * @param provoked - The one refusal that the client asks for on purpose and can handle.
   * @throws Error for any other status of 400 and above
   */
  private async send(method: string, path: string, body?: object, provoked?: number): Promise<ScimAnswer> {
    const answer = await this.client.send({
      method,
      path,
      headers: { Authorization: `Bearer ${this.client.token}`, ...this.headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    this.sent.push({ method, path, status: answer.status });
    if (answer.status >= 400 && answer.status !== provoked) {
      throw new Error(`${method} ${path} was refused: ${answer.status} ${answer.text}`);
    }
    return answer;
  }
}

/** What a company holds, in names instead of ids. */
export interface CompanyState {
  /** `userName` of everybody, with whether he is active. */
  readonly users: Readonly<Record<string, boolean>>;
  /** Display names of groups, with the names of their members in order. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

/** Reads users and groups with their members, page by page. */
export async function readCompany(client: ScimClient): Promise<CompanyState> {
  const users = await readAll(client, '/Users');
  const groups = await readAll(client, '/Groups');
  const names = new Map([
    ...users.map(({ id, userName }) => [id, userName] as const),
    ...groups.map(({ id, displayName }) => [id, displayName] as const),
  ]);
  return {
    users: Object.fromEntries(users.map(({ userName, active }) => [userName, active])),
    groups: Object.fromEntries(
      groups.map(({ displayName, members }) => [
        displayName,
        (members as { value: string }[]).map(({ value }) => names.get(value) ?? value).sort(),
      ]),
    ),
  };
}

/** The version of every resource, by id. */
export async function readVersions(client: ScimClient): Promise<ReadonlyMap<string, string>> {
  const resources = [...(await readAll(client, '/Users')), ...(await readAll(client, '/Groups'))];
  return new Map(resources.map(({ id, meta }) => [id, meta.version as string]));
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test names what it expects to find in a resource
async function readAll(client: ScimClient, endpoint: string): Promise<any[]> {
  const resources = [];
  for (;;) {
    const { status, body } = await client.get(`${endpoint}?startIndex=${resources.length + 1}&count=100`);
    expect(status).toBe(200);
    resources.push(...body.Resources);
    if (resources.length >= body.totalResults || body.Resources.length === 0) return resources;
  }
}

/** A filter in a query, encoded with `+` for a blank. */
export function filterQuery(filter: string): string {
  return `filter=${encodeURIComponent(filter).replace(/%20/g, '+')}`;
}
