import { invalidSyntax, invalidValue } from '../../protocol/error/scim-error.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../protocol/json.js';
import { PATCH_OP_URN } from '../../protocol/patch/patch-message.js';
import { checkValueWork } from '../../protocol/text/check-value.js';
import { SLICE, type Work } from '../../protocol/work.js';
import { parseJsonText } from '../http/parse-json.js';

const OPERATORS = ['add', 'remove', 'replace'];
const MEMBERS_PATH = /^\s*(urn:ietf:params:scim:schemas:core:2\.0:group:)?members\s*$/i;

/**
 * From a PATCH of the documented API to the message of RFC 7644 §3.5.2, which requires `schemas`: here it may be left
 * out. The document types every `value` as a string, so members may come as a text: {@link readMemberText}.
 *
 * @throws ScimError 400 `invalidSyntax` for a body without operations, an unknown operator or text that is no JSON,
 *   `invalidValue` for a blank text in place of all members
 */
export function* decodePatch(body: JsonObject): Work<JsonObject> {
  const key = Object.keys(body).find((name) => name.toLowerCase() === 'operations');
  const operations = key === undefined ? undefined : body[key];
  if (key === undefined || !isJsonArray(operations) || operations.length === 0)
    throw invalidSyntax('PATCH call made without operations array');
  const decoded: Json[] = [];
  for (const operation of operations) {
    decoded.push(yield* decodeOperation(operation, decoded.length));
    if (decoded.length % SLICE === 0) yield;
  }
  const hasSchemas = Object.keys(body).some((name) => name.toLowerCase() === 'schemas');
  return {
    ...(hasSchemas ? {} : { schemas: [PATCH_OP_URN] }),
    ...body,
    [key]: decoded,
  };
}

/**
 * The members in a text: one id, or the JSON text of an array or object; none in a blank text.
 *
 * @throws ScimError 400 `invalidSyntax`
 */
export function* readMemberText(text: string, place: string): Work<readonly Json[]> {
  if (text.trim() === '') return [];
  if (!isJsonText(text)) return [{ value: text.trim() }];
  const parsed = yield* parseValue(text, place);
  const members = isJsonArray(parsed) ? parsed : [parsed];
  return members.map((member) => (typeof member === 'string' ? { value: member } : member));
}

function* decodeOperation(operation: Json, index: number): Work<Json> {
  if (!isJsonObject(operation)) return operation;
  const place = `Operations[${index}]`;
  const op = valueOf(operation, 'op');
  refuseUnknownOperator(op, place);
  const path = valueOf(operation, 'path');
  const entries: [string, Json][] = [];
  for (const [name, value] of Object.entries(operation)) {
    const isValue = name.toLowerCase() === 'value';
    entries.push([name, isValue ? yield* decodeValue(op, path, value, `${place}.value`) : value]);
  }
  return Object.fromEntries(entries);
}

function refuseUnknownOperator(op: Json | undefined, place: string): void {
  if (typeof op !== 'string' || OPERATORS.includes(op.toLowerCase())) return;
  const shown = JSON.stringify(op.toLowerCase().slice(0, 100));
  throw invalidSyntax(`Unknown PATCH op ${shown} (${place}: expected add, remove or replace)`);
}

function* decodeValue(op: Json | undefined, path: Json | undefined, value: Json, place: string): Work<Json> {
  if (typeof path === 'string' && MEMBERS_PATH.test(path)) return yield* decodeMembers(op, value, place);
  if (path !== undefined && path !== null && path !== '') return value;
  const attributes = typeof value === 'string' && isJsonText(value) ? yield* parseValue(value, place) : value;
  if (!isJsonObject(attributes)) return attributes;
  const entries: [string, Json][] = [];
  for (const [name, part] of Object.entries(attributes)) {
    const isMembers = MEMBERS_PATH.test(name);
    entries.push([name, isMembers ? yield* decodeMembers(op, part, `${place}.${name}`) : part]);
  }
  return Object.fromEntries(entries);
}

/** Members that may come as a text. One that names nobody adds and removes nobody, but does not empty the group. */
function* decodeMembers(op: Json | undefined, value: Json, place: string): Work<Json> {
  if (typeof value !== 'string') return value;
  const isReplace = typeof op === 'string' && op.toLowerCase() === 'replace';
  if (isReplace && value.trim() === '') {
    throw invalidValue(`${place}: names no member; send [] to empty the group`);
  }
  return yield* readMemberText(value, place);
}

/** Whether a text begins as a JSON array or object, which no id does. */
function isJsonText(text: string): boolean {
  return /^\s*[[{]/.test(text);
}

function* parseValue(text: string, place: string): Work<Json> {
  const value = yield* parseJsonText(text, place);
  yield* checkValueWork(value, place);
  return value;
}

function valueOf(operation: JsonObject, name: string): Json | undefined {
  return Object.entries(operation).find(([key]) => key.toLowerCase() === name)?.[1];
}
