import { invalidValue, mutability, ScimError } from '../../protocol/error/scim-error.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../protocol/json.js';
import { isPassword } from '../../protocol/resource/password.js';
import { ENTERPRISE_USER_SCHEMA } from '../../protocol/schema/enterprise-user.schema.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { fieldOf } from './field.js';
import { readOperations, type SentOperation } from './patch-request.js';

/** What the document has a client read where a user has no e-mail address, which is his userName. */
export const BLANK_EMAIL = {
  create: 'could not create user: cannot create user: invalid operation: email cannot be blank',
  update: 'could not update user: cannot update user: invalid operation: email cannot be blank',
};

const USER_ID = /^a-([0-9a-f]{16})$/;
const ENTERPRISE = ENTERPRISE_USER_SCHEMA.id.toLowerCase();

/**
 * The body of a POST or PUT in the form of the services, which judge all but the address.
 * @throws ScimError 400 with `blankEmail` where the body has no userName and no e-mail address either
 */
export function readUser(sent: JsonObject, blankEmail: string): JsonObject {
  const userName = fieldOf(sent, 'userName');
  if (userName === undefined || userName === '') {
    if (!hasEmail(fieldOf(sent, 'emails'))) throw new ScimError(400, undefined, blankEmail);
    throw invalidValue('userName: is required and must not be empty');
  }
  return withPlainManager(sent);
}

/** A PATCH in the form of the services, and the names in it that mean nothing here. */
export interface UserPatchRequest {
  readonly body: JsonObject;
  readonly ignored: readonly string[];
}

/**
 * The documented form: `replace` without a path, the value naming the attributes.
 * @throws ScimError 400 `invalidValue` for any other form, 400 `mutability` for `groups`, 400 with the text for a
 *   blank address
 */
export function readUserPatch(sent: JsonObject, type: ResourceType): UserPatchRequest {
  const { schemas, operations } = readOperations(sent);
  const read = operations.map((operation) => readOperation(operation, type));
  return {
    body: { schemas, Operations: read.map(({ value }) => ({ op: 'replace', value })) },
    ignored: read.flatMap(({ ignored }) => ignored),
  };
}

function readOperation(
  { op, path, value, place }: SentOperation,
  type: ResourceType,
): { readonly value: JsonObject; readonly ignored: readonly string[] } {
  if (op !== 'replace' || path !== undefined || !isJsonObject(value)) {
    throw invalidValue(`${place}: expected op replace, no path, and a value that names attributes`);
  }
  if (fieldOf(value, 'groups') !== undefined) {
    throw mutability(`${place}.value.groups: is read-only; change the members of the group instead`);
  }
  if (fieldOf(value, 'userName') === '') throw new ScimError(400, undefined, BLANK_EMAIL.update);
  const names = Object.keys(value).filter((name) => !isPassword(type, name));
  const patchable = patchableNames(type);
  const kept = names.filter((name) => patchable.has(name.toLowerCase()));
  const ignored = names.filter((name) => !kept.includes(name)).map((name) => name.slice(0, 100));
  return {
    value: withPlainManager(Object.fromEntries(kept.map((name) => [name, value[name] ?? null]))),
    ignored,
  };
}

/** In lower case: attributes of the user, its client's key, its extensions. */
function patchableNames({ schema, schemaExtensions }: ResourceType): ReadonlySet<string> {
  const attributes = schema.attributes.map(({ name }) => name);
  const extensions = schemaExtensions.map((extension) => extension.schema.id);
  return new Set(['externalId', ...attributes, ...extensions].map((name) => name.toLowerCase()));
}

function hasEmail(emails: Json | undefined): boolean {
  const elements = isJsonArray(emails) ? emails : [];
  return elements.some((email) => isJsonObject(email) && (fieldOf(email, 'value') ?? '') !== '');
}

/** The body with the manager's id as the services know it. */
function withPlainManager(body: JsonObject): JsonObject {
  return mapField(body, ENTERPRISE, (extension) =>
    mapField(extension, 'manager', (manager) =>
      mapField(manager, 'value', (id) => (typeof id === 'string' ? id.replace(USER_ID, '$1') : id)),
    ),
  );
}

function mapField<T extends Json>(object: T, lowerName: string, map: (value: Json) => Json): T | JsonObject {
  if (!isJsonObject(object)) return object;
  const entries = Object.entries(object).map(([name, value]) => [
    name,
    name.toLowerCase() === lowerName ? map(value) : value,
  ]);
  return Object.fromEntries(entries) as JsonObject;
}
