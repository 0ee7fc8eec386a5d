import { filterResources, findGroup, findUser, listUsers } from './reads.js';
import { type FloorStatement } from './transaction.js';
import { changeGroupMembers, insertGroup, insertUser, replaceInUser } from './writes.js';

/** What a request asks for: the statements of its transaction, and how their texts become the answer. */
export interface FloorAnswer {
  readonly kind: 'read' | 'write';
  readonly statements: readonly FloorStatement[];
  readonly status: number;
  /** The last text by default. */
  readonly body?: (texts: readonly (string | undefined)[]) => string;
}

interface PatchOperation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

/**
 * @param path below the SCIM base
 * @returns undefined for what is not measured
 */
export function answerOf(base: string, method: string, path: URL, body: unknown): FloorAnswer | undefined {
  const [, type = '', id = ''] = path.pathname.split('/');
  switch (`${method} ${type}`) {
    case 'GET Users':
    case 'GET Groups':
      return readAnswer(base, type, id, path.searchParams);
    case 'POST Users':
      return { kind: 'write', statements: [insertUser(base, body)], status: 201 };
    case 'POST Groups':
      return { kind: 'write', statements: [insertGroup(body)], status: 201 };
    case 'PATCH Users':
      return patchUser(base, id, body as { Operations: readonly [PatchOperation] });
    case 'PATCH Groups':
      return patchGroup(id, body as { Operations: readonly [PatchOperation] });
    case 'PUT Groups':
      return putGroup(base, id, body as { members: readonly { value: string }[] });
    case 'POST Bulk':
      return bulk(base, body as { Operations: readonly { bulkId: string; data: unknown }[] });
    default:
      return undefined;
  }
}

function readAnswer(
  base: string,
  type: string,
  id: string,
  parameters: URLSearchParams,
): FloorAnswer | undefined {
  const filter = parameters.get('filter');
  const statement =
    id !== ''
      ? (type === 'Users' ? findUser : findGroup)(base, id)
      : filter !== null
        ? filterResources(base, type, filter)
        : listUsers(base, Number(parameters.get('count')));
  return statement && { kind: 'read', statements: [statement], status: 200 };
}

function patchUser(
  base: string,
  id: string,
  { Operations: [operation] }: { Operations: readonly [PatchOperation] },
): FloorAnswer {
  const statement = replaceInUser(base, id, operation.path, String(operation.value));
  return { kind: 'write', statements: [statement], status: 200 };
}

/** Adds the members of a value, or removes the one of a filter `members[value eq "…"]`. */
function patchGroup(
  id: string,
  { Operations: [operation] }: { Operations: readonly [PatchOperation] },
): FloorAnswer {
  const [, removed] = /^members\[value eq "(\w+)"\]$/.exec(operation.path) ?? [];
  const added = (operation.value ?? []) as readonly { value: string }[];
  const statement =
    removed === undefined
      ? changeGroupMembers(
          'add',
          id,
          added.map(({ value }) => value),
        )
      : changeGroupMembers('remove', id, [removed]);
  return { kind: 'write', statements: [statement], status: 204, body: () => '' };
}

function putGroup(
  base: string,
  id: string,
  { members }: { members: readonly { value: string }[] },
): FloorAnswer {
  const change = changeGroupMembers(
    'replace',
    id,
    members.map(({ value }) => value),
  );
  return { kind: 'write', statements: [change, findGroup(base, id)], status: 200 };
}

function bulk(
  base: string,
  { Operations }: { Operations: readonly { bulkId: string; data: unknown }[] },
): FloorAnswer {
  return {
    kind: 'write',
    statements: Operations.map(({ data }) => insertUser(base, data)),
    status: 200,
    body: (texts) =>
      JSON.stringify({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'],
        Operations: texts.map((text = '{}', index) => {
          const { meta } = JSON.parse(text) as { meta: { location: string; version: string } };
          const { bulkId } = Operations[index]!;
          return { location: meta.location, method: 'POST', bulkId, version: meta.version, status: '201' };
        }),
      }),
  };
}
