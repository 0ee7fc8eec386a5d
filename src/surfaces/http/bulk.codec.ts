import { isJsonObject, type JsonObject } from '../../protocol/json.js';
import { BULK_RESPONSE_URN, type BulkTarget } from '../../protocol/message/bulk-request.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import { type ResourceLocations } from '../../protocol/resource/representation.js';
import { type BulkStep } from '../../scim/bulk/bulk-step.js';
import { type BulkOperationFacts, type RequestFacts } from '../../scim/request-facts.js';
import { nameOfCreated } from './asked-for.js';
import { shownNames } from './note-outcome.js';
import { loggedDetail, refusalOf } from './scim-error.filter.js';

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

/** How many refused operations of a job, and names that were ignored in it, the log has. */
const NAMED_REFUSALS = 10;
const MOST_NAMES = 100;

/** Notes what became of the operations, for the job's log line. */
export function noteBulk(
  facts: RequestFacts,
  steps: readonly BulkStep[],
  statusOf: BulkAnswer['statusOf'],
): void {
  const statuses: Record<string, number> = {};
  const refusals: string[] = [];
  const fruitless: BulkOperationFacts[] = [];
  const ignored = new Set<string>();
  for (const { operation, target, result } of steps) {
    const failure = result?.kind === 'failed' ? refusalOf(result.error) : undefined;
    const status = failure || target instanceof ScimError ? (failure?.error.status ?? 500) : statusOf(target);
    statuses[status] = (statuses[status] ?? 0) + 1;
    const { index, method, data } = operation;
    const about = { index, status, ...aboutTarget(target), resourceId: result?.id };
    if (result?.kind === 'done') {
      for (const name of result.ignored) ignored.add(name);
      const names = shownNames(result.ignored.slice(0, MOST_NAMES));
      if (names.length > 0) fruitless.push({ ...about, outcome: 'ignored', detail: { ignored: names } });
      else if (!result.changed) fruitless.push({ ...about, outcome: 'unchanged' });
    }
    if (!failure) continue;
    facts.fault ??= failure.cause;
    const { scimType, concerns } = failure.error;
    const message = loggedDetail(failure.error);
    fruitless.push({
      ...about,
      outcome: 'refused',
      scimType,
      display: method === 'POST' && isJsonObject(data) ? nameOfCreated(data) : undefined,
      reason: failure.delay?.reason,
      ...(message !== '' && { detail: { message, ...(concerns.length > 0 && { concerns }) } }),
    });
    if (refusals.length === NAMED_REFUSALS) continue;
    const what = target instanceof ScimError ? '' : ` ${target.method} ${target.type}`;
    const why = [status, scimType ?? '', message].filter((part) => part !== '').join(' ');
    refusals.push(`Operations[${index}]${what}: ${why}`);
  }
  facts.bulk = { statuses, refusals, fruitless };
  facts.ignored = shownNames([...ignored].slice(0, MOST_NAMES));
  if ('500' in statuses) facts.outcome = 'failed';
}

const OPERATIONS = { POST: 'create', PUT: 'replace', PATCH: 'patch', DELETE: 'delete' } as const;

function aboutTarget(target: BulkStep['target']): Pick<BulkOperationFacts, 'operation' | 'resourceType'> {
  if (target instanceof ScimError) return { operation: 'request' };
  return { operation: OPERATIONS[target.method], resourceType: target.type };
}
