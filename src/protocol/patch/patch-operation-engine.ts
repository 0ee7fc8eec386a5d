import { type Dialect } from '../dialect/dialect.js';
import { rewriteLenientOperand, rewriteLenientPaths } from '../dialect/lenient-patch.js';
import { invalidPath, invalidValue, mutability, noTarget, ScimError } from '../error/scim-error.js';
import { FilterParser } from '../filter/filter.parser.js';
import { isJsonObject, type Json, type JsonObject } from '../json.js';
import { clip, noteIgnored } from '../resource/ignored-names.js';
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
import { type ResourceType } from '../schema/schema.js';
import { planAttribute, type PlannedChange } from './attribute-change.js';
import { type Change, type ChangeSet, type ReadOnlyClaim } from './change-set.js';
import { parsePatchMessage, type PatchMessageOptions, type PatchOperation } from './patch-message.js';
import { bindPatchPath, type BoundOperation, type PatchTarget } from './patch-path.js';

interface Planning {
  readonly type: ResourceType;
  readonly dialect: Dialect;
  readonly ignored: Set<string>;
  readonly claims: ReadOnlyClaim[];
}

/** Turns the body of a PATCH into changes as data (RFC 7644 §3.5.2); keeps nothing between calls. */
export class PatchOperationEngine {
  constructor(private readonly parser: FilterParser = new FilterParser()) {}

  /**
   * Plans a PATCH without reading the resource: paths and filters are bound, values checked, mutability judged as far
   * as the schema decides it. The lenient dialect's rewriting happens in here.
   *
   * @throws ScimError 400 `invalidSyntax`, `invalidPath`, `invalidFilter`, `invalidValue`, `mutability` or `noTarget`,
   *   413 for too many operations; the detail begins with `Operations[i]`
   */
  plan(body: JsonObject, type: ResourceType, options: PatchMessageOptions): ChangeSet {
    const { dialect } = options;
    const sent = parsePatchMessage(body, options);
    const operations = dialect === 'lenient' ? rewriteLenientPaths(sent, type) : sent;
    const planning: Planning = { type, dialect, ignored: new Set(), claims: [] };
    const changes = operations.flatMap((operation) => this.planAt(operation, planning));
    return {
      changes,
      ignored: [...planning.ignored],
      claims: planning.claims,
      severalPrimaries: dialect === 'lenient' ? 'firstWins' : 'refuse',
    };
  }

  private planAt(operation: PatchOperation, planning: Planning): Change[] {
    const operationIndex = operation.index;
    try {
      return this.planOperation(operation, planning).map((change) => ({ ...change, operationIndex }));
    } catch (error) {
      throw error instanceof ScimError ? error.at(`Operations[${operationIndex}]`) : error;
    }
  }

  private planOperation(operation: PatchOperation, planning: Planning): PlannedChange[] {
    const bound = { ...operation, target: this.bind(operation, planning) };
    return planBound(planning.dialect === 'lenient' ? rewriteLenientOperand(bound) : bound, planning);
  }

  private bind({ path, fromValue }: PatchOperation, { type, dialect }: Planning): PatchTarget {
    if (path === undefined) return { kind: 'resource' };
    try {
      return bindPatchPath(path, type, { dialect, parser: this.parser });
    } catch (error) {
      // A key that is no path is a name that nobody defined, unless its brackets say that a path was meant.
      const isName = fromValue && error instanceof ScimError && !path.includes('[');
      if (isName) return { kind: 'unknown', problem: 'is not an attribute of this resource type' };
      throw error;
    }
  }
}

function planBound({ target, ...operation }: BoundOperation, planning: Planning): PlannedChange[] {
  switch (target.kind) {
    case 'resource':
      return planResource(operation, planning);
    case 'extension':
      return planExtension(operation, target.target, planning);
    case 'attribute':
      return planTarget(operation, target, planning);
    case 'password':
      requireValue(operation);
      return [];
    case 'unknown':
      return leaveOut(operation.path ?? '', target.problem, planning);
  }
}

/** An operation without a path: its value names the attributes (RFC 7644 §3.5.2.1, §3.5.2.3). */
function planResource(operation: PatchOperation, planning: Planning): PlannedChange[] {
  const { op, value } = operation;
  if (op === 'remove') throw noTarget('remove needs a path');
  requireValue(operation);
  if (!isJsonObject(value)) throw wrongType('value', 'an object, since there is no path', value ?? null);
  const { type } = planning;
  return eachName(value, (name, part) => {
    const inner = { ...operation, value: part, fromValue: true as const };
    if (isPassword(type, name)) return [];
    const attribute = findByName([...COMMON_ATTRIBUTES, ...type.schema.attributes], name);
    if (attribute) return planTarget(inner, { target: { attribute } }, planning);
    const extension = type.schemaExtensions.find(
      ({ schema }) => schema.id.toLowerCase() === name.toLowerCase(),
    );
    if (!extension) return leaveOut(name, 'is not an attribute of this resource type', planning);
    const { schema } = extension;
    return planExtension(inner, { extension: schema.id, schema }, planning);
  });
}

/** An operation on a whole extension: the value's attributes are set, the others stay. */
function planExtension(
  operation: PatchOperation,
  { extension, schema }: BoundExtension,
  planning: Planning,
): PlannedChange[] {
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
  return eachName(value, (name, part) => {
    const attribute = findByName(schema.attributes, name);
    if (!attribute)
      return leaveOut(`${extension}:${name}`, 'is not an attribute of this extension', planning);
    const inner = { ...operation, value: part, fromValue: true as const };
    return planTarget(inner, { target: { extension, attribute } }, planning);
  });
}

function planTarget(
  operation: PatchOperation,
  { target, selection }: Omit<Extract<PatchTarget, { kind: 'attribute' }>, 'kind'>,
  planning: Planning,
): PlannedChange[] {
  const { op, value } = operation;
  requireValue(operation);
  if (isReadOnly(target)) return planReadOnly(operation, target, planning);
  if (target.extension === undefined && target.attribute.name === 'schemas') {
    return planSchemas(operation, planning);
  }
  const { dialect, ignored } = planning;
  return planAttribute({ op, target, ...(selection && { selection }), value, dialect, ignored });
}

/** A path to what no client may write is refused; a value that only repeats it may pass (RFC 7644 §3.5.2). */
function planReadOnly(
  { index, fromValue, value }: PatchOperation,
  target: BoundAttribute,
  { dialect, ignored, claims }: Planning,
): PlannedChange[] {
  if (!fromValue) throw mutability(`${printAttribute(target)}: is read-only`);
  if (dialect === 'lenient') noteIgnored(ignored, printAttribute(target));
  else claims.push({ operationIndex: index, target, value: value ?? null });
  return [];
}

/** `schemas` follows the data that a resource holds: it can be repeated, not changed (RFC 7643 §3). */
function planSchemas({ op, value }: PatchOperation, { type, dialect, ignored }: Planning): PlannedChange[] {
  if (op === 'remove') throw mutability('schemas: is required and cannot be removed');
  if (dialect === 'strict') checkSchemas(value ?? null, type, dialect);
  else noteIgnored(ignored, 'schemas');
  return [];
}

function leaveOut(name: string, problem: string, { dialect, ignored }: Planning): PlannedChange[] {
  if (dialect === 'strict') throw invalidPath(`${clip(name)} ${problem}`);
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

function eachName(value: JsonObject, plan: (name: string, part: Json) => PlannedChange[]): PlannedChange[] {
  namesOf(value);
  return Object.entries(value).flatMap(([name, part]) => plan(name, part));
}
