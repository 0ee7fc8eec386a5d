import { type Request } from 'express';
import { type JsonObject } from '../../protocol/json.js';
import { BULK_RESPONSE_URN, type BulkTarget } from '../../protocol/message/bulk-request.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import { type ResourceLocations } from '../../protocol/resource/representation.js';
import { type BulkStep } from '../../scim/bulk/bulk-step.js';
import { logIgnored } from './log-ignored.js';
import { refusalOf, withoutValues } from './scim-error.filter.js';

/** What the answers to bulk jobs differ in between surfaces. */
export interface BulkAnswer {
  readonly locations: ResourceLocations;
  /** The status of the single request, where it succeeds. */
  statusOf(target: BulkTarget): number;
  /** The body of the single request, where it is refused. */
  errorBody(error: ScimError): JsonObject;
}

/** The BulkResponse of a job, in the order of the request (RFC 7644 §3.7). */
export function encodeBulkResponse(steps: readonly BulkStep[], answer: BulkAnswer): JsonObject {
  return { schemas: [BULK_RESPONSE_URN], Operations: steps.map((step) => encodeStep(step, answer)) };
}

function encodeStep({ operation, target, result }: BulkStep, answer: BulkAnswer): JsonObject {
  const { method, bulkId } = operation;
  const echo = { method, ...(bulkId === undefined ? {} : { bulkId }) };
  if (result?.kind === 'done' && !(target instanceof ScimError)) {
    return {
      ...echo,
      location: answer.locations.location(target.type, result.id),
      ...(result.version === undefined ? {} : { version: result.version }),
      status: String(answer.statusOf(target)),
    };
  }
  const { id, error: thrown } = result?.kind === 'failed' ? result : {};
  const { error } = refusalOf(thrown);
  return {
    ...echo,
    ...locationOf(target, id, answer),
    status: String(error.status),
    response: answer.errorBody(error),
  };
}

/** A failed POST has no location, nor has what names no resource. */
function locationOf(
  target: BulkStep['target'],
  id: string | undefined,
  { locations }: BulkAnswer,
): { readonly location?: string } {
  if (target instanceof ScimError || id === undefined) return {};
  return { location: locations.location(target.type, encodeURIComponent(id)) };
}

/** One line for each operation that was refused or read leniently, as a single request would have. */
export function logBulk(request: Request, steps: readonly BulkStep[]): void {
  for (const { operation, target, result } of steps) {
    if (result?.kind === 'done') logIgnored(request, result.ignored);
    if (result?.kind !== 'failed') continue;
    const { error, cause } = refusalOf(result.error);
    const line = {
      operation: `${request.method} ${request.path}`,
      bulkOperation: `Operations[${operation.index}]${target instanceof ScimError ? '' : ` ${target.method} ${target.type}`}`,
      status: error.status,
      detail: withoutValues(error.detail),
    };
    if (cause === undefined) request.log.info(line, 'bulk operation refused');
    else request.log.error({ ...line, err: cause }, 'bulk operation failed');
  }
}
