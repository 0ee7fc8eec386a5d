import { type ScimAnswer, type ScimClient } from '../support/scim-client.js';
import { fillIn, fillInJson, type Check, type JsonCheck, type Variables } from './fixture.js';

const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** The resources, as they are before the request, that a fixture says stay unchanged. */
export async function snapshotUnchanged(
  client: ScimClient,
  checks: readonly Check[],
  variables: Variables,
): Promise<ReadonlyMap<string, ScimAnswer>> {
  const snapshots = new Map<string, ScimAnswer>();
  for (const check of checks) {
    if ('unchanged' in check) {
      snapshots.set(check.unchanged, await client.get(pathOf(check.unchanged, variables)));
    }
  }
  return snapshots;
}

/** Whatever was asked, an answer is SCIM: its media type, and the form of an error (RFC 7644 §3.12). */
export function checkAnswerForm({ status, headers, body, text }: ScimAnswer): void {
  if (status === 204) expect(text).toBe('');
  else expect(headers['content-type']).toMatch(/^application\/(scim\+)?json; charset=utf-8$/);
  if (status < 400) return;
  expect(body).toMatchObject({ schemas: [ERROR_SCHEMA], status: String(status) });
  expect(body.detail).toMatch(/\S/);
}

/** @throws what `expect` throws where the check does not hold */
export async function verify(
  check: Check,
  answer: ScimAnswer,
  client: ScimClient,
  variables: Variables,
  before: ReadonlyMap<string, ScimAnswer>,
): Promise<void> {
  if ('body' in check) checkJson(answer.body, check.body, variables);
  else if ('error' in check) checkError(answer, fillInJson(check.error, variables));
  else if ('headers' in check) expect(answer.headers).toMatchObject(fillInJson(check.headers, variables));
  else if ('empty' in check) expect(answer.text).toBe('');
  else if ('never' in check) checkText(answer.text, check.never, variables);
  else if ('noNulls' in check) expect(answer.text).not.toMatch(/:\s*null\b/);
  else if ('get' in check) await checkState(check, client, variables);
  else if ('members' in check) await checkMembers(check.members, client, variables);
  else await checkUnchanged(check.unchanged, client, variables, before);
}

/** The ids in a group, sorted. */
async function memberIds(client: ScimClient, groupId: string): Promise<string[]> {
  const { status, body } = await client.get(`/Groups/${groupId}`);
  expect(status).toBe(200);
  return (body.members as { value: string }[]).map(({ value }) => value).sort();
}

function checkJson(
  json: unknown,
  { has, contains = {}, lacks, absent = [] }: JsonCheck,
  variables: Variables,
): void {
  if (has) expect(json).toMatchObject(fillInJson(has, variables));
  for (const [pointer, elements] of Object.entries(fillInJson(contains, variables))) {
    const each = elements.map((element) => expect.objectContaining(element) as object);
    expect(find(json, pointer)).toEqual(expect.arrayContaining(each));
  }
  if (lacks) expect(json).not.toMatchObject(fillInJson(lacks, variables));
  for (const pointer of absent) expect({ [pointer]: find(json, pointer) }).toEqual({ [pointer]: undefined });
}

/** RFC 6901, as far as pointers without escapes go. */
function find(json: unknown, pointer: string): unknown {
  return pointer
    .slice(1)
    .split('/')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], json);
}

function checkError(
  { body }: ScimAnswer,
  { scimType, detail }: { readonly scimType?: string; readonly detail: string },
): void {
  expect(body.scimType).toBe(scimType);
  expect(body.detail).toContain(detail);
}

function checkText(text: string, words: readonly string[], variables: Variables): void {
  for (const word of words) expect(text).not.toContain(fillIn(word, variables, (value) => value));
}

async function checkState(
  { get, status = 200, ...json }: Extract<Check, { get: string }>,
  client: ScimClient,
  variables: Variables,
): Promise<void> {
  const answer = await client.get(pathOf(get, variables));
  expect({ get, status: answer.status }).toEqual({ get, status });
  checkJson(answer.body, json, variables);
}

async function checkMembers(
  members: readonly string[],
  client: ScimClient,
  variables: Variables,
): Promise<void> {
  const group = variables['createdId'] ?? variables['groupId'] ?? '';
  expect(await memberIds(client, group)).toEqual([...fillInJson(members, variables)].sort());
}

async function checkUnchanged(
  path: string,
  client: ScimClient,
  variables: Variables,
  before: ReadonlyMap<string, ScimAnswer>,
): Promise<void> {
  const { headers, body } = await client.get(pathOf(path, variables));
  expect(headers.etag).toMatch(/^W\/"/);
  expect({ etag: headers.etag, body }).toEqual({
    etag: before.get(path)?.headers.etag,
    body: before.get(path)?.body,
  });
}

function pathOf(path: string, variables: Variables): string {
  return fillIn(path, variables, encodeURIComponent);
}
