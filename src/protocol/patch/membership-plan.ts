import { type MemberReference } from '../error/scim-error.js';
import { type BoundFilter } from '../filter/filter.js';
import { isJsonObject, type Json } from '../json.js';
import { isMembers } from '../resource/member-ids.js';
import { type ResourceLocations } from '../resource/representation.js';
import { findByName, type BoundAttribute } from '../schema/attribute-path.js';
import { comparableBase, resolveReference } from '../text/comparable-reference.js';
import { comparableText } from '../text/comparable-text.js';
import { type Change, type ChangeSet, type MembershipChange, type MembershipPlan } from './change-set.js';

/** Changes by id alone, folded: see `MembershipChange` for the order in which its parts are meant. */
class Delta {
  private clear = false;
  private readonly added = new Set<string>();
  private readonly removed = new Set<string>();

  add(ids: readonly string[]): void {
    for (const id of ids) {
      this.added.add(id);
      this.removed.delete(id);
    }
  }

  remove(ids: readonly string[]): void {
    for (const id of ids) {
      this.added.delete(id);
      if (!this.clear) this.removed.add(id);
    }
  }

  replace(ids: readonly string[]): void {
    this.clear = true;
    this.added.clear();
    this.removed.clear();
    this.add(ids);
  }

  toSteps(): MembershipChange[] {
    if (!this.clear && this.added.size === 0 && this.removed.size === 0) return [];
    return [{ kind: 'delta', clear: this.clear, add: [...this.added], remove: [...this.removed] }];
  }
}

/**
 * What a group's PATCH does to its members, in as few steps as its meaning allows: everything that names ids becomes
 * one delta; only a filter on something else needs a step of its own.
 */
export function planMembership({ changes }: ChangeSet): MembershipPlan {
  const steps: MembershipChange[] = [];
  const references = new Map<string, MemberReference>();
  let delta = new Delta();
  for (const change of changes) {
    if (change.kind === 'clearExtension' || !isMembers(change.target)) continue;
    for (const value of addedBy(change)) {
      if (!references.has(value)) references.set(value, { value, operationIndex: change.operationIndex });
    }
    const filter = foldInto(delta, change);
    if (!filter) continue;
    steps.push(...delta.toSteps(), { kind: 'removeWhere', filter });
    delta = new Delta();
  }
  return { steps: [...steps, ...delta.toSteps()], references: [...references.values()] };
}

/**
 * The plan with the URIs in its filters as the stores keep them, relative to the base of all resources: `$ref eq` of
 * the URI that a client was given, or of any other form of it, finds its member.
 */
export function relativeReferences(plan: MembershipPlan, locations: ResourceLocations): MembershipPlan {
  const steps = plan.steps.map((step) =>
    step.kind === 'removeWhere' ? { ...step, filter: withRelativeUris(step.filter, locations) } : step,
  );
  return { ...plan, steps };
}

function withRelativeUris(filter: BoundFilter, locations: ResourceLocations): BoundFilter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { ...filter, operands: filter.operands.map((operand) => withRelativeUris(operand, locations)) };
    case 'not':
      return { ...filter, operand: withRelativeUris(filter.operand, locations) };
    case 'compare': {
      const { target, value } = filter;
      if (target.subAttribute?.name !== '$ref' || value.type !== 'text') return filter;
      const isPart = filter.operator === 'co' || filter.operator === 'sw' || filter.operator === 'ew';
      const relative = isPart
        ? relativeUri(value.value, locations)
        : relativeReference(value.value, locations);
      return { ...filter, value: { ...value, value: relative } };
    }
    case 'present':
    case 'constant':
    case 'valuePath':
      return filter;
  }
}

function relativeReference(uri: string, locations: ResourceLocations): string {
  const baseUri = locations.location('User', '').slice(0, -'/Users/'.length);
  const absolute = resolveReference(uri, baseUri);
  const base = comparableBase(baseUri);
  return absolute.startsWith(`${base}/`) ? absolute.slice(base.length) : absolute;
}

/** Where the URI need not be whole: the beginning of one that was given. */
function relativeUri(uri: string, locations: ResourceLocations): string {
  for (const type of ['User', 'Group'] as const) {
    const collection = locations.location(type, '');
    if (uri.startsWith(collection)) return `/${type}s/${uri.slice(collection.length)}`;
  }
  return uri;
}

/** Folds a change that is about ids; returns the filter of one that is not. */
function foldInto(
  delta: Delta,
  change: Exclude<Change, { kind: 'clearExtension' }>,
): BoundFilter | undefined {
  switch (change.kind) {
    case 'addValues':
      delta.add(idsOf(change.values));
      return undefined;
    case 'replaceValues':
      delta.replace(idsOf(change.values));
      return undefined;
    case 'clear':
      delta.replace([]);
      return undefined;
    case 'removeValues': {
      const { selection } = change;
      if (selection.kind === 'equalTo') {
        delta.remove(idsOf(selection.values).map((id) => comparableId(change.target, id)));
        return undefined;
      }
      const ids = idsOfFilter(selection.filter);
      if (!ids) return selection.filter;
      delta.remove(ids);
      return undefined;
    }
    case 'set':
    case 'merge':
    case 'updateValues':
      throw new Error(`members cannot be changed by ${change.kind}`);
  }
}

function addedBy(change: Change): string[] {
  return change.kind === 'addValues' || change.kind === 'replaceValues' ? idsOf(change.values) : [];
}

function idsOf(values: readonly Json[]): string[] {
  return values.flatMap((value) =>
    isJsonObject(value) && typeof value['value'] === 'string' ? [value['value']] : [],
  );
}

/** A member's id as it is compared: the schema says that its case means nothing (RFC 7643 §8.7.1). */
function comparableId({ attribute }: BoundAttribute, id: string): string {
  const definition = findByName(attribute.subAttributes, 'value');
  return definition ? comparableText(definition, id) : id;
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
