import { invalidPath, invalidValue } from '../../protocol/error/scim-error.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../protocol/json.js';
import { PATCH_OP_URN } from '../../protocol/patch/patch-message.js';
import { fieldOf } from './field.js';

const OPERATORS = ['add', 'replace', 'remove'] as const;

/** One operation of a PATCH as sent; its names may be in any case. */
export interface SentOperation {
  readonly op: (typeof OPERATORS)[number];
  readonly path: string | undefined;
  readonly value: Json | undefined;
  /** The operation's name in errors: `Operations[0]`. */
  readonly place: string;
}

/**
 * The operations of a PATCH; unknown names in them are ignored.
 *
 * @throws ScimError 400 `invalidValue` unless `schemas` is exactly the PatchOp message and there is an operation,
 *   400 `invalidPath` for a path that is no text
 */
export function readOperations(sent: JsonObject): {
  readonly schemas: readonly string[];
  readonly operations: readonly SentOperation[];
} {
  const schemas = fieldOf(sent, 'schemas');
  const [urn, ...others] = isJsonArray(schemas) ? schemas : [];
  if (typeof urn !== 'string' || urn.toLowerCase() !== PATCH_OP_URN.toLowerCase() || others.length > 0) {
    throw invalidValue(`schemas: expected ["${PATCH_OP_URN}"]`);
  }
  const operations = fieldOf(sent, 'Operations');
  if (!isJsonArray(operations) || operations.length === 0) {
    throw invalidValue('Operations: expected an array with at least one operation');
  }
  return { schemas: [PATCH_OP_URN], operations: operations.map(readOperation) };
}

function readOperation(operation: Json, index: number): SentOperation {
  const place = `Operations[${index}]`;
  if (!isJsonObject(operation)) throw invalidValue(`${place}: expected an object with op, path and value`);
  const sent = fieldOf(operation, 'op');
  const op = OPERATORS.find((name) => typeof sent === 'string' && sent.toLowerCase() === name);
  if (op === undefined) throw invalidValue(`${place}.op: expected add, replace or remove`);
  const path = fieldOf(operation, 'path');
  if (path !== undefined && typeof path !== 'string') throw invalidPath(`${place}.path: expected a string`);
  return { op, path, value: fieldOf(operation, 'value'), place };
}
