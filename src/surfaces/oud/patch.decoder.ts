import { invalidPath, invalidSyntax, invalidValue } from '../../protocol/error/scim-error.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../protocol/json.js';
import { type BoundOperation, type PatchTarget } from '../../protocol/patch/patch-path.js';
import { shorten } from '../../protocol/resource/ignored-names.js';
import { isMembers } from '../../protocol/resource/member-ids.js';
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
 * The body of a PATCH with the words of RFC 7644 §3.5.2, which has `remove` for `delete`. The values follow when their
 * paths are bound: {@link decodeOperand}.
 *
 * @throws ScimError 400 for an unknown `op` and for an operation without `path`
 */
export function decodePatch(body: JsonObject, type: ResourceType): JsonObject {
  const entries = Object.entries(body).map(([name, value]): [string, Json] => {
    const lower = name.toLowerCase();
    if (lower === 'schemas' && typeof value === 'string') return [name, [value]];
    if (lower !== 'operations' || !isJsonArray(value)) return [name, value];
    return [name, value.map((operation, index) => decodeOperation(operation, `Operations[${index}]`, type))];
  });
  return Object.fromEntries(entries);
}

/**
 * The operation with its value as RFC 7644 §3.5.2 has it: taken out of the array where it stands in one for no other
 * reason than that all values do.
 *
 * @throws ScimError 400 `invalidValue` for no value where the operation is no delete, and for several where the path
 *   leads to one, and for null in place of members
 */
export function decodeOperand(operation: BoundOperation, type: ResourceType): BoundOperation {
  const { value, ...rest } = operation;
  const place = `Operations[${operation.index}].value`;
  if (value === undefined) {
    if (operation.op === 'remove') return operation;
    throw invalidValue(`${place}: is required, an array of the values to ${operation.op}`);
  }
  const decoded = decodeValueFor(operation.target, operation.op, value, place, type);
  return decoded === undefined ? rest : { ...rest, value: decoded };
}

function decodeOperation(operation: Json, place: string, { schema }: ResourceType): Json {
  if (!isJsonObject(operation)) {
    throw invalidSyntax(`${place}: expected an object with op, path and value`);
  }
  const given = (wanted: string): Json | undefined =>
    Object.entries(operation).find(([name]) => name.toLowerCase() === wanted)?.[1];
  const op = decodeOperator(given('op'), `${place}.op`);
  const path = given('path');
  if (typeof path !== 'string' || path.trim() === '') {
    throw invalidPath(`${place}.path: is required, such as ${schema.id}:displayName`);
  }
  return Object.fromEntries(
    Object.entries(operation).map(([name, part]) => [name, name.toLowerCase() === 'op' ? op : part]),
  );
}

function decodeOperator(op: Json | undefined, place: string): string {
  const lower = typeof op === 'string' ? op.toLowerCase() : '';
  const operator = Object.hasOwn(OPERATORS, lower) ? OPERATORS[lower] : undefined;
  if (operator !== undefined) return operator;
  const found = typeof op === 'string' ? `, got ${JSON.stringify(shorten(op))}` : '';
  throw invalidSyntax(`${place}: expected add, delete or replace${found}`);
}

/** The value in the form of RFC 7644 §3.5.2, which has none for some removals: then undefined. */
function decodeValueFor(
  target: PatchTarget,
  op: string,
  value: Json,
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
  if (value === null && isMembers(target) && !selection) {
    throw invalidValue(`${place}: expected an array of members, got null; [] stands for none`);
  }
  if (subAttribute || !selection) return decodeElements(definition, isJsonArray(value) ? value : [value]);
  if (op === 'remove') return undefined;
  return attribute.type === 'complex' ? onlyElement(value, place) : decodeSingle(attribute, value, place);
}

/** One value, which may be in an array; null for an empty array. */
function onlyElement(value: Json, place: string): Json {
  if (!isJsonArray(value)) return value;
  if (value.length > 1) throw invalidValue(`${place}: expected one object, got ${value.length} values`);
  return value[0] ?? null;
}
