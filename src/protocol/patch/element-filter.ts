import { readTextualBoolean, readTextualNumber } from '../dialect/lenient-value.js';
import { evaluateFilter } from '../filter/evaluate-filter.js';
import { type BoundFilter, type Filter } from '../filter/filter.js';
import { numberIn, type Json, type JsonObject } from '../json.js';
import { withoutNulls } from '../resource/attribute-access.js';
import { findByName, type BoundAttribute } from '../schema/attribute-path.js';
import { type AttributeType } from '../schema/schema.js';
import { type PathSelection } from './patch-path.js';

/** Whether an element of a multi-valued attribute is one that the filter of a path selects. */
export function selectsElement(target: BoundAttribute, filter: BoundFilter, element: Json): boolean {
  const { subAttribute: _subAttribute, ...whole } = target;
  const { extension, attribute } = whole;
  const holder = { [attribute.name]: [element] };
  return evaluateFilter(
    { kind: 'valuePath', target: whole, filter },
    extension === undefined ? holder : { [extension]: holder },
  );
}

/**
 * The element to make where a filter selects none: what its `eq` terms say, with `set`. Undefined where that is not
 * an element that the filter would select, since then no following operation would find it.
 */
export function elementToCreate(
  target: BoundAttribute,
  { typed, where }: PathSelection,
  set: JsonObject,
): Json | undefined {
  if (target.attribute.type !== 'complex') {
    const { value = null } = set;
    return value !== null && selectsElement(target, where, value) ? value : undefined;
  }
  const terms = equalTerms(target, typed);
  if (terms.length === 0) return undefined;
  const element = { ...Object.fromEntries(terms), ...withoutNulls(set) };
  return selectsElement(target, where, element) ? element : undefined;
}

function equalTerms(target: BoundAttribute, filter: Filter): [string, Json][] {
  if (filter.kind === 'and') return filter.operands.flatMap((operand) => equalTerms(target, operand));
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return [];
  const subAttribute = findByName(target.attribute.subAttributes, filter.name.text);
  const { value, source } = filter.value;
  if (!subAttribute || value === null) return [];
  const single = valueOf(subAttribute.type, value, source);
  return [[subAttribute.name, subAttribute.multiValued ? [single] : single]];
}

function valueOf(type: AttributeType, value: string | number | boolean, source: string | undefined): Json {
  if (type === 'boolean') return readTextualBoolean(value);
  if (type === 'integer' || type === 'decimal') return numberIn(readTextualNumber(value)) ?? value;
  return source ?? value;
}
