import { invalidValue, mutability, ScimError } from '../../protocol/error/scim-error.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../protocol/json.js';
import { IgnoredNames, noteIgnored, noteReadOnly } from '../../protocol/resource/ignored-names.js';
import { isPassword } from '../../protocol/resource/password.js';
import { findByName } from '../../protocol/schema/attribute-path.js';
import { COMMON_ATTRIBUTES } from '../../protocol/schema/common-attributes.js';
import { ENTERPRISE_USER_SCHEMA } from '../../protocol/schema/enterprise-user.schema.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { fieldOf } from './field.js';
import { readOperations, type SentOperation } from './patch-request.js';

/** The documented details of the error for a user without e-mail address, which is the userName. */
export const BLANK_EMAIL = {
  create: 'could not create user: cannot create user: invalid operation: email cannot be blank',
  update: 'could not update user: cannot update user: invalid operation: email cannot be blank',
};

const USER_ID = /^a-([0-9a-f]{16})$/;
const ENTERPRISE = ENTERPRISE_USER_SCHEMA.id.toLowerCase();

/**
 * The body of a POST or PUT for the services, which check all but the e-mail address. Blank addresses are none.
 *
 * @throws ScimError 400 with `blankEmail` where the body has no userName and no e-mail address either
 */
export function readUser(sent: JsonObject, blankEmail: string): JsonObject {
  const userName = fieldOf(sent, 'userName');
  if (userName === undefined || isBlank(userName)) {
    if (!hasEmail(fieldOf(sent, 'emails'))) throw new ScimError(400, undefined, blankEmail);
    throw invalidValue('userName: is required and must not be empty');
  }
  return withPlainManager(withoutBlankEmails(sent));
}

/** A PATCH for the services, and what was left out of it. */
export interface UserPatchRequest {
  readonly body: JsonObject;
  readonly leftOut: IgnoredNames;
}

/**
 * Reads the one documented form: `replace` without a path, with a value that names the attributes.
 *
 * @throws ScimError 400 `invalidValue` for any other form, 400 `mutability` for `groups`, 400 with the text for a
 *   blank address
 */
export function readUserPatch(sent: JsonObject, type: ResourceType): UserPatchRequest {
  const { schemas, operations } = readOperations(sent);
  const leftOut = new IgnoredNames();
  const values = operations.map((operation) => readOperation(operation, type, leftOut));
  return { body: { schemas, Operations: values.map((value) => ({ op: 'replace', value })) }, leftOut };
}

function readOperation(
  { op, path, value, place }: SentOperation,
  type: ResourceType,
  leftOut: IgnoredNames,
): JsonObject {
  if (op !== 'replace' || path !== undefined || !isJsonObject(value)) {
    throw invalidValue(`${place}: expected op replace, no path, and a value that names attributes`);
  }
  if (fieldOf(value, 'groups') !== undefined) {
    throw mutability(`${place}.value.groups: is read-only; change the members of the group instead`);
  }
  if (isBlank(fieldOf(value, 'userName'))) throw new ScimError(400, undefined, BLANK_EMAIL.update);
  const names = Object.keys(value).filter((name) => !isPassword(type, name));
  const patchable = patchableNames(type);
  const kept = names.filter((name) => patchable.has(name.toLowerCase()));
  for (const name of names) {
    const common = findByName(COMMON_ATTRIBUTES, name)?.name;
    if (kept.includes(name) || common === 'schemas') continue;
    if (common === undefined) noteIgnored(leftOut, name);
    else noteReadOnly(leftOut, common, withoutPrefix(value[name] ?? null));
  }
  const patched = Object.fromEntries(kept.map((name) => [name, value[name] ?? null]));
  return withPlainManager(withoutBlankEmails(patched));
}

/** The names that a PATCH may have, in lower case: attributes, `externalId` and the URNs of extensions. */
function patchableNames({ schema, schemaExtensions }: ResourceType): ReadonlySet<string> {
  const attributes = schema.attributes.map(({ name }) => name);
  const extensions = schemaExtensions.map((extension) => extension.schema.id);
  return new Set(['externalId', ...attributes, ...extensions].map((name) => name.toLowerCase()));
}

function hasEmail(emails: Json | undefined): boolean {
  const elements = isJsonArray(emails) ? emails : [];
  return elements.some((email) => isJsonObject(email) && !isBlankEmail(email));
}

/** The body with no addresses where it has blank ones alone: an answer derives the address from userName then. */
function withoutBlankEmails(body: JsonObject): JsonObject {
  return mapField(body, 'emails', (emails) =>
    isJsonArray(emails) && emails.every(isBlankEmail) ? [] : emails,
  );
}

function isBlankEmail(email: Json): boolean {
  return email === null || (isJsonObject(email) && isBlank(fieldOf(email, 'value') ?? ''));
}

const isBlank = (text: Json | undefined): boolean => typeof text === 'string' && text.trim() === '';

/** The body with the manager's id without its prefix. */
function withPlainManager(body: JsonObject): JsonObject {
  return mapField(body, ENTERPRISE, (extension) =>
    mapField(extension, 'manager', (manager) => mapField(manager, 'value', withoutPrefix)),
  );
}

const withoutPrefix = (id: Json): Json => (typeof id === 'string' ? id.replace(USER_ID, '$1') : id);

function mapField<T extends Json>(object: T, lowerName: string, map: (value: Json) => Json): T | JsonObject {
  if (!isJsonObject(object)) return object;
  const entries = Object.entries(object).map(([name, value]) => [
    name,
    name.toLowerCase() === lowerName ? map(value) : value,
  ]);
  return Object.fromEntries(entries) as JsonObject;
}
