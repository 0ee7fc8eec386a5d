import { rewriteLenientResource } from '../dialect/lenient-resource.js';
import { type Dialect } from '../dialect/dialect.js';
import { invalidValue } from '../error/scim-error.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.js';
import { findByName } from '../schema/attribute-path.js';
import { COMMON_ATTRIBUTES } from '../schema/common-attributes.js';
import { finish, type Work } from '../work.js';
import { type AttributeDefinition, type ResourceType } from '../schema/schema.js';
import { inSchemaOrder } from './attribute-access.js';
import { IgnoredNames, noteIgnored, noteReadOnly, shorten, type RepeatedValue } from './ignored-names.js';
import { isMembers, readMemberIdsWork } from './member-ids.js';
import { isPassword } from './password.js';
import { type Attributes } from './resource.js';
import { namesOf, readValue, wrongType } from './value-reader.js';

const CORE_URN = /^urn:ietf:params:scim:schemas:core:2\.0:(user|group)$/i;

/** What {@link readResource} makes of the body of a POST or PUT. */
export interface ReadResource {
  readonly attributes: Attributes;
  /** Ids of a group's members, in order; undefined for a user, and for a group whose body has no `members`. */
  readonly members?: readonly string[];
  /** Names of the top-level attributes in the body, in lower case, including those whose value is null. */
  readonly given: ReadonlySet<string>;
  /** Names of the unknown and read-only attributes that were ignored, for the log. */
  readonly ignored: readonly string[];
  /** What the read-only attributes among them were to be. */
  readonly repeated: readonly RepeatedValue[];
}

/**
 * Reads the body of a POST or PUT into attributes with the names, order and types of the schemas. RFC 7644 §3.3 and
 * §3.5.1 have read-only attributes ignored; unknown ones are ignored too. The lenient dialect rewrites the body
 * first. A password is dropped without being noted.
 *
 * @throws ScimError 400 `invalidValue` for a wrong type, a missing required attribute or wrong `schemas`;
 *   `invalidSyntax` for an attribute that occurs twice
 */
export function readResource(
  body: JsonObject,
  type: ResourceType,
  options: { dialect: Dialect },
): ReadResource {
  return finish(readResourceWork(body, type, options));
}

/** The same as a work that may be interrupted. */
export function* readResourceWork(
  body: JsonObject,
  type: ResourceType,
  { dialect }: { dialect: Dialect },
): Work<ReadResource> {
  const names = namesOf(body);
  const source = dialect === 'lenient' ? yield* rewriteLenientResource(body, type) : body;
  const ignored = new IgnoredNames();
  const read = new Map<string, Json>();
  let members: readonly string[] | undefined;
  let schemas: Json | undefined;
  for (const [name, value] of Object.entries(source)) {
    const field = fieldOf(type, name);
    if (field === 'password') continue;
    if (field === undefined) {
      noteIgnored(ignored, name);
    } else if ('schema' in field) {
      setIfPresent(
        read,
        field.schema.id,
        readExtension(field.schema.attributes, value, field.schema.id, ignored),
      );
    } else if (field.name === 'schemas') {
      schemas = value;
    } else if (isMembers({ attribute: field })) {
      members = yield* readMemberIdsWork(value, 'members');
    } else if (field.mutability === 'readOnly') {
      noteReadOnly(ignored, field.name, value);
    } else {
      setIfPresent(read, field.name, readValue(field, value, field.name, ignored));
    }
  }
  checkSchemas(schemas, type, dialect);
  checkRequired(read, type);
  return {
    attributes: inSchemaOrder(Object.fromEntries([...read]), type),
    ...(members && { members }),
    given: names,
    ignored: [...ignored],
    repeated: ignored.repeated,
  };
}

/**
 * Checks the `schemas` of a body. RFC 7643 §3 requires an array that is not empty and holds the URIs of the schemas
 * in use, all of them the resource type's, its core schema among them. The lenient dialect only refuses the core schema
 * of another type.
 *
 * @param isWhole whether these are all schemas of the resource, and not some that are added to it
 * @throws ScimError 400 `invalidValue`
 */
export function checkSchemas(
  schemas: Json | undefined,
  type: ResourceType,
  dialect: Dialect,
  isWhole = true,
): void {
  if (!isJsonArray(schemas)) {
    if (dialect === 'lenient') return;
    throw wrongType('schemas', `an array with ${type.schema.id}`, schemas);
  }
  const uris = schemas.filter((uri) => typeof uri === 'string');
  const known = [type.schema, ...type.schemaExtensions.map(({ schema }) => schema)].map(({ id }) =>
    id.toLowerCase(),
  );
  const core = uris.filter((uri) => CORE_URN.test(uri)).map((uri) => uri.toLowerCase());
  if (core.length > 0 && !core.includes(type.schema.id.toLowerCase())) {
    throw invalidValue(`schemas: names another resource type; expected ${type.schema.id}`);
  }
  if (dialect === 'lenient') return;
  if (uris.length < schemas.length) throw invalidValue('schemas: expected strings');
  if (uris.length === 0) throw invalidValue(`schemas: must not be empty; expected ${type.schema.id}`);
  const unknown = uris.find((uri) => !known.includes(uri.toLowerCase()));
  if (unknown !== undefined) {
    throw invalidValue(`schemas: ${JSON.stringify(shorten(unknown))} is not a schema of ${type.name}`);
  }
  if (isWhole && core.length === 0) throw invalidValue(`schemas: lacks ${type.schema.id}`);
}

type Field =
  AttributeDefinition | { readonly schema: { id: string; attributes: readonly AttributeDefinition[] } };

function fieldOf(type: ResourceType, name: string): Field | 'password' | undefined {
  if (isPassword(type, name)) return 'password';
  const lower = name.toLowerCase();
  return (
    findByName([...COMMON_ATTRIBUTES, ...type.schema.attributes], name) ??
    type.schemaExtensions.find(({ schema }) => schema.id.toLowerCase() === lower)
  );
}

function setIfPresent(read: Map<string, Json>, name: string, value: Json | undefined): void {
  if (value !== undefined) read.set(name, value);
}

function readExtension(
  attributes: readonly AttributeDefinition[],
  value: Json,
  urn: string,
  ignored: IgnoredNames,
): JsonObject | undefined {
  if (value === null) return undefined;
  if (!isJsonObject(value)) throw wrongType(urn, 'an object', value);
  namesOf(value);
  const read = new Map<string, Json>();
  for (const [name, part] of Object.entries(value)) {
    const attribute = findByName(attributes, name);
    const place = `${urn}:${attribute?.name ?? name}`;
    if (!attribute) {
      noteIgnored(ignored, place);
      continue;
    }
    if (attribute.mutability === 'readOnly') {
      noteReadOnly(ignored, place, part);
      continue;
    }
    setIfPresent(read, attribute.name, readValue(attribute, part, place, ignored));
  }
  for (const { name, required } of attributes) {
    if (required && read.size > 0 && !read.has(name)) throw invalidValue(`${urn}:${name}: is required`);
  }
  const ordered = attributes.flatMap(({ name }): [string, Json][] => {
    const part = read.get(name);
    return part === undefined ? [] : [[name, part]];
  });
  return ordered.length === 0 ? undefined : Object.fromEntries(ordered);
}

function checkRequired(read: ReadonlyMap<string, Json>, type: ResourceType): void {
  for (const { name, required } of type.schema.attributes) {
    if (required && !read.has(name)) throw invalidValue(`${name}: is required and must not be empty`);
  }
  for (const { schema, required } of type.schemaExtensions) {
    if (required && !read.has(schema.id)) throw invalidValue(`${schema.id}: is required`);
  }
}
