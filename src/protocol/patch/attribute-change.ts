import { type Dialect } from '../dialect/dialect.js';
import { invalidValue, mutability } from '../error/scim-error.js';
import { type BoundFilter } from '../filter/filter.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.js';
import { unlessEmpty, withoutNulls } from '../resource/attribute-access.js';
import { isMembers, readMemberIds } from '../resource/member-ids.js';
import { guardRequired } from '../resource/replacement.js';
import { readElements, readParts, readValue, wrongType } from '../resource/value-reader.js';
import { printAttribute, type BoundAttribute } from '../schema/attribute-path.js';
import { type Change } from './change-set.js';
import { elementToCreate } from './element-filter.js';
import { type PatchOperation } from './patch-message.js';
import { type PathSelection } from './patch-path.js';

/** A change that has not yet been told to which operation it belongs. */
export type Unplaced = Change extends infer Each
  ? Each extends Change
    ? Omit<Each, 'operationIndex'>
    : never
  : never;

/** An operation on one attribute whose name, mutability and filter are known. */
export interface AttributeOperation {
  readonly op: PatchOperation['op'];
  readonly target: BoundAttribute;
  readonly selection?: PathSelection;
  /** Undefined where the operation has none, which only a remove may. */
  readonly value: Json | undefined;
  readonly dialect: Dialect;
  readonly ignored: Set<string>;
}

/** Every element: what a path such as `emails.type`, without a filter, is about. */
const EVERY_ELEMENT: BoundFilter = { kind: 'constant', value: true };

/**
 * The changes that an operation on a writable attribute stands for (RFC 7644 §3.5.2).
 *
 * @throws ScimError 400 `invalidValue` for a value of a wrong type, `mutability` for the removal of a required
 *   attribute and for changes inside a member
 */
export function planAttribute(operation: AttributeOperation): Unplaced[] {
  const { op, value, target } = operation;
  if (isMembers(target)) return planMembers(operation);
  if (op === 'remove') return planRemove(operation);
  const { attribute, subAttribute } = target;
  if (attribute.multiValued && (operation.selection || subAttribute))
    return planUpdate(operation, value ?? null);
  if (attribute.multiValued) return planList(operation, value ?? null);
  return planSingle(operation, value ?? null);
}

/** Members come and go; what a member is does not change (RFC 7643 §4.2). */
function planMembers({ op, target, selection, value }: AttributeOperation): Unplaced[] {
  if (target.subAttribute || (selection && op !== 'remove')) {
    throw mutability('members: a member cannot be changed; add or remove it');
  }
  const whole = { attribute: target.attribute };
  if (selection)
    return [{ kind: 'removeValues', target: whole, selection: { kind: 'where', filter: selection.where } }];
  const isAbsent = value === undefined || value === null;
  if (op === 'remove' && isAbsent) return [{ kind: 'clear', target: whole }];
  const listed = op !== 'replace' && isJsonObject(value) ? [value] : (value ?? null);
  const values = readMemberIds(listed, 'members').map((id) => ({ value: id }));
  switch (op) {
    case 'add':
      return values.length === 0 ? [] : [{ kind: 'addValues', target: whole, values }];
    case 'replace':
      return [{ kind: 'replaceValues', target: whole, values }];
    case 'remove':
      return [{ kind: 'removeValues', target: whole, selection: { kind: 'equalTo', values } }];
  }
}

function planRemove(operation: AttributeOperation): Unplaced[] {
  const { target, selection, value, ignored } = operation;
  const { attribute, subAttribute } = target;
  if (attribute.multiValued && !subAttribute) {
    if (selection) {
      return [{ kind: 'removeValues', target, selection: { kind: 'where', filter: selection.where } }];
    }
    if (value !== undefined && value !== null) {
      const listed = isJsonArray(value) ? value : [value];
      const values = readElements(attribute, listed, printAttribute(target), ignored);
      return [{ kind: 'removeValues', target, selection: { kind: 'equalTo', values } }];
    }
  }
  guardRequired(target);
  if (attribute.multiValued && subAttribute) {
    return [updateChange(operation, { [subAttribute.name]: null }, 'nothing')];
  }
  return [{ kind: 'clear', target }];
}

/** add and replace of all values of a multi-valued attribute; add also takes one value without an array. */
function planList({ op, target, ignored }: AttributeOperation, value: Json): Unplaced[] {
  const { attribute } = target;
  const place = printAttribute(target);
  const listed = value === null ? [] : op === 'add' && !isJsonArray(value) ? [value] : value;
  if (!isJsonArray(listed)) throw wrongType(place, 'an array', listed);
  const values = readElements(attribute, listed, place, ignored);
  if (op === 'add') return values.length === 0 ? [] : [{ kind: 'addValues', target, values }];
  if (values.length > 0) return [{ kind: 'replaceValues', target, values }];
  refuseClearing(target);
  return [{ kind: 'clear', target }];
}

/** add and replace of a single-valued attribute or of one sub-attribute; a complex one keeps what is not named. */
function planSingle({ target, ignored }: AttributeOperation, value: Json): Unplaced[] {
  const definition = target.subAttribute ?? target.attribute;
  const place = printAttribute(target);
  if (value !== null && definition.type === 'complex') {
    const parts = readParts(definition, value, place, ignored);
    refuseClearedParts(target, parts);
    return unlessEmpty(parts) ? [{ kind: 'merge', target, value: parts }] : [];
  }
  const read = readValue(definition, value, place, ignored);
  if (read !== undefined) return [{ kind: 'set', target, value: read }];
  refuseClearing(target);
  return [{ kind: 'clear', target }];
}

/** add and replace of `attr[filter]`, `attr[filter].sub` and `attr.sub`. */
function planUpdate(operation: AttributeOperation, value: Json): Unplaced[] {
  const { op, target, selection, ignored } = operation;
  const { attribute, subAttribute } = target;
  const place = printAttribute(target);
  if (!subAttribute && value === null) {
    if (op === 'add' || !selection) return [];
    return [{ kind: 'removeValues', target, selection: { kind: 'where', filter: selection.where } }];
  }
  const set = subAttribute
    ? { [subAttribute.name]: readValue(subAttribute, value, place, ignored) ?? null }
    : readParts(attribute, value, place, ignored);
  refuseClearedParts(target, set);
  if (!unlessEmpty(set)) return [];
  return [updateChange(operation, set, otherwise(operation, set))];
}

type UpdateValues = Extract<Unplaced, { kind: 'updateValues' }>;

function updateChange(
  { target: { subAttribute: _subAttribute, ...target }, selection }: AttributeOperation,
  set: JsonObject,
  instead: UpdateValues['otherwise'],
): UpdateValues {
  return { kind: 'updateValues', target, where: selection?.where ?? EVERY_ELEMENT, set, otherwise: instead };
}

/** What happens where no element matches: RFC 7644 §3.5.2.3 refuses replace; add, and lenient clients, create. */
function otherwise(
  { op, target, selection, dialect }: AttributeOperation,
  set: JsonObject,
): UpdateValues['otherwise'] {
  const mayCreate = op === 'add' || (dialect === 'lenient' && target.subAttribute !== undefined);
  if (!mayCreate) return 'noTarget';
  if (!unlessEmpty(withoutNulls(set))) return 'nothing';
  const create = selection ? elementToCreate(target, selection, set) : withoutNulls(set);
  return create ? { create } : 'noTarget';
}

/** A required attribute may not become unassigned by a null or an empty array (RFC 7643 §2.5). */
function refuseClearing(target: BoundAttribute): void {
  if ((target.subAttribute ?? target.attribute).required) {
    throw invalidValue(`${printAttribute(target)}: is required and must not be empty`);
  }
}

function refuseClearedParts(target: BoundAttribute, parts: JsonObject): void {
  for (const subAttribute of target.attribute.subAttributes ?? []) {
    if (parts[subAttribute.name] === null) refuseClearing({ ...target, subAttribute });
  }
}
