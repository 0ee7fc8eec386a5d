import { invalidValue, noTarget, ScimError } from '../error/scim-error.js';
import { elementTest } from '../filter/element-test.js';
import { type BoundFilter } from '../filter/filter.js';
import { isJsonArray, isJsonObject, type Json } from '../json.js';
import {
  inSchemaOrder,
  unlessEmpty,
  valueAt,
  withoutNulls,
  withValueAt,
} from '../resource/attribute-access.js';
import { countPrimaries } from '../resource/element-identity.js';
import { isMembers } from '../resource/member-ids.js';
import { keepImmutable } from '../resource/immutable.js';
import { refuseRemovingRequired, requireComplete } from '../resource/required-attributes.js';
import { type Attributes } from '../resource/resource.js';
import { refuseTooMany } from '../resource/value-reader.js';
import { printAttribute, type BoundAttribute } from '../schema/attribute-path.js';
import { type ResourceType } from '../schema/schema.js';
import { finish, SLICE, type Work } from '../work.js';
import { type Change, type ChangeSet } from './change-set.js';
import { addElements, keepFirstPrimary, removeEqualElements, updateElements } from './element-changes.js';
import { PatchBudget } from './patch-budget.js';

type ValuesChange = Extract<
  Change,
  { kind: 'addValues' | 'replaceValues' | 'removeValues' | 'updateValues' }
>;
type MembersChange = Extract<Change, { kind: 'addMembers' | 'replaceMembers' | 'removeMembers' }>;

/**
 * The attributes after a PATCH; an equal object where nothing changes. The input stays as it is. Changes of `members`
 * are made where the attributes have that name, and are otherwise left to the membership plan.
 *
 * @throws ScimError 400 `noTarget` where a filter matches nothing that could be replaced, `mutability` for another
 *   value of an immutable attribute and for the removal of the last value of a required one, `invalidValue` where two
 *   values end up as primary, something required is missing, or an attribute would have too many values
 */
export function applyChangeSet(attributes: Attributes, changeSet: ChangeSet, type: ResourceType): Attributes {
  return finish(applyChangeSetWork(attributes, changeSet, type));
}

/** The same as a work that may be interrupted. */
export function* applyChangeSetWork(
  attributes: Attributes,
  changeSet: ChangeSet,
  type: ResourceType,
): Work<Attributes> {
  const budget = new PatchBudget();
  let result = attributes;
  for (const change of changeSet.changes) {
    try {
      result = yield* applyChange(result, change, type, budget);
    } catch (error) {
      throw error instanceof ScimError ? error.at(`Operations[${change.operationIndex}]`) : error;
    }
    yield;
  }
  const settled = yield* settlePrimaries(result, changeSet);
  requireComplete(attributes, settled, type);
  return inSchemaOrder(settled, type);
}

function* applyChange(
  attributes: Attributes,
  change: Change,
  type: ResourceType,
  budget: PatchBudget,
): Work<Attributes> {
  if (change.kind === 'clearExtension') return clearExtension(attributes, change.extension, type);
  const { target } = change;
  if (isMembers(target)) return yield* applyToMembers(attributes, change);
  switch (change.kind) {
    case 'set':
      return write(attributes, target, change.value);
    case 'clear':
      return write(attributes, target, undefined);
    case 'merge': {
      const before = valueAt(attributes, target);
      const after = withoutNulls({ ...(isJsonObject(before) ? before : {}), ...change.value });
      return write(attributes, target, unlessEmpty(after));
    }
    case 'addValues':
    case 'replaceValues':
    case 'removeValues':
    case 'updateValues': {
      const before = elementsAt(attributes, target);
      const after = yield* changeElements(before, change, budget);
      // An attribute that has too many values already may still lose some.
      if (after.length > before.length) refuseTooMany(after, printAttribute(target));
      if (after.length > 0) return write(attributes, target, after);
      if (before.length > 0) refuseRemovingRequired(target);
      return write(attributes, target, undefined);
    }
    case 'addMembers':
    case 'replaceMembers':
    case 'removeMembers':
      throw new Error(`${printAttribute(target)} cannot be changed by ${change.kind}`);
  }
}

/** A group that was read with its members keeps `members` when the last is gone: absent means that none were read. */
function* applyToMembers(
  attributes: Attributes,
  change: Exclude<Change, { kind: 'clearExtension' }>,
): Work<Attributes> {
  if (!Object.hasOwn(attributes, 'members')) return attributes;
  switch (change.kind) {
    case 'clear':
      return { ...attributes, members: [] };
    case 'addMembers':
    case 'replaceMembers':
    case 'removeMembers':
    case 'removeValues': {
      const asValues = change.kind === 'removeValues' ? change : valuesChange(change);
      return {
        ...attributes,
        members: yield* changeElements(elementsAt(attributes, change.target), asValues),
      };
    }
    case 'set':
    case 'merge':
    case 'addValues':
    case 'replaceValues':
    case 'updateValues':
      throw new Error(`members cannot be changed by ${change.kind}`);
  }
}

function valuesChange({ kind, target, ids, operationIndex }: MembersChange): ValuesChange {
  const values = ids.map((value) => ({ value }));
  switch (kind) {
    case 'addMembers':
      return { kind: 'addValues', target, values, operationIndex };
    case 'replaceMembers':
      return { kind: 'replaceValues', target, values, operationIndex };
    case 'removeMembers':
      return { kind: 'removeValues', target, selection: { kind: 'equalTo', values }, operationIndex };
  }
}

/** @param budget - undefined for members, which a store changes by set-based statements */
function* changeElements(
  elements: readonly Json[],
  change: ValuesChange,
  budget?: PatchBudget,
): Work<readonly Json[]> {
  const { target } = change;
  budget?.spend(elements.length);
  switch (change.kind) {
    case 'addValues':
      return addElements(target, elements, change.values);
    case 'replaceValues':
      return change.values;
    case 'removeValues': {
      const { selection } = change;
      if (selection.kind === 'equalTo') return removeEqualElements(target, elements, selection.values);
      const selected = yield* selectElements(elements, selection.filter, budget);
      return elements.filter((_, index) => !selected.has(index));
    }
    case 'updateValues': {
      const selected = yield* selectElements(elements, change.where, budget);
      const isSelected = (_: Json, index: number): boolean => selected.has(index);
      const updated = updateElements(target, elements, isSelected, change.set, change.values);
      return updated ?? withoutMatch(elements, change);
    }
  }
}

/** The indexes of the elements that a filter selects. */
function* selectElements(
  elements: readonly Json[],
  filter: BoundFilter,
  budget: PatchBudget | undefined,
): Work<ReadonlySet<number>> {
  const { cost, fits } = elementTest(filter);
  budget?.spend(elements.length * cost);
  const selected = new Set<number>();
  let compared = 0;
  for (const [index, element] of elements.entries()) {
    if (fits(element)) selected.add(index);
    compared += cost;
    if (compared < SLICE) continue;
    compared = 0;
    yield;
  }
  return selected;
}

function withoutMatch(
  elements: readonly Json[],
  { target, otherwise }: Extract<Change, { kind: 'updateValues' }>,
): readonly Json[] {
  if (otherwise === 'nothing') return elements;
  if (otherwise === 'noTarget') {
    throw noTarget(`${printAttribute(target)}: no value matches the filter; add one first`);
  }
  return addElements(target, elements, [otherwise.create]);
}

function write(attributes: Attributes, target: BoundAttribute, value: Json | undefined): Attributes {
  return keepImmutable(attributes, withValueAt(attributes, target, value), target);
}

function clearExtension(attributes: Attributes, extension: string, type: ResourceType): Attributes {
  return type.schemaExtensions
    .filter(({ schema }) => schema.id === extension)
    .flatMap(({ schema }) => schema.attributes)
    .filter(({ mutability: kind }) => kind !== 'readOnly')
    .reduce((result, attribute) => write(result, { extension, attribute }, undefined), attributes);
}

function elementsAt(attributes: Attributes, target: BoundAttribute): readonly Json[] {
  const value = valueAt(attributes, target);
  return isJsonArray(value) ? value : [];
}

/**
 * RFC 7643 §2.4: `primary` is true for one value at most. Judged once all operations are done, so that several of them
 * can move it together.
 */
function* settlePrimaries(
  attributes: Attributes,
  { changes, severalPrimaries }: ChangeSet,
): Work<Attributes> {
  let result = attributes;
  for (const change of changes) {
    if (change.kind !== 'updateValues' || change.set['primary'] !== true) continue;
    const { target } = change;
    const elements = elementsAt(result, target);
    yield;
    if (countPrimaries(elements) <= 1) continue;
    if (severalPrimaries === 'refuse') {
      const detail = `${printAttribute(target)}: more than one value would have primary true; at most one may`;
      throw invalidValue(detail).at(`Operations[${change.operationIndex}]`);
    }
    result = withValueAt(result, target, keepFirstPrimary(elements));
  }
  return result;
}
