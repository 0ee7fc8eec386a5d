import { type BoundAttribute } from '../../protocol/schema/attribute-path.js';
import { type AttributeDefinition, type ResourceType } from '../../protocol/schema/schema.js';
import { type AttributeSource, sourceOf, type ValueExpression } from './attribute-source.js';
import { sql, type SqlFragment } from './sql-fragment.js';

/**
 * What rows `r` are sorted by (RFC 7644 §3.4.2.3): the compared form; of several values the primary, else the
 * first. NULL where there is none, which PostgreSQL puts last in ascending order and first in descending order.
 */
export function sortKey(by: BoundAttribute, type: ResourceType): SqlFragment {
  const source = sourceOf(by, { type, baseUri: '' });
  const subAttribute = by.subAttribute ?? by.attribute.subAttributes?.find(({ name }) => name === 'value');
  const key = keyOf(source.value(subAttribute), subAttribute ?? by.attribute);
  if (!source.elements) return key;
  return sql`(SELECT ${key} FROM ${source.elements.from} WHERE ${source.elements.where}
    ${orderOfElements(source, by)} LIMIT 1)`;
}

function keyOf({ text, json, instant }: ValueExpression, { type }: AttributeDefinition): SqlFragment {
  if (instant) return instant;
  if (json && (type === 'integer' || type === 'decimal')) return sql`(${json})::numeric`;
  return sql`nullif(${text}, '')`;
}

/** The elements of a document have places, the rows behind derived attributes ids. */
function orderOfElements(source: AttributeSource, { attribute }: BoundAttribute): SqlFragment {
  const definition = (wanted: string): AttributeDefinition | undefined =>
    attribute.subAttributes?.find(({ name }) => name === wanted);
  const id = source.value(definition('value'));
  if (!id.json) return sql`ORDER BY ${id.text}`;
  const primary = source.value(definition('primary')).json ?? sql`NULL::jsonb`;
  return sql`ORDER BY (${primary} = 'true') IS NOT TRUE, e.place`;
}
