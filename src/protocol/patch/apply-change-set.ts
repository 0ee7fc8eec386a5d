import { invalidValue, noTarget, ScimError } from '../error/scim-error.js';
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
import { guardRequired, requireComplete } from '../resource/required-attributes.js';
import { type Attributes } from '../resource/resource.js';
import { refuseTooMany } from '../resource/value-reader.js';
import { printAttribute, type BoundAttribute } from '../schema/attribute-path.js';
import { type ResourceType } from '../schema/schema.js';
import { type Change, type ChangeSet } from './change-set.js';
import { addElements, keepFirstPrimary, removeEqualElements, updateElements } from './element-changes.js';
import { selectsElement } from './element-filter.js';

type ValuesChange = Extract<
  Change,
  { kind: 'addValues' | 'replaceValues' | 'removeValues' | 'updateValues' }
>;

/**
 * The attributes after a PATCH; an equal object where nothing changes. The input stays as it is. Changes of `members`
 * are made where the attributes have that name, and are otherwise left to the membership plan.
 *
 * @throws ScimError 400 `noTarget` where a filter matches nothing that could be replaced, `mutability` for another
 *   value of an immutable attribute and for the removal of the last value of a required one, `invalidValue` where two
 *   values end up as primary, something required is missing, or an attribute would have too many values
 */
export function applyChangeSet(attributes: Attributes, changeSet: ChangeSet, type: ResourceType): Attributes {
  let result = attributes;
  for (const change of changeSet.changes) {
    try {
      result = applyChange(result, change, type);
    } catch (error) {
      throw error instanceof ScimError ? error.at(`Operations[${change.operationIndex}]`) : error;
    }
  }
  const settled = settlePrimaries(result, changeSet);
  requireComplete(attributes, settled, type);
  return inSchemaOrder(settled, type);
}

function applyChange(attributes: Attributes, change: Change, type: ResourceType): Attributes {
  if (change.kind === 'clearExtension') return clearExtension(attributes, change.extension, type);
  const { target } = change;
  if (isMembers(target)) return applyToMembers(attributes, change);
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
      const after = changeElements(before, change);
      // What has too many already may lose some of them.
      if (after.length > before.length) refuseTooMany(after, printAttribute(target));
      if (after.length > 0) return write(attributes, target, after);
      if (before.length > 0) guardRequired(target);
      return write(attributes, target, undefined);
    }
  }
}

/** A group without members is not one whose members are unknown: the empty list stays. */
function applyToMembers(
  attributes: Attributes,
  change: Exclude<Change, { kind: 'clearExtension' }>,
): Attributes {
  if (!Object.hasOwn(attributes, 'members')) return attributes;
  switch (change.kind) {
    case 'clear':
      return { ...attributes, members: [] };
    case 'addValues':
    case 'replaceValues':
    case 'removeValues':
      return { ...attributes, members: changeElements(elementsAt(attributes, change.target), change) };
    case 'set':
    case 'merge':
    case 'updateValues':
      throw new Error(`members cannot be changed by ${change.kind}`);
  }
}

function changeElements(elements: readonly Json[], change: ValuesChange): readonly Json[] {
  const { target } = change;
  switch (change.kind) {
    case 'addValues':
      return addElements(target, elements, change.values);
    case 'replaceValues':
      return change.values;
    case 'removeValues': {
      const { selection } = change;
      if (selection.kind === 'equalTo') return removeEqualElements(target, elements, selection.values);
      return elements.filter((element) => !selectsElement(target, selection.filter, element));
    }
    case 'updateValues': {
      const updated = updateElements(
        target,
        elements,
        (element) => selectsElement(target, change.where, element),
        change.set,
        change.values,
      );
      return updated ?? withoutMatch(elements, change);
    }
  }
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

/** Judged once all operations are done, so that several of them can move `primary` together (RFC 7643 §2.4). */
function settlePrimaries(attributes: Attributes, { changes, severalPrimaries }: ChangeSet): Attributes {
  let result = attributes;
  for (const change of changes) {
    if (change.kind !== 'updateValues' || change.set['primary'] !== true) continue;
    const { target } = change;
    const elements = elementsAt(result, target);
    if (countPrimaries(elements) <= 1) continue;
    if (severalPrimaries === 'refuse') {
      const detail = `${printAttribute(target)}: more than one value would have primary true; at most one may`;
      throw invalidValue(detail).at(`Operations[${change.operationIndex}]`);
    }
    result = withValueAt(result, target, keepFirstPrimary(elements));
  }
  return result;
}
