import { type Dialect } from '../dialect/dialect.js';
import {
  invalidSyntax,
  invalidValue,
  notFound,
  notImplemented,
  payloadTooLarge,
} from '../error/scim-error.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.js';
import { clip } from '../resource/ignored-names.js';
import { namesMessage, pickMembers } from './message-members.js';

/** The URNs of the messages that go to `/Bulk` and come from it (RFC 7644 §3.7). */
export const BULK_REQUEST_URN = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
export const BULK_RESPONSE_URN = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type BulkMethod = (typeof METHODS)[number];

const TYPES = ['User', 'Group'] as const;

/** One operation as sent; what is wrong with it alone shows when it is carried out. */
export interface BulkOperation {
  /** Position in the request's `Operations`. */
  readonly index: number;
  readonly method: string;
  readonly path: Json | undefined;
  readonly bulkId: string | undefined;
  readonly version: Json | undefined;
  readonly data: Json | undefined;
}

export interface BulkRequest {
  /** After how many errors no further operation is carried out; undefined: all are tried. */
  readonly failOnErrors: number | undefined;
  readonly operations: readonly BulkOperation[];
}

/** What an operation is about. */
export interface BulkTarget {
  readonly method: BulkMethod;
  readonly type: (typeof TYPES)[number];
  /** Id of the resource, or a reference `bulkId:…`; undefined for POST. */
  readonly id: string | undefined;
}

export interface BulkRequestOptions {
  readonly dialect: Dialect;
  readonly maxOperations: number;
}

/**
 * The envelope of a bulk job (RFC 7644 §3.7). Names are read without regard to case (RFC 7643 §2.1). The lenient
 * dialect asks nothing of `schemas`.
 *
 * @throws ScimError 413 for too many operations; 400 `invalidSyntax` for a body that is no such message,
 * `invalidValue` for a POST without a `bulkId` of its own and for a `failOnErrors` that is no positive integer
 */
export function parseBulkRequest(
  body: JsonObject,
  { dialect, maxOperations }: BulkRequestOptions,
): BulkRequest {
  const { schemas, failonerrors, operations } = pickMembers(body, ['schemas', 'failonerrors', 'operations']);
  if (dialect === 'strict' && !namesMessage(schemas, BULK_REQUEST_URN)) {
    throw invalidSyntax(`schemas: expected ["${BULK_REQUEST_URN}"]`);
  }
  if (!isJsonArray(operations) || operations.length === 0) {
    throw invalidSyntax('Operations: expected an array with at least one operation');
  }
  if (operations.length > maxOperations) {
    throw payloadTooLarge(
      `Operations: ${operations.length} operations; one job may have at most ${maxOperations} (maxOperations).`,
    );
  }
  const failOnErrors = readFailOnErrors(failonerrors ?? undefined);
  const parsed = operations.map(parseOperation);
  requireBulkIds(parsed);
  return { failOnErrors, operations: parsed };
}

function readFailOnErrors(value: Json | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw invalidValue('failOnErrors: expected a positive integer');
}

function parseOperation(operation: Json, index: number): BulkOperation {
  const place = `Operations[${index}]`;
  if (!isJsonObject(operation))
    throw invalidSyntax(`${place}: expected an object with method, path and data`);
  const names = ['method', 'path', 'bulkid', 'version', 'data'] as const;
  const { method, path, bulkid, version, data } = pickMembers(operation, names, place);
  if (typeof method !== 'string') throw invalidSyntax(`${place}.method: expected POST, PUT, PATCH or DELETE`);
  if (bulkid !== undefined && bulkid !== null && typeof bulkid !== 'string') {
    throw invalidSyntax(`${place}.bulkId: expected a string`);
  }
  return { index, method, path, bulkId: bulkid ?? undefined, version: version ?? undefined, data };
}

function requireBulkIds(operations: readonly BulkOperation[]): void {
  const first = new Map<string, number>();
  for (const { index, method, bulkId } of operations) {
    if (method !== 'POST') continue;
    if (!bulkId) throw invalidValue(`Operations[${index}].bulkId: a POST needs one`);
    const other = first.get(bulkId);
    if (other !== undefined) {
      throw invalidValue(
        `Operations[${index}].bulkId: Operations[${other}] has the same; each POST needs its own`,
      );
    }
    first.set(bulkId, index);
  }
}

/**
 * The method and the resource, or the endpoint, that an operation names (RFC 7644 §3.7).
 *
 * @throws ScimError 400 for a method or path that no operation may have, 404 for an unknown endpoint, 501 for `/Me`
 */
export function readBulkTarget({ method: named, path }: BulkOperation): BulkTarget {
  const method = METHODS.find((candidate) => candidate === named);
  if (!method) {
    throw invalidValue(`method: expected POST, PUT, PATCH or DELETE, got ${JSON.stringify(clip(named))}`);
  }
  if (typeof path !== 'string' || !path.startsWith('/')) {
    throw invalidSyntax('path: expected a path from the base URI on, such as /Users');
  }
  const [endpoint = '', id, ...rest] = path.slice(1).replace(/\/$/, '').split('/');
  if (endpoint.toLowerCase() === 'me') throw notImplemented('/Me cannot be part of a bulk job.');
  const type = TYPES.find((candidate) => `${candidate}s`.toLowerCase() === endpoint.toLowerCase());
  if (!type || rest.length > 0) throw notFound('path: no such endpoint');
  if (method === 'POST') {
    if (id !== undefined) throw invalidValue(`path: a POST goes to /${type}s, not to a resource`);
    return { method, type, id: undefined };
  }
  if (!id) throw invalidValue(`path: ${method} needs a resource, /${type}s/{id}`);
  return { method, type, id: decodeSegment(id) };
}

/** What cannot be decoded names no resource. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
