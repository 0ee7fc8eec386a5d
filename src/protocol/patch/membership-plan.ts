import { type MemberReference } from '../error/scim-error.js';
import { type BoundFilter } from '../filter/filter.js';
import { isMembers } from '../resource/member-ids.js';
import { findByName, type BoundAttribute } from '../schema/attribute-path.js';
import { comparableBase, resolveReference } from '../text/comparable-reference.js';
import { comparableText } from '../text/comparable-text.js';
import { type Change, type ChangeSet, type MembershipChange, type MembershipPlan } from './change-set.js';
import { finish, SLICE, type Work } from '../work.js';

/** Changes by id alone, folded into one: `MembershipChange` says in which order its parts apply. */
class Delta {
  private clear = false;
  private readonly added = new Set<string>();
  private readonly removed = new Set<string>();

  *add(ids: readonly string[]): Work<void> {
    for (const [index, id] of ids.entries()) {
      this.added.add(id);
      this.removed.delete(id);
      if (index % SLICE === SLICE - 1) yield;
    }
  }

  *remove(ids: readonly string[], comparable = (id: string): string => id): Work<void> {
    for (const [index, sent] of ids.entries()) {
      const id = comparable(sent);
      this.added.delete(id);
      if (!this.clear) this.removed.add(id);
      if (index % SLICE === SLICE - 1) yield;
    }
  }

  replace(ids: readonly string[]): Work<void> {
    this.clear = true;
    this.added.clear();
    this.removed.clear();
    return this.add(ids);
  }

  toSteps(): MembershipChange[] {
    if (!this.clear && this.added.size === 0 && this.removed.size === 0) return [];
    return [{ kind: 'delta', clear: this.clear, add: [...this.added], remove: [...this.removed] }];
  }
}

/**
 * What a group's PATCH does to its members, in as few steps as its meaning allows: neighbouring changes that name ids
 * become one delta; only a filter on something else needs a step of its own.
 */
export function planMembership(changeSet: ChangeSet): MembershipPlan {
  return finish(planMembershipWork(changeSet));
}

/** The same as a work that may be interrupted. */
export function* planMembershipWork({ changes }: ChangeSet): Work<MembershipPlan> {
  const steps: MembershipChange[] = [];
  const references = new Map<string, MemberReference>();
  let delta = new Delta();
  for (const change of changes) {
    if (change.kind === 'clearExtension' || !isMembers(change.target)) continue;
    for (const [index, value] of addedBy(change).entries()) {
      if (!references.has(value)) references.set(value, { value, operationIndex: change.operationIndex });
      if (index % SLICE === SLICE - 1) yield;
    }
    const filter = yield* foldInto(delta, change);
    yield;
    if (!filter) continue;
    steps.push(...delta.toSteps(), { kind: 'removeWhere', filter });
    delta = new Delta();
  }
  return { steps: [...steps, ...delta.toSteps()], references: [...references.values()] };
}

/**
 * The plan with the URIs in its filters as the stores keep them, relative to `baseUri`: `$ref eq` of the URI that a
 * client was given, or of any other form of it, finds its member.
 *
 * @param baseUri URI in front of the endpoints, as the client used it: `https://host/base`
 */
export function relativeReferences(plan: MembershipPlan, baseUri: string): MembershipPlan {
  const steps = plan.steps.map((step) =>
    step.kind === 'removeWhere' ? { ...step, filter: withRelativeUris(step.filter, baseUri) } : step,
  );
  return { ...plan, steps };
}

function withRelativeUris(filter: BoundFilter, baseUri: string): BoundFilter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { ...filter, operands: filter.operands.map((operand) => withRelativeUris(operand, baseUri)) };
    case 'not':
      return { ...filter, operand: withRelativeUris(filter.operand, baseUri) };
    case 'compare': {
      const { target, value } = filter;
      if (target.subAttribute?.name !== '$ref' || value.type !== 'text') return filter;
      const isPart = filter.operator === 'co' || filter.operator === 'sw' || filter.operator === 'ew';
      const relative = isPart ? relativePart(value.value, baseUri) : relativeReference(value.value, baseUri);
      return { ...filter, value: { ...value, value: relative } };
    }
    case 'present':
    case 'constant':
    case 'valuePath':
      return filter;
  }
}

function relativeReference(uri: string, baseUri: string): string {
  const absolute = resolveReference(uri, baseUri);
  const base = comparableBase(baseUri);
  return absolute.startsWith(`${base}/`) ? absolute.slice(base.length) : absolute;
}

/** For operators that compare with a part of a URI: only the beginning of one that a client was given is known. */
function relativePart(text: string, baseUri: string): string {
  const isBelow = ['/Users/', '/Groups/'].some((endpoint) => text.startsWith(baseUri + endpoint));
  return isBelow ? text.slice(baseUri.length) : text;
}

/** Folds a change that is about ids; returns the filter of one that is not. */
function* foldInto(
  delta: Delta,
  change: Exclude<Change, { kind: 'clearExtension' }>,
): Work<BoundFilter | undefined> {
  switch (change.kind) {
    case 'addMembers':
      yield* delta.add(change.ids);
      return undefined;
    case 'replaceMembers':
      yield* delta.replace(change.ids);
      return undefined;
    case 'clear':
      yield* delta.replace([]);
      return undefined;
    case 'removeMembers':
      yield* delta.remove(change.ids, comparableIds(change.target));
      return undefined;
    case 'removeValues': {
      const { selection } = change;
      const ids = selection.kind === 'where' ? idsOfFilter(selection.filter) : undefined;
      if (ids) yield* delta.remove(ids);
      else if (selection.kind === 'where') return selection.filter;
      else throw unusual(change);
      return undefined;
    }
    case 'set':
    case 'merge':
    case 'addValues':
    case 'replaceValues':
    case 'updateValues':
      throw unusual(change);
  }
}

function unusual({ kind }: Change): Error {
  return new Error(`members cannot be changed by ${kind}`);
}

function addedBy(change: Change): readonly string[] {
  return change.kind === 'addMembers' || change.kind === 'replaceMembers' ? change.ids : [];
}

/** What makes the compared form of a member's id: `members.value` is not case-exact in the schema of RFC 7643 §8.7.1. */
function comparableIds({ attribute }: BoundAttribute): (id: string) => string {
  const definition = findByName(attribute.subAttributes, 'value');
  return (id) => (definition ? comparableText(definition, id) : id);
}

/** The ids of a filter that is nothing but `value eq "…"` and `or`. */
function idsOfFilter(filter: BoundFilter): string[] | undefined {
  if (filter.kind === 'or') {
    const ids = filter.operands.map(idsOfFilter);
    return ids.every((part) => part !== undefined) ? ids.flat() : undefined;
  }
  if (filter.kind !== 'compare' || filter.operator !== 'eq' || filter.value.type !== 'text') return undefined;
  return filter.target.subAttribute?.name === 'value' ? [filter.value.value] : undefined;
}
