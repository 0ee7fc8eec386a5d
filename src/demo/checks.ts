import { type ExpectedGroup, type ExpectedUser, nameOf, type ExpectedResource } from './expected-company.js';
import {
  type Answer,
  type Check,
  isObject,
  type JsonObject,
  type Problem,
  quoteValue,
  readObjects,
} from './scim-client.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const compare = (name: string, expected: unknown, received: unknown): Problem[] =>
  expected === received
    ? []
    : [{ expected: `${name} ${quoteValue(expected)}`, received: quoteValue(received) }];

/** Compares the id and the attributes of a resource, but not its members. */
export function compareResource(expected: ExpectedResource, received: JsonObject): readonly Problem[] {
  const problems = [
    ...compare('id', expected.id, received['id']),
    ...compare('externalId', expected.externalId, received['externalId']),
    ...compare('displayName', expected.displayName, received['displayName']),
    ...compare('meta.resourceType', expected.kind, readPath(received, 'meta', 'resourceType')),
  ];
  return expected.kind === 'User' ? [...problems, ...compareUser(expected, received)] : problems;
}

function compareUser(expected: ExpectedUser, received: JsonObject): readonly Problem[] {
  const emails = readObjects(received['emails']).map(({ value }) => value);
  return [
    ...compare('userName', expected.userName, received['userName']),
    ...compare('active', expected.active, received['active']),
    ...compare('name.givenName', expected.givenName, readPath(received, 'name', 'givenName')),
    ...compare('name.familyName', expected.familyName, readPath(received, 'name', 'familyName')),
    ...compare('emails', quoteValue([expected.email]), quoteValue(emails)),
    ...compare('manager', expected.manager?.id, readPath(received, ENTERPRISE, 'manager', 'value')),
    ...('password' in received ? [{ expected: 'no password', received: 'a password' }] : []),
  ];
}

/** Checks that a group has exactly the expected members, in any order. */
export function compareMembers(expected: ExpectedGroup, received: JsonObject): readonly Problem[] {
  if (!Array.isArray(received['members'])) {
    return [{ expected: 'members, [] when there is none', received: quoteValue(received['members']) }];
  }
  const ids = readObjects(received['members']).map(({ value }) => value);
  const there = new Set(ids);
  const missing = [...expected.members].filter(({ id }) => !there.has(id)).map(nameOf);
  const wanted = new Set<unknown>([...expected.members].map(({ id }) => id));
  const surplus = ids.filter((id) => !wanted.has(id));
  const count = `${expected.members.size} members`;
  return [
    ...(missing.length > 0 ? [{ expected: count, received: `missing: ${missing.join(', ')}` }] : []),
    ...(surplus.length > 0
      ? [{ expected: count, received: `still or wrongly there: ${quoteValue(surplus)}` }]
      : []),
    ...(there.size < ids.length ? [{ expected: 'each member once', received: quoteValue(ids) }] : []),
  ];
}

/** Checks the answer to a POST, and stores the id of the new resource in `expected`. */
export const isCreated =
  (expected: ExpectedResource): Check =>
  ({ body, headers }) => {
    if (typeof body['id'] !== 'string' || body['id'] === '') {
      return [{ expected: 'an id', received: quoteValue(body['id']) }];
    }
    expected.id = body['id'];
    const location = headers.get('location') ?? '';
    const found = location.endsWith(`/${expected.kind}s/${expected.id}`);
    return [
      ...(found ? [] : [{ expected: 'a Location with the id', received: quoteValue(location) }]),
      ...compareResource(expected, body),
    ];
  };

/** Checks that an answer has the whole resource, unless it is 204. */
export const isResource =
  (expected: ExpectedResource): Check =>
  ({ status, body }: Answer) =>
    status === 204 ? [] : compareResource(expected, body);

/** Checks that an answer has the group with all its members. */
export const isWholeGroup =
  (expected: ExpectedGroup): Check =>
  ({ body }) => [...compareResource(expected, body), ...compareMembers(expected, body)];

/** Checks that an answer has the group without the key `members`. */
export const isGroupWithoutMembers =
  (expected: ExpectedGroup): Check =>
  ({ body }) => [...compareResource(expected, body), ...refuseMembers(body)];

/** Checks that a list is empty. */
export const isEmptyList: Check = ({ body }) => [
  ...compare('totalResults', 0, body['totalResults']),
  ...compare('Resources', '[]', quoteValue(body['Resources'])),
];

/** Checks that a list has exactly one resource, which is the expected one; with `onlyId`, only its id is compared. */
export const isListOf =
  (expected: ExpectedResource, { onlyId = false } = {}): Check =>
  ({ body }) => {
    const [first] = readObjects(body['Resources']);
    const problems = compare('totalResults', 1, body['totalResults']);
    if (first === undefined) return [...problems, { expected: nameOf(expected), received: 'no resource' }];
    if (onlyId) return [...problems, ...compare('id', expected.id, first['id'])];
    const ownProblems = compareResource(expected, first);
    return [...problems, ...ownProblems, ...(expected.kind === 'Group' ? refuseMembers(first) : [])];
  };

/** Checks that the counts of a page are numbers. */
export const isPage: Check = ({ body }) =>
  ['totalResults', 'startIndex', 'itemsPerPage'].flatMap((name) =>
    typeof body[name] === 'number'
      ? []
      : [{ expected: `${name}, a number`, received: quoteValue(body[name]) }],
  );

const refuseMembers = (group: JsonObject): Problem[] =>
  'members' in group ? [{ expected: 'no key "members"', received: quoteValue(group['members']) }] : [];

function readPath(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => (isObject(inner) ? inner[name] : undefined), value);
}
