import { type Filter } from '../filter/filter.js';
import { isJsonArray, isJsonObject, type Json } from '../json.js';
import { type PatchOperation } from '../patch/patch-message.js';
import { type BoundOperation, type PatchTarget } from '../patch/patch-path.js';
import { isMembers } from '../resource/member-ids.js';
import { namesOf } from '../resource/value-reader.js';
import { definitionOf, type BoundAttribute } from '../schema/attribute-path.js';
import { pathOfPart } from '../schema/resembling-names.js';
import { type ResourceType } from '../schema/schema.js';
import { rewriteLenientExtension } from './lenient-resource.js';
import { type Work } from '../work.js';
import { emptyTextAsAbsent, readBareValue, rewriteElements, rewriteLenientValue } from './lenient-value.js';
import { readAttributeName, rewriteDraftUrn } from './schema-urns.js';

/**
 * The operations of a PATCH as identity providers send them, each with one path in the form that the RFC asks for,
 * still to be parsed. Their values follow once that is bound: {@link rewriteLenientOperandWork}.
 *
 * @throws ScimError 400 `invalidSyntax` for an attribute that stands twice in one value
 */
export function rewriteLenientPaths(
  operations: readonly PatchOperation[],
  type: ResourceType,
): PatchOperation[] {
  return operations
    .map((operation) => dropEmptyPath(operation, type))
    .flatMap((operation) => takeValueApart(operation, type))
    .map((operation) => rewritePath(operation, type));
}

/** `path: ""` and the bare URN of the core schema say no more than no path. */
export function dropEmptyPath(operation: PatchOperation, type: ResourceType): PatchOperation {
  const { path, ...rest } = operation;
  if (path === undefined) return operation;
  return path.trim() === '' || isCoreSchema(path, type) ? rest : operation;
}

const isCoreSchema = (path: string, type: ResourceType): boolean =>
  rewriteDraftUrn(path, type).toLowerCase() === type.schema.id.toLowerCase();

/**
 * Every key in the value of an operation without a path as an operation of its own, so that dotted keys, keys with
 * a URN and keys that are whole paths mean what they mean as paths. An array of such objects stands for each of them, and so
 * does an object below the bare URN of the core schema.
 */
export function takeValueApart(operation: PatchOperation, type: ResourceType): PatchOperation[] {
  const { index, op, path, value } = operation;
  if (path !== undefined || op === 'remove') return [operation];
  if (isJsonArray(value) && value.length > 0 && value.every(isJsonObject)) {
    return value.flatMap((part) => takeValueApart({ ...operation, value: part }, type));
  }
  if (!isJsonObject(value)) return [operation];
  namesOf(value, `Operations[${index}].value`);
  return Object.entries(value).flatMap(([key, part]) => {
    const taken = { index, op, value: part, fromValue: true } as const;
    return isCoreSchema(key, type) ? takeValueApart(taken, type) : { ...taken, path: key };
  });
}

function rewritePath(operation: PatchOperation, type: ResourceType): PatchOperation {
  const { path } = operation;
  if (path === undefined) return operation;
  return { ...operation, path: rewritePartName(readAttributeName(path, type, 'lenient'), type) };
}

/** `name.familyName` for `familyName`: the name of a part that only one attribute has, and that has one value. */
function rewritePartName(path: string, type: ResourceType): string {
  return pathOfPart(path.trim(), type) ?? path;
}

/**
 * The value of an operation, and of members what it is about, in the form that the RFC asks for. What cannot be
 * understood stays as it is: the engine says what is wrong with it.
 */
export function* rewriteLenientOperandWork(operation: BoundOperation): Work<BoundOperation> {
  const { target, value } = operation;
  switch (target.kind) {
    case 'extension': {
      const { attributes } = target.target.schema;
      return value === undefined
        ? operation
        : { ...operation, value: rewriteLenientExtension(attributes, value) };
    }
    case 'attribute':
      return isMembers(target.target)
        ? yield* rewriteMembers(operation, target)
        : rewriteValue(operation, target);
    case 'resource':
    case 'password':
    case 'unknown':
      return operation;
  }
}

type ToAttribute = Extract<PatchTarget, { kind: 'attribute' }>;

function rewriteValue(operation: BoundOperation, { target, selection }: ToAttribute): BoundOperation {
  const { op, value } = operation;
  const definition = definitionOf(target);
  const isList = definition.multiValued && (target.subAttribute !== undefined || !selection);
  if (op === 'remove' && !isList) return dropValue(operation);
  if (value === undefined) return operation;
  // Removing nothing must not come out as removing all.
  if (op === 'remove' && value === '') return { ...operation, value: [] };
  const read = !isList && definition.multiValued ? { ...definition, multiValued: false } : definition;
  const isScalar = value !== null && value !== '' && !isJsonArray(value) && !isJsonObject(value);
  const isOne = isScalar && (typeof value === 'string' || definition.type !== 'complex');
  const listed = isList && isOne ? [value] : value;
  return { ...operation, value: rewriteLenientValue(read, listed) };
}

/** A value next to a Remove never sets anything. */
export function dropValue<Operation extends PatchOperation>({
  value: _value,
  ...rest
}: Operation): Omit<Operation, 'value'> {
  return rest;
}

/** The forms of members that are in use: see the functions below. */
function* rewriteMembers(
  operation: BoundOperation,
  { target, selection }: ToAttribute,
): Work<BoundOperation> {
  const { op, value } = operation;
  if (selection) {
    if (target.subAttribute) return operation;
    if (op === 'remove') return dropValue(operation);
    return op === 'add' ? addByFilter(operation, target, selection.typed) : operation;
  }
  if (value === undefined || target.subAttribute) return operation;
  const members = unwrapMembers(value);
  // A wrapper around nothing names nobody, where null itself would mean all.
  if (members === null && value !== null) return { ...operation, value: [] };
  return { ...operation, value: yield* listMembers(operation, members, target) };
}

/** `members[value eq "x"]` with an add: the filter names whom to add, whatever the value is. */
function addByFilter(operation: BoundOperation, members: BoundAttribute, filter: Filter): BoundOperation {
  const ids = idsOf(filter);
  if (!ids) return operation;
  const target = { kind: 'attribute', target: members } as const;
  return { ...operation, target, value: ids.map((value) => ({ value })) };
}

/** `{members: […]}` where the path already says `members`. */
export function unwrapMembers(value: Json): Json {
  if (!isJsonObject(value)) return value;
  const [entry, ...others] = Object.entries(value);
  return entry && others.length === 0 && entry[0].toLowerCase() === 'members' ? entry[1] : value;
}

/**
 * One id, one object, or an array of either. An empty text or object is nobody, and never "all": what replaces the
 * members has to say so by an empty array or null.
 */
function* listMembers({ op }: PatchOperation, value: Json, { attribute }: BoundAttribute): Work<Json> {
  if (op === 'remove' && (value === '' || (isJsonObject(value) && Object.keys(value).length === 0)))
    return [];
  const absent = op === 'replace' ? value : emptyTextAsAbsent(attribute, value);
  if (absent === null) return null;
  const list = isJsonArray(absent) ? absent : [absent];
  return yield* rewriteElements(list, (member) => readBareValue(attribute, member));
}

/** The ids of a filter that is nothing but `value eq "…"` and `or`. */
function idsOf(filter: Filter): string[] | undefined {
  if (filter.kind === 'or') {
    const ids = filter.operands.map(idsOf);
    return ids.every((part) => part !== undefined) ? ids.flat() : undefined;
  }
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return undefined;
  if (filter.name.text.toLowerCase() !== 'value') return undefined;
  const id = filter.value.source ?? filter.value.value;
  return typeof id === 'string' ? [id] : undefined;
}
