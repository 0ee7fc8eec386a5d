import { readAsText } from '../../protocol/dialect/lenient-value.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import { isJsonArray, isJsonObject, type Json } from '../../protocol/json.js';
import { bulkIdOf, findReferences } from '../../protocol/message/bulk-references.js';
import { readBulkTarget, type BulkOperation, type BulkTarget } from '../../protocol/message/bulk-request.js';
import { checkValue, checkValueWork } from '../../protocol/text/check-value.js';
import { foldCase } from '../../protocol/text/fold-case.js';
import { SLICE, type Work } from '../../protocol/work.js';

/** What became of an operation that was carried out. */
export type BulkResult =
  | {
      readonly kind: 'done';
      readonly id: string;
      /** The entity tag; undefined after a DELETE. */
      readonly version: string | undefined;
      /** Whether there was anything to change. */
      readonly changed: boolean;
      /** What a lenient reading left out: names, never values. */
      readonly ignored: readonly string[];
    }
  | {
      readonly kind: 'failed';
      readonly error: unknown;
      /** The resource that the operation was about, where it named one. */
      readonly id?: string;
    };

/** An operation on its way through a job. */
export interface BulkStep {
  readonly operation: BulkOperation;
  /** What the operation is about, or why that cannot be told. */
  readonly target: BulkTarget | ScimError;
  /** The bulkIds that its path and its data refer to. */
  readonly references: ReadonlySet<string>;
  /** The name in its data that no two resources of the type may have, as it is compared. */
  readonly nameKey: string | undefined;
  /** Whether it may give a name that was free before, or free one. */
  readonly renames: boolean;
  /** Whether it is a POST that brings back a resource which was there before, so that it can't be taken back. */
  existed: boolean;
  state: 'waiting' | 'running' | 'settled';
  result: BulkResult | undefined;
}

export function* makeStep(operation: BulkOperation): Work<BulkStep> {
  const prepared = yield* prepare(operation);
  return { operation, ...prepared, existed: false, state: 'waiting', result: undefined };
}

function* prepare(
  operation: BulkOperation,
): Work<Pick<BulkStep, 'target' | 'references' | 'nameKey' | 'renames'>> {
  try {
    checkValue(operation.path, 'path');
    const target = readBulkTarget(operation);
    yield* checkValueWork(operation.data, 'data');
    const inPath = target.id === undefined ? undefined : bulkIdOf(target.id);
    const inData = target.method === 'DELETE' ? [] : yield* findReferences(operation.data);
    const references = new Set([...(inPath === undefined ? [] : [inPath]), ...inData]);
    return {
      target,
      references,
      nameKey: nameKeyOf(target, operation),
      renames:
        target.method === 'PUT' || (target.method === 'PATCH' && (yield* mentionsName(target, operation))),
    };
  } catch (error) {
    if (error instanceof ScimError)
      return { target: error, references: new Set(), nameKey: undefined, renames: false };
    throw error;
  }
}

/**
 * Whether `creator`, a POST, may end otherwise when it runs before `other` instead of behind it: `other` may take or
 * free its name, or delete what its data names.
 */
export function orderMatters(other: BulkStep, creator: BulkStep): boolean {
  if (other.target instanceof ScimError || creator.target instanceof ScimError) return false;
  if (other.target.method === 'DELETE') return true;
  if (other.target.type !== creator.target.type) return false;
  return other.renames || (other.target.method === 'POST' && other.nameKey === creator.nameKey);
}

const NAME_ATTRIBUTES = { User: 'username', Group: 'displayname' };

function* mentionsName({ type }: BulkTarget, { data = null }: BulkOperation): Work<boolean> {
  const isName = (text: string): boolean => text.toLowerCase().includes(NAME_ATTRIBUTES[type]);
  const open: Json[] = [data];
  for (let count = 1; open.length > 0; count += 1) {
    if (count % SLICE === 0) yield;
    const value = open.pop() ?? null;
    if (typeof value === 'string' ? isName(value) : isJsonObject(value) && Object.keys(value).some(isName))
      return true;
    if (isJsonArray(value) || isJsonObject(value))
      for (const inner of Object.values<Json>(value)) open.push(inner);
  }
  return false;
}

function nameKeyOf({ type }: BulkTarget, { data }: BulkOperation): string | undefined {
  if (!isJsonObject(data)) return undefined;
  const attribute = NAME_ATTRIBUTES[type];
  const sent = Object.entries(data).find(([name]) => name.toLowerCase() === attribute)?.[1];
  const named: Json = readAsText(sent ?? null);
  return typeof named === 'string' ? foldCase(named) : undefined;
}
