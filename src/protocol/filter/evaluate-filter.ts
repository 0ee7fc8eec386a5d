import { isJsonObject, ownValue, type Json, type JsonObject } from '../json.js';
import { type BoundAttribute } from '../schema/attribute-path.js';
import { type AttributeDefinition } from '../schema/schema.js';
import { comparableText, searchesOriginalText } from '../text/comparable-text.js';
import { compareCodePoints } from '../text/fold-case.js';
import { type BoundFilter, type BoundValue, type CompareOperator } from './filter.js';
import { isVersion, withoutDerivedHash } from './version-text.js';

/**
 * Reads the values of a target, in the resource or in one element: an entry for each element, undefined without
 * value.
 */
type ReadValues = (target: BoundAttribute) => readonly (Json | undefined)[];

/**
 * Whether a filter matches a resource. RFC 7644 §3.4.2.2 says what each operator means and that a multi-valued
 * attribute matches if one of its values does. The results of SQL are tested against this function.
 *
 * @param resource the full representation: `id`, `meta`, `schemas`, `members`, `groups`, and extensions under their
 *   URNs
 */
export function evaluateFilter(filter: BoundFilter, resource: JsonObject): boolean {
  return holds(filter, resource, (target) => valuesInResource(target, resource));
}

/** Whether one element of a multi-valued attribute fits the filter of a value path. */
export function fitsElement(filter: BoundFilter, element: Json): boolean {
  return holds(filter, {}, ({ subAttribute }) => valuesInElement(subAttribute, element));
}

function holds(filter: BoundFilter, resource: JsonObject, values: ReadValues): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.operands.every((operand) => holds(operand, resource, values));
    case 'or':
      return filter.operands.some((operand) => holds(operand, resource, values));
    case 'not':
      return !holds(filter.operand, resource, values);
    case 'present':
      return values(filter.target).some(isPresent);
    case 'compare':
      return compares(filter, values(filter.target));
    case 'valuePath':
      return elementsOf(filter.target, resource).some((element) =>
        holds(filter.filter, resource, ({ subAttribute }) => valuesInElement(subAttribute, element)),
      );
    case 'constant':
      return filter.value;
  }
}

/**
 * Whether a comparison holds for any of the values. `ne` holds too where there is no value at all, and for an element
 * that lacks the sub-attribute.
 */
function compares(
  { target, operator, value }: Extract<BoundFilter, { kind: 'compare' }>,
  values: readonly (Json | undefined)[],
): boolean {
  if (operator === 'ne') {
    return values.length === 0 || values.some((candidate) => !matches(target, candidate, 'eq', value));
  }
  return values.some((candidate) => matches(target, candidate, operator, value));
}

function matches(
  target: BoundAttribute,
  candidate: Json | undefined,
  operator: Exclude<CompareOperator, 'ne'>,
  operand: BoundValue,
): boolean {
  switch (operand.type) {
    case 'boolean':
      return (candidate ?? defaultBoolean(target)) === operand.value;
    case 'number':
      return typeof candidate === 'number' && ordered(operator, candidate - operand.value);
    case 'text':
      return typeof candidate === 'string' && matchesText(target, candidate, operator, operand.value);
  }
}

/**
 * The value of a boolean that is absent. RFC 7643 §2.4: an absent `primary` counts as false. Others have no value.
 */
function defaultBoolean({ attribute, subAttribute }: BoundAttribute): boolean | undefined {
  return attribute.multiValued && subAttribute?.name === 'primary' ? false : undefined;
}

function matchesText(
  target: BoundAttribute,
  candidate: string,
  operator: Exclude<CompareOperator, 'ne'>,
  operand: string,
): boolean {
  const attribute = target.subAttribute ?? target.attribute;
  const isPart = operator === 'co' || operator === 'sw' || operator === 'ew';
  const asWritten = isPart && searchesOriginalText(attribute);
  const compared = asWritten ? candidate : comparableText(attribute, candidate);
  const text = isVersion(target) ? withoutDerivedHash(compared) : compared;
  switch (operator) {
    case 'co':
      return text.includes(operand);
    case 'sw':
      return text.startsWith(operand);
    case 'ew':
      return text.endsWith(operand);
    case 'eq':
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le':
      return ordered(operator, compareCodePoints(text, operand));
  }
}

function ordered(operator: CompareOperator, order: number): boolean {
  switch (operator) {
    case 'eq':
      return order === 0;
    case 'gt':
      return order > 0;
    case 'ge':
      return order >= 0;
    case 'lt':
      return order < 0;
    case 'le':
      return order <= 0;
    // These do not get here: bind allows the substring operators for text only, and `compares` turns `ne` into `eq`.
    case 'ne':
    case 'co':
    case 'sw':
    case 'ew':
      return false;
  }
}

/**
 * RFC 7644 §3.4.2.2: `pr` matches a value that is neither null nor empty, and a complex or multi-valued attribute
 * that has such a value in it. False and 0 are values.
 */
function isPresent(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return false;
  if (typeof value !== 'object') return true;
  return (Array.isArray(value) ? (value as readonly Json[]) : Object.values(value)).some(isPresent);
}

function valuesInResource(target: BoundAttribute, resource: JsonObject): readonly (Json | undefined)[] {
  const { subAttribute } = target;
  return elementsOf(target, resource).flatMap((element) => valuesInElement(subAttribute, element));
}

/**
 * The element itself if there is no sub-attribute; else the sub-attribute's values, or undefined as the only entry.
 */
export function valuesInElement(
  subAttribute: AttributeDefinition | undefined,
  element: Json,
): readonly (Json | undefined)[] {
  const value = subAttribute ? memberOf(element, subAttribute.name) : element;
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}

/** The elements of an attribute: none if it is unassigned, one if it is single-valued. */
function elementsOf({ extension, attribute }: BoundAttribute, resource: JsonObject): readonly Json[] {
  const holder = extension === undefined ? resource : memberOf(resource, extension);
  const value = memberOf(holder, attribute.name);
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) ? ownValue(value, name) : undefined;
}
