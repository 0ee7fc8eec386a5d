import { invalidPath, invalidValue, ScimError } from '../../protocol/error/scim-error.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../protocol/json.js';
import { GROUP_SCHEMA } from '../../protocol/schema/group.schema.js';
import { SLICE, type Work } from '../../protocol/work.js';
import { fieldOf } from './field.js';
import { readOperations, type SentOperation } from './patch-request.js';
import { readMemberId, type NamedMember, type ResourceKind } from './prefixed-id.js';

/** The documented details of the error for a blank name. */
export const BLANK_NAME = {
  create: 'could not create role: cannot create role: invalid operation: name cannot be empty',
  update: 'could not update role name: cannot update role: invalid operation: name cannot be empty',
};

const REMOVED_MEMBER = /^\s*members\s*\[\s*value\s+eq\s+"([^"\\]*)"\s*\]\s*$/i;

/** The members that one request adds: by id, the types that its prefixes name and the `display` that it gives. */
export class RequestedMembers {
  private readonly named = new Map<string, Set<ResourceKind>>();
  private readonly displays = new Map<string, string>();

  add({ id, kind }: NamedMember, display: Json | undefined): void {
    this.named.set(id, (this.named.get(id) ?? new Set()).add(kind));
    if (typeof display === 'string') this.displays.set(id, display);
  }

  /** By id. */
  get types(): ReadonlyMap<string, ReadonlySet<ResourceKind>> {
    return this.named;
  }

  readonly displayOf = (id: string): string | undefined => this.displays.get(id);
}

/** The body of a POST or PUT in the form of the services. */
export interface GroupRequest {
  readonly displayName: string;
  readonly body: JsonObject;
  /** Names of required attributes that the request lacks, beside `displayName`. */
  readonly missing: readonly string[];
}

/**
 * Reads the body of a POST or PUT in the document's order: the name, then the form of the members' ids. Attributes
 * that the document does not have are ignored.
 *
 * @throws ScimError 400 with `blankName`, 400 `cannot parse member id: …`, 400 `invalidValue`
 */
export function* readGroup(
  sent: JsonObject,
  blankName: string,
  requested: RequestedMembers,
): Work<GroupRequest> {
  const displayName = readName(fieldOf(sent, 'displayName'), blankName, 'displayName');
  const members = fieldOf(sent, 'members');
  const ids = members === undefined ? [] : yield* readMembers(members, 'members', requested);
  const missing = [
    ...(members === undefined ? ['members'] : []),
    ...(namesGroupSchema(fieldOf(sent, 'schemas')) ? [] : ['schemas']),
  ];
  return { displayName, body: { schemas: [GROUP_SCHEMA.id], displayName, members: ids }, missing };
}

/** @throws ScimError 400 `invalidValue` where the request lacks what the document requires */
export function requireWhole({ missing }: GroupRequest): void {
  if (missing.length === 0) return;
  throw invalidValue(`${missing.join(' and ')}: required; schemas has to hold ${GROUP_SCHEMA.id}`);
}

/**
 * A PATCH in the form of the services. Each operation has one of the four documented forms: members added, members
 * replaced, one member removed by a filter on its id, or a new name in a value without a path. Members beside the new
 * name are replaced with it.
 * @throws ScimError 400 `invalidValue` or `invalidPath` for any other form, 400 for a blank name or a malformed id
 */
export function* readGroupPatch(sent: JsonObject, requested: RequestedMembers): Work<JsonObject> {
  const { operations, schemas } = readOperations(sent);
  const read: JsonObject[] = [];
  for (const operation of operations) read.push(yield* readOperation(operation, requested));
  return { schemas, Operations: read };
}

function* readOperation(
  { op, path, value, place }: SentOperation,
  requested: RequestedMembers,
): Work<JsonObject> {
  if (path === undefined) {
    if (op !== 'replace' || !isJsonObject(value)) {
      throw invalidValue(`${place}: without a path, expected op replace and a value with displayName`);
    }
    const name = fieldOf(value, 'displayName');
    if (name === undefined) throw invalidValue(`${place}.value: expected displayName`);
    const displayName = readName(name, BLANK_NAME.update, `${place}.value.displayName`);
    const members = fieldOf(value, 'members');
    if (members === undefined) return { op, path: 'displayName', value: displayName };
    const named = yield* readMembers(members, `${place}.value.members`, requested);
    return { op, value: { displayName, members: named } };
  }
  if (op === 'remove') {
    const [, removed] = REMOVED_MEMBER.exec(path) ?? [];
    if (removed === undefined) throw invalidPath(`${place}.path: expected members[value eq "id"]`);
    const { id, kind } = readMemberId(removed, `${place}.path`);
    return { op, path: `members[value eq "${id}" and type eq "${kind}"]` };
  }
  if (path.trim().toLowerCase() !== 'members') throw invalidPath(`${place}.path: expected members`);
  return { op, path: 'members', value: yield* readMembers(value ?? null, `${place}.value`, requested) };
}

function readName(value: Json | undefined, blankName: string, place: string): string {
  const isBlank = typeof value === 'string' && value.trim() === '';
  if (value === undefined || isBlank) throw new ScimError(400, undefined, blankName);
  if (typeof value !== 'string') throw invalidValue(`${place}: expected a string`);
  return value;
}

function* readMembers(value: Json, place: string, requested: RequestedMembers): Work<JsonObject[]> {
  if (!isJsonArray(value)) throw invalidValue(`${place}: expected an array of members`);
  const members: JsonObject[] = [];
  for (const [index, element] of value.entries()) {
    const at = `${place}[${index}]`;
    if (!isJsonObject(element)) throw invalidValue(`${at}: expected an object with value and display`);
    const member = readMemberId(fieldOf(element, 'value'), `${at}.value`);
    requested.add(member, fieldOf(element, 'display'));
    members.push({ value: member.id });
    if (members.length % SLICE === 0) yield;
  }
  return members;
}

function namesGroupSchema(schemas: Json | undefined): boolean {
  const urns = isJsonArray(schemas) ? schemas : [];
  return urns.some((urn) => typeof urn === 'string' && urn.toLowerCase() === GROUP_SCHEMA.id.toLowerCase());
}
