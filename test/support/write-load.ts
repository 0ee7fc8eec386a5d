import { send } from './process.js';

export const USER_SCHEMA_URN = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP_SCHEMA_URN = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH_URN = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const WRITERS = 4;

/** The ids of what a server has acknowledged: a group, users, and the users that were added to the group. */
export interface WrittenCompany {
  readonly group: string;
  readonly users: readonly string[];
  readonly members: readonly string[];
}

/**
 * Creates users and adds each of them to a group, with several clients at the same time, until a request fails.
 *
 * @param end makes requests fail in the end; it can ask how many writes were acknowledged so far
 */
export async function writeUntil(
  base: string,
  token: string,
  end: (acknowledged: () => number) => Promise<void>,
): Promise<WrittenCompany> {
  const made = await send(base, token, 'POST', '/Groups', {
    schemas: [GROUP_SCHEMA_URN],
    displayName: 'Everybody',
  });
  const { id: group } = (await made.json()) as { id: string };
  const users: string[] = [];
  const members: string[] = [];

  const write = async (writer: number): Promise<void> => {
    for (let turn = 0; ; turn++) {
      const user = await send(base, token, 'POST', '/Users', {
        schemas: [USER_SCHEMA_URN],
        userName: `w${writer}-${turn}@example.com`,
      });
      if (user.status !== 201) return;
      const { id } = (await user.json()) as { id: string };
      users.push(id);
      const add = await send(base, token, 'PATCH', `/Groups/${group}`, {
        schemas: [PATCH_URN],
        Operations: [{ op: 'add', path: 'members', value: [{ value: id }] }],
      });
      if (!add.ok) return;
      members.push(id);
    }
  };
  const writers = Array.from({ length: WRITERS }, (_, writer) => write(writer).catch(() => undefined));
  await Promise.all([end(() => users.length + members.length), ...writers]);
  return { group, users, members };
}
