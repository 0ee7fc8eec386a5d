import { rewriteLenientOperandWork, rewriteLenientPaths } from '../dialect/lenient-patch.js';
import { invalidPath, invalidValue, mutability, noTarget, ScimError } from '../error/scim-error.js';
import { FilterParser } from '../filter/filter.parser.js';
import { isJsonObject, type Json, type JsonObject } from '../json.js';
import { IgnoredNames, noteIgnored, noteReadOnly, shorten } from '../resource/ignored-names.js';
import { isPassword } from '../resource/password.js';
import { checkSchemas } from '../resource/read-resource.js';
import { isDerived, namesOf, wrongType } from '../resource/value-reader.js';
import {
  findByName,
  printAttribute,
  type BoundAttribute,
  type BoundExtension,
} from '../schema/attribute-path.js';
import { COMMON_ATTRIBUTES } from '../schema/common-attributes.js';
import { resemblingPath } from '../schema/resembling-names.js';
import { type ResourceType } from '../schema/schema.js';
import { finish, type Work } from '../work.js';
import { planAttribute, type PlannedChange } from './attribute-change.js';
import { type Change, type ChangeSet, type ReadOnlyClaim } from './change-set.js';
import { parsePatchMessage, type PatchMessageOptions, type PatchOperation } from './patch-message.js';
import { refuseLongPaths } from './patch-budget.js';
import { bindPatchPath, type BoundOperation, type PatchTarget } from './patch-path.js';

export interface PatchOptions extends PatchMessageOptions {
  /**
   * Whether a lenient reading leaves out names that resemble known ones, too, as a POST does. Absent: they are refused,
   * since a client that was told of success would not learn of its slip.
   */
  readonly leavesOutNearMisses?: boolean;
  /**
   * From the operand as a wire format has it to that of RFC 7644, once the path tells what it is about. Its errors name
   * their place themselves.
   */
  readonly decodeOperand?: (operation: BoundOperation, type: ResourceType) => BoundOperation;
}

interface Planning extends Pick<PatchOptions, 'dialect'> {
  readonly decodeOperand: PatchOptions['decodeOperand'] | undefined;
  readonly type: ResourceType;
  readonly ignored: IgnoredNames;
  readonly claims: ReadOnlyClaim[];
}

/** Turns the body of a PATCH, which RFC 7644 §3.5.2 makes a list of operations, into changes as data. Has no state. */
export class PatchOperationEngine {
  constructor(private readonly parser: FilterParser = new FilterParser()) {}

  /**
   * Plans a PATCH without reading the resource: paths and filters are bound, values checked, mutability judged as far
   * as the schema decides it. The lenient dialect's rewriting happens in here.
   *
   * @throws ScimError 400 `invalidSyntax`, `invalidPath`, `invalidFilter`, `invalidValue`, `mutability` or `noTarget`,
   *   413 for too many operations, `tooMany` for paths that are too long together; the detail begins with `Operations[i]`
   */
  plan(body: JsonObject, type: ResourceType, options: PatchOptions): ChangeSet {
    return finish(this.planWork(body, type, options));
  }

  /** The same as a work that may be interrupted. */
  *planWork(body: JsonObject, type: ResourceType, options: PatchOptions): Work<ChangeSet> {
    const { dialect, decodeOperand } = options;
    const sent = parsePatchMessage(body, options);
    refuseLongPaths(sent);
    const operations = dialect === 'lenient' ? rewriteLenientPaths(sent, type) : sent;
    const planning: Planning = { dialect, decodeOperand, type, ignored: new IgnoredNames(), claims: [] };
    const refusesNearMisses = dialect === 'lenient' && options.leavesOutNearMisses !== true;
    const given = refusesNearMisses ? keysOf(operations) : undefined;
    const changes: Change[] = [];
    for (const operation of operations) {
      const noted = planning.ignored.size;
      for (const change of yield* this.planOperation(operation, planning)) changes.push(change);
      if (given && planning.ignored.size > noted) {
        refuseNearMisses([...planning.ignored].slice(noted), operation.index, type, given);
      }
      yield;
    }
    return {
      changes,
      ignored: [...planning.ignored],
      repeated: planning.ignored.repeated,
      claims: planning.claims,
      severalPrimaries: dialect === 'lenient' ? 'firstWins' : 'refuse',
    };
  }

  private *planOperation(operation: PatchOperation, planning: Planning): Work<Change[]> {
    const { index: operationIndex } = operation;
    const { type, decodeOperand } = planning;
    const target = yield* atOperation(operationIndex, this.bind(operation, planning));
    const bound = { target, ...operation };
    const decoded = decodeOperand ? decodeOperand(bound, type) : bound;
    const planned = yield* atOperation(operationIndex, planOperand(decoded, planning));
    return planned.map((change) => ({ operationIndex, ...change }));
  }

  private *bind({ path, fromValue }: PatchOperation, { type, dialect }: Planning): Work<PatchTarget> {
    if (path === undefined) return { kind: 'resource' };
    try {
      return bindPatchPath(path, type, { dialect, parser: this.parser });
    } catch (error) {
      // A key that cannot be bound is an unknown name, unless its brackets show that a path was meant.
      const isName = fromValue && error instanceof ScimError && !path.includes('[');
      if (isName) return { kind: 'unknown', problem: 'is not an attribute of this resource type' };
      throw error;
    }
  }
}

/** The keys of values without a path, each with the place of its operation. */
function keysOf(operations: readonly PatchOperation[]): ReadonlySet<string> {
  const keys = operations.filter(({ fromValue }) => fromValue);
  return new Set(keys.map(({ index, path = '' }) => `${index} ${path.toLowerCase()}`));
}

/**
 * Refuses names that were left out and resemble a known one. Where the same value has that one as well, nothing that it
 * says is lost.
 */
function refuseNearMisses(
  names: readonly string[],
  index: number,
  type: ResourceType,
  given: ReadonlySet<string>,
): void {
  for (const name of names) {
    const meant = resemblingPath(name, type);
    if (meant === undefined || given.has(`${index} ${meant.toLowerCase()}`)) continue;
    throw invalidPath(`${name} is unknown; did you mean ${meant}?`).at(`Operations[${index}]`);
  }
}

/** Carries a step of planning out; the detail of its error begins with the operation's place in the request. */
function* atOperation<T>(index: number, step: Work<T>): Work<T> {
  try {
    return yield* step;
  } catch (error) {
    throw error instanceof ScimError ? error.at(`Operations[${index}]`) : error;
  }
}

function* planOperand(operation: BoundOperation, planning: Planning): Work<PlannedChange[]> {
  const isLenient = planning.dialect === 'lenient';
  return yield* planBound(isLenient ? yield* rewriteLenientOperandWork(operation) : operation, planning);
}

function* planBound({ target, ...operation }: BoundOperation, planning: Planning): Work<PlannedChange[]> {
  switch (target.kind) {
    case 'resource':
      return yield* planResource(operation, planning);
    case 'extension':
      return yield* planExtension(operation, target.target, planning);
    case 'attribute':
      return yield* planTarget(operation, target, planning);
    case 'password':
      requireValue(operation);
      return [];
    case 'unknown':
      return leaveOut(operation.path ?? '', target.problem, planning);
  }
}

/** RFC 7644 §3.5.2.1 and §3.5.2.3: without a path, the value is an object that names the attributes. */
function* planResource(operation: PatchOperation, planning: Planning): Work<PlannedChange[]> {
  const { op, value } = operation;
  if (op === 'remove') throw noTarget('remove needs a path');
  requireValue(operation);
  if (!isJsonObject(value)) throw wrongType('value', 'an object, since there is no path', value ?? null);
  const { type } = planning;
  return yield* eachName(value, function* (name, part) {
    const inner = { ...operation, value: part, fromValue: true as const };
    if (isPassword(type, name)) return [];
    const attribute = findByName([...COMMON_ATTRIBUTES, ...type.schema.attributes], name);
    if (attribute) return yield* planTarget(inner, { target: { attribute } }, planning);
    const extension = type.schemaExtensions.find(
      ({ schema }) => schema.id.toLowerCase() === name.toLowerCase(),
    );
    if (!extension) return leaveOut(name, 'is not an attribute of this resource type', planning);
    const { schema } = extension;
    return yield* planExtension(inner, { extension: schema.id, schema }, planning);
  });
}

/** An operation on a whole extension: the value's attributes are set, the others stay. */
function* planExtension(
  operation: PatchOperation,
  { extension, schema }: BoundExtension,
  planning: Planning,
): Work<PlannedChange[]> {
  const { op, value } = operation;
  requireValue(operation);
  if (op === 'remove' || (op === 'replace' && value === null)) {
    const isRequired = planning.type.schemaExtensions.some(
      (candidate) => candidate.schema.id === extension && candidate.required,
    );
    if (isRequired) throw mutability(`${extension}: is required and cannot be removed`);
    return [{ kind: 'clearExtension', extension }];
  }
  if (value === null) return [];
  if (!isJsonObject(value)) throw wrongType(extension, 'an object', value ?? null);
  return yield* eachName(value, function* (name, part) {
    const attribute = findByName(schema.attributes, name);
    if (!attribute)
      return leaveOut(`${extension}:${name}`, 'is not an attribute of this extension', planning);
    const inner = { ...operation, value: part, fromValue: true as const };
    return yield* planTarget(inner, { target: { extension, attribute } }, planning);
  });
}

function* planTarget(
  operation: PatchOperation,
  { target, selection }: Omit<Extract<PatchTarget, { kind: 'attribute' }>, 'kind'>,
  planning: Planning,
): Work<PlannedChange[]> {
  const { op, value } = operation;
  requireValue(operation);
  if (isReadOnly(target)) return planReadOnly(operation, target, planning);
  if (target.extension === undefined && target.attribute.name === 'schemas') {
    return planSchemas(operation, planning);
  }
  const { dialect, ignored } = planning;
  return yield* planAttribute({ op, target, ...(selection && { selection }), value, dialect, ignored });
}

/**
 * RFC 7644 §3.5.2: a path to a read-only attribute is refused. Where a value without a path repeats one, the claim is
 * compared with the stored value later.
 */
function planReadOnly(
  { index, fromValue, value }: PatchOperation,
  target: BoundAttribute,
  { dialect, ignored, claims }: Planning,
): PlannedChange[] {
  if (!fromValue) throw mutability(`${printAttribute(target)}: is read-only`);
  if (dialect === 'lenient') noteReadOnly(ignored, printAttribute(target), value ?? null);
  else claims.push({ operationIndex: index, target, value: value ?? null });
  return [];
}

/**
 * RFC 7643 §3: `schemas` names what the resource holds, so a PATCH may repeat it and not change it. One that would take
 * the core schema away is refused, rather than answered with success.
 */
function planSchemas({ op, value }: PatchOperation, { type, dialect, ignored }: Planning): PlannedChange[] {
  if (op === 'remove') throw mutability('schemas: is required and cannot be removed');
  if (dialect === 'strict') checkSchemas(value, type, dialect, op === 'replace');
  else if (!namesSchemasOf(type, value)) noteIgnored(ignored, 'schemas');
  return [];
}

/** Whether all that a value says are schemas of the type. */
function namesSchemasOf({ schema, schemaExtensions }: ResourceType, value: Json | undefined): boolean {
  const known = [schema, ...schemaExtensions.map((extension) => extension.schema)].map(({ id }) =>
    id.toLowerCase(),
  );
  const said: readonly (Json | undefined)[] = Array.isArray(value) ? value : [value];
  return said.every((uri) => typeof uri === 'string' && known.includes(uri.toLowerCase()));
}

function leaveOut(name: string, problem: string, { type, dialect, ignored }: Planning): PlannedChange[] {
  if (dialect === 'strict') {
    const meant = resemblingPath(name, type);
    const hint = meant === undefined ? '' : `; did you mean ${shorten(meant)}?`;
    throw invalidPath(`${shorten(name)} ${problem}${hint}`);
  }
  noteIgnored(ignored, name);
  return [];
}

function isReadOnly({ attribute, subAttribute }: BoundAttribute): boolean {
  return (
    attribute.mutability === 'readOnly' || (subAttribute !== undefined && isDerived(attribute, subAttribute))
  );
}

function requireValue({ op, value }: PatchOperation): void {
  if (op !== 'remove' && value === undefined) throw invalidValue(`${op} needs a value`);
}

function* eachName(
  value: JsonObject,
  plan: (name: string, part: Json) => Work<PlannedChange[]>,
): Work<PlannedChange[]> {
  namesOf(value);
  const planned: PlannedChange[] = [];
  for (const [name, part] of Object.entries(value)) planned.push(...(yield* plan(name, part)));
  return planned;
}
