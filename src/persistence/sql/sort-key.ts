import { type BoundAttribute } from '../../protocol/schema/attribute-path.js';
import { type AttributeDefinition, type ResourceType } from '../../protocol/schema/schema.js';
import { type AttributeSource, type ValueExpression } from './attribute-source.js';
import { sourceOf } from './find-source.js';
import { sql, type SqlFragment } from './sql-fragment.js';

/** What a list is sorted by, seen from a row `r`. */
export interface SortKey {
  readonly value: SqlFragment;
  /** The type of `value`; its text form, read as this type again, is the same value. */
  readonly type: 'text' | 'numeric' | 'timestamptz';
  /** Whether every row has a value, in a column whose index is in this order. */
  readonly indexed: boolean;
}

/** A cursor holds the key and has to fit into a URL. */
const COMPARED_CHARACTERS = sql`500`;

/**
 * What rows are sorted by. RFC 7644 §3.4.2.3: strings by their `caseExact`, so in compared form; of several values the
 * primary, else the first; a resource without value comes last in ascending order and first in descending order, where
 * PostgreSQL puts NULL.
 */
export function sortKey(by: BoundAttribute, type: ResourceType): SortKey {
  const source = sourceOf(by, { type, baseUri: '' });
  const subAttribute = by.subAttribute ?? by.attribute.subAttributes?.find(({ name }) => name === 'value');
  const key = keyOf(source.value(subAttribute), subAttribute ?? by.attribute);
  if (!source.elements) return key;
  const value = sql`(SELECT ${key.value} FROM ${source.elements.from} WHERE ${source.elements.where}
    ${orderOfElements(source, by)} LIMIT 1)`;
  return { ...key, value };
}

/** The key of rows whose type lacks the attribute: NULL. */
export function noKey(type: SortKey['type']): SqlFragment {
  if (type === 'numeric') return sql`NULL::numeric`;
  return type === 'timestamptz' ? sql`NULL::timestamptz` : sql`NULL::text COLLATE "C"`;
}

function keyOf(
  { text, json, instant, ordered }: ValueExpression,
  { type, required }: AttributeDefinition,
): SortKey {
  if (instant) return { value: instant, type: 'timestamptz', indexed: false };
  if (json && (type === 'integer' || type === 'decimal')) {
    // A value that was stored while the schema defined another type need not be a number.
    const number = sql`CASE WHEN jsonb_typeof(${json}) = 'number' THEN (${json})::numeric END`;
    return { value: sql`(${number})`, type: 'numeric', indexed: false };
  }
  if (!ordered)
    return { value: sql`nullif(left(${text}, ${COMPARED_CHARACTERS}), '')`, type: 'text', indexed: false };
  return required
    ? { value: text, type: 'text', indexed: true }
    : { value: sql`nullif(${text}, '')`, type: 'text', indexed: false };
}

/** Elements of a document are in the order of the array, rows of a derived attribute in that of their ids. */
function orderOfElements(source: AttributeSource, { attribute }: BoundAttribute): SqlFragment {
  const definition = (wanted: string): AttributeDefinition | undefined =>
    attribute.subAttributes?.find(({ name }) => name === wanted);
  const id = source.value(definition('value'));
  if (!id.json) return sql`ORDER BY ${id.text}`;
  const mark = definition('primary');
  if (!mark) return sql`ORDER BY e.place`;
  const primary = source.value(mark).json ?? sql`NULL::jsonb`;
  return sql`ORDER BY (${primary} = 'true') IS NOT TRUE, e.place`;
}
