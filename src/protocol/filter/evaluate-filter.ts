import { isJsonObject, ownValue, type Json, type JsonObject } from '../json.js';
import { type BoundAttribute } from '../schema/attribute-path.js';
import { type AttributeDefinition } from '../schema/schema.js';
import { comparableText, hasPartsAsWritten } from '../text/comparable-text.js';
import { compareCodePoints } from '../text/fold-case.js';
import { type BoundFilter, type BoundValue, type CompareOperator } from './filter.js';
import { isVersion, withoutDerivedHash } from './version-text.js';

/** The values of a target where the filter is judged: one entry an element, undefined where it has none. */
type ReadValues = (target: BoundAttribute) => readonly (Json | undefined)[];

/**
 * Whether a filter holds for a resource in its full representation: `id`, `meta`, `schemas`, `members`, `groups`
 * and extensions under their URNs (RFC 7644 §3.4.2.2). What SQL finds is tested against this.
 */
export function evaluateFilter(filter: BoundFilter, resource: JsonObject): boolean {
  return holds(filter, resource, (target) => valuesInResource(target, resource));
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
 * On several values a comparison holds if it holds for any. `ne` also holds where there is no value at all, and
 * for an element that lacks the sub-attribute.
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
      return (candidate ?? missingBoolean(target)) === operand.value;
    case 'number':
      return typeof candidate === 'number' && ordered(operator, candidate - operand.value);
    case 'text':
      return typeof candidate === 'string' && matchesText(target, candidate, operator, operand.value);
  }
}

/** An element that does not say whether it is the primary one is not (RFC 7643 §2.4). */
function missingBoolean({ attribute, subAttribute }: BoundAttribute): boolean | undefined {
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
  const asWritten = isPart && hasPartsAsWritten(attribute);
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
    // Bind gives these to text alone; `ne` was turned into `eq` above.
    case 'ne':
    case 'co':
    case 'sw':
    case 'ew':
      return false;
  }
}

/** False and 0 are values; null, "" and whatever holds nothing else are none (RFC 7643 §2.5). */
function isPresent(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return false;
  if (typeof value !== 'object') return true;
  return (Array.isArray(value) ? (value as readonly Json[]) : Object.values(value)).some(isPresent);
}

function valuesInResource(target: BoundAttribute, resource: JsonObject): readonly (Json | undefined)[] {
  const { subAttribute } = target;
  return elementsOf(target, resource).flatMap((element) => valuesInElement(subAttribute, element));
}

/** The element itself where no sub-attribute is named; else the values of that, undefined where it has none. */
function valuesInElement(
  subAttribute: AttributeDefinition | undefined,
  element: Json,
): readonly (Json | undefined)[] {
  const value = subAttribute ? own(element, subAttribute.name) : element;
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}

/** The attribute's values: none if it is unassigned, one if it is single-valued. */
function elementsOf({ extension, attribute }: BoundAttribute, resource: JsonObject): readonly Json[] {
  const holder = extension === undefined ? resource : own(resource, extension);
  const value = own(holder, attribute.name);
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}

function own(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) ? ownValue(value, name) : undefined;
}
