import { randomUUID } from 'node:crypto';
import { type ScimAnswer, type ScimClient } from '../support/scim-client.js';
import { fillIn, fillInJson, type Variables } from './fixture.js';

/** A step that makes what a request finds; `as` is the variable that gets the new id. */
export type Precondition =
  /** A user with these attributes; null takes one of the default ones away. Sets `{{userId}}`. */
  | { readonly user: Attributes; readonly as?: string }
  /** That many users; sets `{{userId1}}`, `{{userId2}}` … */
  | { readonly users: number }
  /** A group; its members are ids. Sets `{{groupId}}`. */
  | { readonly group: Attributes & { readonly members?: readonly string[] }; readonly as?: string }
  /** That many groups. */
  | { readonly groups: number }
  /** A resource is deleted again. */
  | { readonly deleted: string }
  /** A user of another company. */
  | { readonly foreignUser: Attributes; readonly as: string };

type Attributes = Readonly<Record<string, unknown>>;

const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group';

const DEFAULT_USER: Attributes = {
  schemas: [USER_SCHEMA],
  userName: 'ada@example.com',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  active: true,
};

/** How many requests of a precondition are under way at once. */
const BATCH = 10;

/** Variables that no precondition sets: what clients make up themselves. */
function inventedVariables(): Variables {
  return {
    unknownId: '0123456789abcdef',
    userName: 'grace@example.com',
    workEmail: 'grace@work.example.com',
    nonExistingUser: 'nobody@example.com',
    randomUsername: 'runscope300abc@atko.com',
    RANDOMUSERNAMECAPS: 'RUNSCOPE300ABC@ATKO.COM',
    randomGivenName: 'Runscope',
    randomFamilyName: 'Tester',
    testGroup: 'Test group',
    secret: 'correct horse battery staple',
    ...Object.fromEntries(
      ['randomGuid', '$guid', 'newObjectId', 'akUid', 'akGroupUid', 'kcId', 'kcGroupId', 'ext', 'ext2'].map(
        (name) => [name, randomUUID()],
      ),
    ),
  };
}

/**
 * Takes the steps one after the other, through the API.
 * @param foreign - Makes a client of another company.
 * @returns every variable a fixture may name
 */
export async function prepare(
  client: ScimClient,
  foreign: () => Promise<ScimClient>,
  steps: readonly Precondition[],
): Promise<Variables> {
  const variables: Record<string, string> = {
    ...inventedVariables(),
    base: client.base,
    token: client.token ?? '',
  };
  for (const step of steps) {
    if ('user' in step) {
      variables[step.as ?? 'userId'] = await makeUser(client, fillInJson(step.user, variables));
    } else if ('users' in step) {
      const ids = await repeat(step.users, (number) => makeUser(client, numberedUser(number)));
      ids.forEach((id, index) => (variables[`userId${index + 1}`] = id));
    } else if ('group' in step) {
      variables[step.as ?? 'groupId'] = await makeGroup(client, fillInJson(step.group, variables));
    } else if ('groups' in step) {
      await repeat(step.groups, (number) => makeGroup(client, { displayName: `Group ${number}` }));
    } else if ('deleted' in step) {
      expectStatus(204, await client.delete(fillIn(step.deleted, variables, encodeURIComponent)));
    } else {
      variables[step.as] = await makeUser(await foreign(), fillInJson(step.foreignUser, variables));
    }
  }
  return variables;
}

/** The user that `users` makes at a place, counted from 1. */
function numberedUser(number: number): Attributes {
  return { userName: `user${number}@example.com`, displayName: `User ${number}` };
}

export async function makeUser(client: ScimClient, attributes: Attributes): Promise<string> {
  const answer = await client.post('/Users', { ...DEFAULT_USER, ...attributes });
  return createdId(answer);
}

async function makeGroup(
  client: ScimClient,
  { members = [], ...attributes }: Attributes & { readonly members?: readonly string[] },
): Promise<string> {
  const listed = members.map((value) => ({ value }));
  return createdId(
    await client.post('/Groups', {
      schemas: [GROUP_SCHEMA],
      displayName: 'Engineers',
      ...attributes,
      members: listed,
    }),
  );
}

/** Calls `make` with 1 to `count`, a few at once, and gives the results in that order. */
export async function repeat<T>(count: number, make: (number: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let start = 1; start <= count; start += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, count - start + 1) }, (_, index) => start + index);
    results.push(...(await Promise.all(numbers.map(make))));
  }
  return results;
}

function createdId(answer: ScimAnswer): string {
  expectStatus(201, answer);
  return answer.body.id as string;
}

function expectStatus(expected: number, { status, text }: ScimAnswer): void {
  if (status !== expected) throw new Error(`A precondition was answered ${status}: ${text}`);
}
