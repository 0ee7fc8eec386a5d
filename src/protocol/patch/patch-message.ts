import { type Dialect } from '../dialect/dialect.js';
import { invalidPath, invalidSyntax, payloadTooLarge } from '../error/scim-error.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.js';
import { namesMessage, pickMembers } from '../message/message-members.js';
import { shorten } from '../resource/ignored-names.js';

/** RFC 7644 §3.5.2: the value of `schemas` in the body of a PATCH. */
export const PATCH_OP_URN = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

const OPERATORS = ['add', 'replace', 'remove'] as const;
type PatchOperator = (typeof OPERATORS)[number];

/** One operation as sent: nothing is known yet of what its path means. */
export interface PatchOperation {
  /** Position in the request's `Operations`; several operations share it where one was taken apart. */
  readonly index: number;
  readonly op: PatchOperator;
  readonly path?: string;
  /** Absent where the operation has none; null is a value. */
  readonly value?: Json;
  /** Set where the path was a key in the value of an operation without a path. */
  readonly fromValue?: true;
}

export interface PatchMessageOptions {
  readonly dialect: Dialect;
  readonly maxOperations: number;
}

/**
 * The operations of a PATCH body. RFC 7644 §3.5.2: `schemas` names the PatchOp message, which the lenient dialect does
 * not ask for, and there is at least one operation. Names and operators may be in any case, since RFC 7643 §2.1 says
 * so of names. Unknown names are ignored.
 *
 * @throws ScimError 400 `invalidSyntax` for a body that is no such message, 413 for too many operations
 */
export function parsePatchMessage(
  body: JsonObject,
  { dialect, maxOperations }: PatchMessageOptions,
): PatchOperation[] {
  const { schemas, operations } = pickMembers(body, ['schemas', 'operations']);
  if (dialect === 'strict' && !namesMessage(schemas, PATCH_OP_URN)) {
    throw invalidSyntax(`schemas: expected ["${PATCH_OP_URN}"]`);
  }
  if (!isJsonArray(operations) || operations.length === 0) {
    throw invalidSyntax('Operations: expected an array with at least one operation');
  }
  if (operations.length > maxOperations) {
    throw payloadTooLarge(
      `Operations: ${operations.length} operations; one request may have at most ${maxOperations}`,
    );
  }
  return operations.map(parseOperation);
}

function parseOperation(operation: Json, index: number): PatchOperation {
  const place = `Operations[${index}]`;
  if (!isJsonObject(operation)) throw invalidSyntax(`${place}: expected an object with op, path and value`);
  const { op, path, value } = pickMembers(operation, ['op', 'path', 'value'], place);
  if (path !== undefined && path !== null && typeof path !== 'string') {
    throw invalidPath(`${place}.path: expected a string`);
  }
  return {
    index,
    op: parseOperator(op, place),
    ...(typeof path === 'string' && { path }),
    ...(value !== undefined && { value }),
  };
}

function parseOperator(op: Json | undefined, place: string): PatchOperator {
  const operator = OPERATORS.find((name) => typeof op === 'string' && op.toLowerCase() === name);
  if (operator) return operator;
  const found = typeof op === 'string' ? `, got ${JSON.stringify(shorten(op))}` : '';
  throw invalidSyntax(`${place}.op: expected add, replace or remove${found}`);
}
