import { invalidSyntax } from '../../protocol/error/scim-error.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../protocol/json.js';
import { PATCH_OP_URN } from '../../protocol/patch/patch-message.js';
import { checkValue } from '../../protocol/text/check-value.js';
import { parseJsonText } from '../http/parse-json.js';

const OPERATORS = ['add', 'remove', 'replace'];
const MEMBERS_PATH = /^\s*(urn:ietf:params:scim:schemas:core:2\.0:group:)?members\s*$/i;

/**
 * A PATCH as the documented API takes it, in the form of RFC 7644 §3.5.2: `schemas` may be left out, and since the
 * document types every `value` as a string, a string stands for the members that it names.
 *
 * @throws ScimError 400 `invalidSyntax` for a body without operations, an unknown operator or text that is no JSON
 */
export function decodePatch(body: JsonObject): JsonObject {
  const key = Object.keys(body).find((name) => name.toLowerCase() === 'operations');
  const operations = key === undefined ? undefined : body[key];
  if (key === undefined || !isJsonArray(operations) || operations.length === 0)
    throw invalidSyntax('PATCH call made without operations array');
  const hasSchemas = Object.keys(body).some((name) => name.toLowerCase() === 'schemas');
  return {
    ...(hasSchemas ? {} : { schemas: [PATCH_OP_URN] }),
    ...body,
    [key]: operations.map(decodeOperation),
  };
}

/**
 * The members that a text stands for: one id, or the JSON text of an array or object. No text is nobody.
 * @throws ScimError 400 `invalidSyntax`
 */
export function readMemberText(text: string, place: string): readonly Json[] {
  if (text.trim() === '') return [];
  if (!isJsonText(text)) return [{ value: text.trim() }];
  const parsed = parseValue(text, place);
  const members = isJsonArray(parsed) ? parsed : [parsed];
  return members.map((member) => (typeof member === 'string' ? { value: member } : member));
}

function decodeOperation(operation: Json, index: number): Json {
  if (!isJsonObject(operation)) return operation;
  const place = `Operations[${index}]`;
  refuseUnknownOperator(valueOf(operation, 'op'), place);
  const path = valueOf(operation, 'path');
  const entries = Object.entries(operation).map(([name, value]): [string, Json] =>
    name.toLowerCase() === 'value' ? [name, decodeValue(path, value, `${place}.value`)] : [name, value],
  );
  return Object.fromEntries(entries);
}

function refuseUnknownOperator(op: Json | undefined, place: string): void {
  if (typeof op !== 'string' || OPERATORS.includes(op.toLowerCase())) return;
  const shown = JSON.stringify(op.toLowerCase().slice(0, 100));
  throw invalidSyntax(`Unknown PATCH op ${shown} (${place}: expected add, remove or replace)`);
}

function decodeValue(path: Json | undefined, value: Json, place: string): Json {
  if (typeof path === 'string' && MEMBERS_PATH.test(path))
    return typeof value === 'string' ? readMemberText(value, place) : value;
  if (path !== undefined && path !== null && path !== '') return value;
  const attributes = typeof value === 'string' && isJsonText(value) ? parseValue(value, place) : value;
  if (!isJsonObject(attributes)) return attributes;
  const entries = Object.entries(attributes).map(([name, part]): [string, Json] => [
    name,
    MEMBERS_PATH.test(name) && typeof part === 'string' ? readMemberText(part, `${place}.${name}`) : part,
  ]);
  return Object.fromEntries(entries);
}

/** Whether a text begins as an array or object does; no id does. */
function isJsonText(text: string): boolean {
  return /^\s*[[{]/.test(text);
}

function parseValue(text: string, place: string): Json {
  const value = parseJsonText(text, place);
  checkValue(value, place);
  return value;
}

function valueOf(operation: JsonObject, name: string): Json | undefined {
  return Object.entries(operation).find(([key]) => key.toLowerCase() === name)?.[1];
}
