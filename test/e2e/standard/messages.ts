import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
export const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
export const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** An id that no resource has: a whole number of 16 hex digits, as ids are, but out of their range. */
export const NOBODY = 'fffffffffffffff0';

type Part = Readonly<Record<string, unknown>>;

let named = 0;

/** A name that no other call gives. */
export const unique = (prefix = 'name'): string => `${prefix}-${++named}`;

/** The body of a user, with a name of its own unless `part` has one. */
export const userBody = (part: Part = {}): Record<string, unknown> => ({
  schemas: [USER, ...(ENTERPRISE in part ? [ENTERPRISE] : [])],
  userName: unique('user'),
  ...part,
});

/** The body of a group, with a name of its own unless `part` has one. */
export const groupBody = (part: Part = {}): Record<string, unknown> => ({
  schemas: [GROUP],
  displayName: unique('Group'),
  ...part,
});

/** Creates a user and answers its representation. */
export const createUser = (client: ScimClient, part: Part = {}): Promise<ScimAnswer['body']> =>
  created(client, '/Users', userBody(part));

/** Creates a group and answers its representation. */
export const createGroup = (client: ScimClient, part: Part = {}): Promise<ScimAnswer['body']> =>
  created(client, '/Groups', groupBody(part));

async function created(client: ScimClient, path: string, body: unknown): Promise<ScimAnswer['body']> {
  const answer = await client.post(path, body);
  if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}

/** A group of these members. */
export const groupOf = (client: ScimClient, ...ids: string[]): Promise<ScimAnswer['body']> =>
  createGroup(client, { members: ids.map((value) => ({ value })) });

/** The ids of a group's members as the server holds them, sorted. */
export async function memberIds(client: ScimClient, id: string): Promise<string[]> {
  const { body } = await client.get(`/Groups/${id}`);
  return (body.members as { value: string }[]).map(({ value }) => value).sort();
}

/** The `userName`s (or `displayName`s) that a list of `path` with this filter holds, sorted. */
export async function namesWhere(client: ScimClient, path: string, filter: string): Promise<string[]> {
  const answer = await client.get(`${path}?count=1000&filter=${encodeURIComponent(filter)}`);
  if (answer.status !== 200) throw new Error(`${filter}: ${answer.status} ${answer.text}`);
  const resources = answer.body.Resources as { userName?: string; displayName?: string }[];
  expect(answer.body.totalResults).toBe(resources.length);
  return resources.map(({ userName, displayName }) => userName ?? displayName ?? '').sort();
}

/** What every refusal has in common (RFC 7644 §3.12), and what this one must say. */
export function expectRefusal(
  answer: ScimAnswer,
  status: number,
  scimType?: string,
  detail: RegExp = /\S/,
): void {
  expect([answer.status, answer.body?.scimType, answer.text]).toEqual([
    status,
    scimType,
    expect.stringMatching(detail),
  ]);
  expect(answer.headers['content-type']).toBe('application/scim+json; charset=utf-8');
  expect(answer.body).toMatchObject({ schemas: [ERROR], status: String(status) });
  expect(answer.body.detail).toMatch(detail);
  expect(answer.text).not.toMatch(/\bat .*\.(js|ts):\d+|SELECT |INSERT |node_modules/);
}
