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

/** A key has to fit a cursor and a cursor a URL; columns hold no more than 2,000 bytes in any case. */
const COMPARED_CHARACTERS = sql`500`;

/**
 * What rows are sorted by (RFC 7644 §3.4.2.3): the compared form; of several values the primary, else the first. NULL
 * where there is none, which PostgreSQL puts last in ascending order and first in descending order.
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

/** In place of a key, for a type that lacks the attribute. */
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
    // What was stored under another definition may be no number.
    const number = sql`CASE WHEN jsonb_typeof(${json}) = 'number' THEN (${json})::numeric END`;
    return { value: sql`(${number})`, type: 'numeric', indexed: false };
  }
  if (!ordered)
    return { value: sql`nullif(left(${text}, ${COMPARED_CHARACTERS}), '')`, type: 'text', indexed: false };
  return required
    ? { value: text, type: 'text', indexed: true }
    : { value: sql`nullif(${text}, '')`, type: 'text', indexed: false };
}

/** The elements of a document have places, the rows behind derived attributes ids. */
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
