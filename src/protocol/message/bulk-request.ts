import { type Dialect } from '../dialect/dialect.js';
import { readTextualNumber } from '../dialect/lenient-value.js';
import {
  invalidSyntax,
  invalidValue,
  notFound,
  notImplemented,
  payloadTooLarge,
} from '../error/scim-error.js';
import { isJsonArray, isJsonObject, numberIn, type Json, type JsonObject } from '../json.js';
import { shorten } from '../resource/ignored-names.js';
import { namesMessage, pickMembers } from './message-members.js';

/** RFC 7644 §3.7: the message to `/Bulk` and its answer name these URNs in `schemas`. */
export const BULK_REQUEST_URN = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
export const BULK_RESPONSE_URN = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;
type BulkMethod = (typeof METHODS)[number];

const TYPES = ['User', 'Group'] as const;

/**
 * An operation as sent. Its method, path, version and data are checked when it is carried out, so that a fault in
 * them fails this operation and not the whole job.
 */
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
  /** The number of errors after which no further operation is carried out; undefined if all are to be tried. */
  readonly failOnErrors: number | undefined;
  readonly operations: readonly BulkOperation[];
}

/** The method of an operation, and the resource or endpoint that it is for. */
export interface BulkTarget {
  readonly method: BulkMethod;
  readonly type: (typeof TYPES)[number];
  /** The resource's id, or a reference `bulkId:…`; undefined for POST. */
  readonly id: string | undefined;
}

export interface BulkRequestOptions {
  readonly dialect: Dialect;
  readonly maxOperations: number;
}

/**
 * Reads the message of a bulk job. RFC 7644 §3.7: it has `Operations` and may have `failOnErrors`, and each POST
 * needs a `bulkId` that no other operation of the job has. RFC 7643 §2.1: the case of names does not count. The
 * lenient dialect does not check `schemas`.
 *
 * @throws ScimError 413 for too many operations; 400 `invalidSyntax` for a body that is no such message; 400
 *   `invalidValue` for a POST whose `bulkId` is missing or repeated, and for a `failOnErrors` that is no positive
 *   integer; the lenient dialect reads 0 as none
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
  const failOnErrors = readFailOnErrors(failonerrors ?? undefined, dialect);
  const parsed = operations.map(parseOperation);
  requireBulkIds(parsed);
  return { failOnErrors, operations: parsed };
}

/** No number of errors ends a job that 0 of them would end, so the lenient dialect takes 0 for no limit. */
function readFailOnErrors(value: Json | undefined, dialect: Dialect): number | undefined {
  if (value === undefined) return undefined;
  const number = numberIn(dialect === 'lenient' ? readTextualNumber(value) : value);
  if (number === 0 && dialect === 'lenient') return undefined;
  if (number !== undefined && Number.isInteger(number) && number > 0) return number;
  throw invalidValue('failOnErrors: expected an integer of 1 or more; leave it out to try all operations');
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
 * Reads the method and path of an operation. RFC 7644 §3.7: the method is POST, PUT, PATCH or DELETE; the path of a
 * POST is an endpoint, such as `/Users`, and every other path is that of a resource.
 *
 * @throws ScimError 400 for a method or path that is not allowed, 404 for an unknown endpoint, 501 for `/Me`
 */
export function readBulkTarget({ method: named, path }: BulkOperation): BulkTarget {
  const method = METHODS.find((candidate) => candidate === named);
  if (!method) {
    throw invalidValue(`method: expected POST, PUT, PATCH or DELETE, got ${JSON.stringify(shorten(named))}`);
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

/** The decoded segment. One that cannot be decoded stays as it is, and no resource has it as its id. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
