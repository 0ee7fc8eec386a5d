import { invalidPath, invalidSyntax, invalidValue, ScimError } from '../../protocol/error/scim-error.js';
import { type FilterParser } from '../../protocol/filter/filter.parser.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../protocol/json.js';
import { bindPatchPath, type PatchTarget } from '../../protocol/patch/patch-path.js';
import { clip } from '../../protocol/resource/ignored-names.js';
import { COMMON_ATTRIBUTES } from '../../protocol/schema/common-attributes.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { decodeAttributes } from './resource.decoder.js';
import { decodeElements, decodeSingle } from './value.decoder.js';

const OPERATORS: Readonly<Record<string, string>> = {
  add: 'add',
  delete: 'remove',
  remove: 'remove',
  replace: 'replace',
};

/**
 * The body of a PATCH as RFC 7644 §3.5.2 has it: `delete` is `remove`, and a value that stands in an array for no
 * other reason than that all values do is taken out.
 *
 * @throws ScimError 400 for an unknown `op`, an operation without `path`, one without `value` that is no delete, and
 *   several values where the path leads to one
 */
export function decodePatch(body: JsonObject, type: ResourceType, parser: FilterParser): JsonObject {
  const entries = Object.entries(body).map(([name, value]): [string, Json] => {
    const lower = name.toLowerCase();
    if (lower === 'schemas' && typeof value === 'string') return [name, [value]];
    if (lower !== 'operations' || !isJsonArray(value)) return [name, value];
    return [
      name,
      value.map((operation, index) => decodeOperation(operation, `Operations[${index}]`, type, parser)),
    ];
  });
  return Object.fromEntries(entries);
}

function decodeOperation(operation: Json, place: string, type: ResourceType, parser: FilterParser): Json {
  if (!isJsonObject(operation)) {
    throw invalidSyntax(`${place}: expected an object with op, path and value`);
  }
  const given = (wanted: string): Json | undefined =>
    Object.entries(operation).find(([name]) => name.toLowerCase() === wanted)?.[1];
  const op = decodeOperator(given('op'), `${place}.op`);
  const target = bindTarget(given('path'), place, type, parser);
  const value = given('value');
  if (value === undefined && op !== 'remove') {
    throw invalidValue(`${place}.value: is required, an array of the values to ${op}`);
  }
  const decoded = value === undefined ? undefined : decodeOperand(op, value, target, `${place}.value`, type);
  const entries = Object.entries(operation).flatMap(([name, part]): [string, Json][] => {
    const lower = name.toLowerCase();
    if (lower === 'op') return [[name, op]];
    if (lower !== 'value') return [[name, part]];
    return decoded === undefined ? [] : [[name, decoded]];
  });
  return Object.fromEntries(entries);
}

function decodeOperator(op: Json | undefined, place: string): string {
  const lower = typeof op === 'string' ? op.toLowerCase() : '';
  const operator = Object.hasOwn(OPERATORS, lower) ? OPERATORS[lower] : undefined;
  if (operator !== undefined) return operator;
  const found = typeof op === 'string' ? `, got ${JSON.stringify(clip(op))}` : '';
  throw invalidSyntax(`${place}: expected add, delete or replace${found}`);
}

function bindTarget(
  path: Json | undefined,
  place: string,
  type: ResourceType,
  parser: FilterParser,
): PatchTarget {
  if (typeof path !== 'string' || path.trim() === '') {
    throw invalidPath(`${place}.path: is required, such as ${type.schema.id}:displayName`);
  }
  try {
    return bindPatchPath(path, type, { dialect: 'strict', parser });
  } catch (error) {
    throw error instanceof ScimError ? error.at(place) : error;
  }
}

/** Undefined: the operation is meant without a value. */
function decodeOperand(
  op: string,
  value: Json,
  target: PatchTarget,
  place: string,
  type: ResourceType,
): Json | undefined {
  switch (target.kind) {
    case 'attribute':
      return decodeForAttribute(op, value, target, place);
    case 'resource':
      return decodeAttributes(
        onlyElement(value, place),
        [...COMMON_ATTRIBUTES, ...type.schema.attributes],
        type.schema.id,
      );
    case 'extension': {
      const { extension, schema } = target.target;
      const object = onlyElement(value, place);
      if (op !== 'remove') return decodeAttributes(object, schema.attributes, extension);
      if (object !== null) throw invalidValue(`${place}: deleting a whole extension takes no value`);
      return undefined;
    }
    case 'password':
    case 'unknown':
      return value;
  }
}

function decodeForAttribute(
  op: string,
  value: Json,
  { target, selection }: Extract<PatchTarget, { kind: 'attribute' }>,
  place: string,
): Json | undefined {
  const { attribute, subAttribute } = target;
  const definition = subAttribute ?? attribute;
  if (!definition.multiValued) return decodeSingle(definition, value, place);
  if (subAttribute || !selection) return decodeElements(definition, isJsonArray(value) ? value : [value]);
  if (op === 'remove') return undefined;
  return attribute.type === 'complex' ? onlyElement(value, place) : decodeSingle(attribute, value, place);
}

/** The value of what takes one, in an array or not; null for an empty array. */
function onlyElement(value: Json, place: string): Json {
  if (!isJsonArray(value)) return value;
  if (value.length > 1) throw invalidValue(`${place}: expected one object, got ${value.length} values`);
  return value[0] ?? null;
}
