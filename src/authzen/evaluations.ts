import { Problem } from '../admin-api/http/problem.js';
import { MOST_QUESTIONS } from '../checks/membership-checks.js';
import { type MembershipDecision, type MembershipQuestion } from '../checks/membership-question.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject, ownValue } from '../protocol/json.js';
import { type Read, readEvaluation } from './entities.js';

const SEMANTICS = ['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'] as const;
export type Semantic = (typeof SEMANTICS)[number];

/** What an item of a batch may leave to the top level (AuthZEN 1.0 §7.1.1). */
const DEFAULTS = ['subject', 'action', 'resource', 'context'];

/** A decision as AuthZEN writes it (§5.5). */
export interface Decision {
  readonly decision: boolean;
  readonly context?: JsonObject;
}

/** One request of a batch: what it asks for, or what is wrong with it. */
export type Item = Read<MembershipQuestion> | { readonly error: Problem };

/** A batch (§7.1). */
export interface Batch {
  readonly items: readonly Item[];
  readonly semantic: Semantic;
}

/**
 * Reads an Access Evaluations Request; undefined where it has no `evaluations`, or an empty one, and is a single request
 * then (§7.1).
 *
 * @throws Problem 400 for what concerns all of it
 */
export function readBatch(body: JsonObject): Batch | undefined {
  const evaluations = ownValue(body, 'evaluations') ?? [];
  if (!isJsonArray(evaluations)) throw new Problem(400, 'evaluations is an array.');
  if (evaluations.length > MOST_QUESTIONS) {
    throw new Problem(
      400,
      `evaluations has ${evaluations.length} items; ${MOST_QUESTIONS} are taken at once.`,
    );
  }
  const semantic = readSemantic(body);
  if (evaluations.length === 0) return undefined;
  const defaults = Object.fromEntries(
    DEFAULTS.flatMap((name): [string, Json][] => {
      const value = ownValue(body, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return { items: evaluations.map((item) => readItem(item, defaults)), semantic };
}

function readItem(item: Json, defaults: JsonObject): Item {
  if (!isJsonObject(item)) return { error: new Problem(400, 'An item of evaluations is an object.') };
  try {
    return readEvaluation({ ...defaults, ...item });
  } catch (error) {
    if (error instanceof Problem) return { error };
    throw error;
  }
}

function readSemantic(body: JsonObject): Semantic {
  const options = ownValue(body, 'options') ?? {};
  if (!isJsonObject(options)) throw new Problem(400, 'options is an object.');
  const asked = ownValue(options, 'evaluations_semantic') ?? 'execute_all';
  const semantic = SEMANTICS.find((known) => known === asked);
  if (semantic === undefined) {
    throw new Problem(400, `options.evaluations_semantic is one of ${SEMANTICS.join(', ')}.`);
  }
  return semantic;
}

/** The questions among the items. */
export const questionsOf = (items: readonly Item[]): readonly MembershipQuestion[] =>
  items.flatMap((item) => ('asked' in item && item.asked ? [item.asked] : []));

/** @param decided the answers to {@link questionsOf} */
export function decisionsFor(
  items: readonly Item[],
  decided: readonly MembershipDecision[],
): readonly Decision[] {
  let next = 0;
  return items.map((item) => {
    if ('error' in item) {
      // §7.2.1: an error of one item is told in its context.
      const { status, detail: message } = item.error;
      return { decision: false, context: { error: { status, message } } };
    }
    if (item.reason !== undefined) return { decision: false, context: { reason: item.reason } };
    return decisionOf(decided[next++]);
  });
}

function decisionOf(decided: MembershipDecision | undefined): Decision {
  if (decided === undefined) throw new Error('a question has no answer');
  const { member, reason } = decided;
  return { decision: member, ...(reason !== undefined && { context: { reason } }) };
}

/**
 * Ends a batch where its semantic does (§7.1.2.1): behind the first denial or the first permission. A denial that ended it
 * says so, unless it has a reason of its own.
 */
export function endBatch(decisions: readonly Decision[], semantic: Semantic): readonly Decision[] {
  if (semantic === 'execute_all') return decisions;
  const isLast = ({ decision }: Decision): boolean => decision === (semantic === 'permit_on_first_permit');
  const end = decisions.findIndex(isLast);
  if (end === -1) return decisions;
  const ended = decisions.slice(0, end + 1);
  if (semantic === 'permit_on_first_permit') return ended;
  const context = { code: '200', reason: semantic };
  return ended.map((each, index) => (index === end ? { context, ...each } : each));
}
