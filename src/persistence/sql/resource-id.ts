import { parameter, sql, type SqlFragment } from './sql-fragment.js';

const RESOURCE_ID = /^[0-7][0-9a-f]{15}$/;

/** Whether a text is the id of a resource: 16 lower-case hex digits of a positive 64-bit integer. Any other names nobody. */
export function isResourceId(text: string): boolean {
  return RESOURCE_ID.test(text);
}

/** An id as a bigint. Statements take ids by these two alone: here the text becomes the number that PostgreSQL keeps. */
export function idParameter(id: string): SqlFragment {
  return sql`${parameter(toNumber(id))}::bigint`;
}

/** Ids as a bigint[]. */
export function idsParameter(ids: readonly string[]): SqlFragment {
  return sql`${parameter(ids.map(toNumber))}::bigint[]`;
}

/** The id of the decimal digits that PostgreSQL gives, where a statement does not call `format_resource_id`. */
export function formatResourceId(decimal: string): string {
  return BigInt(decimal).toString(16).padStart(16, '0');
}

/** The decimal digits of an id; undefined for any other text. */
export function readResourceId(text: string): string | undefined {
  return isResourceId(text) ? toNumber(text) : undefined;
}

function toNumber(id: string): string {
  return BigInt(`0x${id}`).toString();
}
