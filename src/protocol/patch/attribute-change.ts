import { type Dialect } from '../dialect/dialect.js';
import { invalidValue, mutability } from '../error/scim-error.js';
import { type BoundFilter } from '../filter/filter.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.js';
import { unlessEmpty, withoutNulls } from '../resource/attribute-access.js';
import { type IgnoredNames } from '../resource/ignored-names.js';
import { isMembers, readMemberIdsWork } from '../resource/member-ids.js';
import { refuseRemovingRequired } from '../resource/required-attributes.js';
import { readElements, readParts, readValue, wrongType } from '../resource/value-reader.js';
import { definitionOf, printAttribute, type BoundAttribute } from '../schema/attribute-path.js';
import { type Change } from './change-set.js';
import { elementToCreate } from './element-filter.js';
import { type PatchOperation } from './patch-message.js';
import { type PathSelection } from './patch-path.js';
import { type Work } from '../work.js';

/** A change before it is said which operation asked for it. */
export type PlannedChange = Change extends infer Each
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
  readonly ignored: IgnoredNames;
}

/** Every element: what a path such as `emails.type`, without a filter, is about. */
const EVERY_ELEMENT: BoundFilter = { kind: 'constant', value: true };

/**
 * The changes that an operation on a writable attribute stands for: RFC 7644 §3.5.2.1 to §3.5.2.3 say what add,
 * remove and replace do to it.
 *
 * @throws ScimError 400 `invalidValue` for a value of a wrong type, `mutability` for the removal of a required
 *   attribute and for changes inside a member
 */
export function* planAttribute(operation: AttributeOperation): Work<PlannedChange[]> {
  const { op, value, target } = operation;
  if (isMembers(target)) return yield* planMembers(operation);
  if (op === 'remove') return planRemove(operation);
  const { attribute, subAttribute } = target;
  if (attribute.multiValued && (operation.selection || subAttribute))
    return planUpdate(operation, value ?? null);
  if (definitionOf(target).multiValued) return planList(operation, value ?? null);
  return planSingle(operation, value ?? null);
}

/** RFC 7643 §4.2: the sub-attributes of a member are immutable, so members are added and removed only. */
function* planMembers({ op, target, selection, value }: AttributeOperation): Work<PlannedChange[]> {
  if (target.subAttribute || (selection && op !== 'remove')) {
    throw mutability('members: a member cannot be changed; add or remove it');
  }
  const whole = { attribute: target.attribute };
  if (selection)
    return [{ kind: 'removeValues', target: whole, selection: { kind: 'where', filter: selection.where } }];
  const isAbsent = value === undefined || value === null;
  if (op === 'remove' && isAbsent) return [{ kind: 'clear', target: whole }];
  const listed = op !== 'replace' && isJsonObject(value) ? [value] : (value ?? null);
  const ids = yield* readMemberIdsWork(listed, 'members');
  if (op === 'add' && ids.length === 0) return [];
  return [{ kind: `${op}Members`, target: whole, ids }];
}

function planRemove(operation: AttributeOperation): PlannedChange[] {
  const { target, selection, value } = operation;
  const { attribute, subAttribute } = target;
  if (selection && !subAttribute) {
    return [{ kind: 'removeValues', target, selection: { kind: 'where', filter: selection.where } }];
  }
  const isListed = definitionOf(target).multiValued && value !== undefined && value !== null;
  const values = isListed ? readListed(operation, value) : undefined;
  if (!values) refuseRemovingRequired(target);
  if (attribute.multiValued && subAttribute) {
    return [updateChange(operation, { [subAttribute.name]: values ?? null }, 'nothing')];
  }
  return values
    ? [{ kind: 'removeValues', target, selection: { kind: 'equalTo', values } }]
    : [{ kind: 'clear', target }];
}

/** The values of an attribute or sub-attribute of several, one of them also without an array. */
function readListed({ target, ignored }: AttributeOperation, value: Json): Json[] {
  const listed = isJsonArray(value) ? value : [value];
  return readElements(definitionOf(target), listed, printAttribute(target), ignored);
}

/** add and replace of all values of a multi-valued attribute; add also takes one value without an array. */
function planList(operation: AttributeOperation, value: Json): PlannedChange[] {
  const { op, target } = operation;
  const values = readValues(operation, value);
  if (op === 'add') return values.length === 0 ? [] : [{ kind: 'addValues', target, values }];
  if (values.length > 0) return [{ kind: 'replaceValues', target, values }];
  refuseClearing(target);
  return [{ kind: 'clear', target }];
}

function readValues(operation: AttributeOperation, value: Json): Json[] {
  if (value === null) return [];
  if (operation.op === 'add' || isJsonArray(value)) return readListed(operation, value);
  throw wrongType(printAttribute(operation.target), 'an array', value);
}

/** add and replace of a single-valued attribute or of one sub-attribute; a complex one keeps what is not named. */
function planSingle({ target, ignored }: AttributeOperation, value: Json): PlannedChange[] {
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
function planUpdate(operation: AttributeOperation, value: Json): PlannedChange[] {
  const { op, target, selection } = operation;
  const { subAttribute } = target;
  if (!subAttribute && value === null) {
    if (op === 'add' || !selection) return [];
    return [{ kind: 'removeValues', target, selection: { kind: 'where', filter: selection.where } }];
  }
  const set = readUpdate(operation, value);
  refuseClearedParts(target, set);
  if (!unlessEmpty(set)) return [];
  return [updateChange(operation, set, otherwise(operation, set))];
}

/** The sub-attributes to set in the selected elements. */
function readUpdate(operation: AttributeOperation, value: Json): JsonObject {
  const { op, target, ignored } = operation;
  const { attribute, subAttribute } = target;
  const place = printAttribute(target);
  if (subAttribute?.multiValued) {
    const values = readValues(operation, value);
    if (values.length === 0 && op === 'add') return {};
    return { [subAttribute.name]: values.length === 0 ? null : values };
  }
  if (subAttribute) return { [subAttribute.name]: readValue(subAttribute, value, place, ignored) ?? null };
  if (attribute.type === 'complex') return readParts(attribute, value, place, ignored);
  return { value: readValue({ ...attribute, multiValued: false }, value, place, ignored) ?? null };
}

type UpdateValues = Extract<PlannedChange, { kind: 'updateValues' }>;

function updateChange(
  { op, target: { subAttribute, ...target }, selection }: AttributeOperation,
  set: JsonObject,
  instead: UpdateValues['otherwise'],
): UpdateValues {
  const where = selection?.where ?? EVERY_ELEMENT;
  const change = { kind: 'updateValues', target, where, set, otherwise: instead } as const;
  return op === 'replace' || !subAttribute?.multiValued ? change : { values: op, ...change };
}

/**
 * What happens where no element matches. RFC 7644 §3.5.2.3 refuses a replace; an add creates the element, and so does a
 * lenient replace of a sub-attribute.
 */
function otherwise(
  { op, target, selection, dialect, ignored }: AttributeOperation,
  set: JsonObject,
): UpdateValues['otherwise'] {
  const mayCreate = op === 'add' || (dialect === 'lenient' && target.subAttribute !== undefined);
  if (!mayCreate) return 'noTarget';
  if (!unlessEmpty(withoutNulls(set))) return 'nothing';
  const create = selection ? elementToCreate(target, selection, set) : withoutNulls(set);
  if (create === undefined) return 'noTarget';
  // A filter may compare with what the attribute could not hold, such as an integer with 1.5.
  return {
    create: isJsonObject(create)
      ? readParts(target.attribute, create, printAttribute({ ...target }), ignored)
      : create,
  };
}

/** RFC 7643 §2.5: null and an empty array mean unassigned, which a required attribute may not become. */
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
