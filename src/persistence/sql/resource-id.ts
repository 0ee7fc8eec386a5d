import { finish, SLICE, type Work } from '../../protocol/work.js';
import { parameter, sql, type SqlFragment } from './sql-fragment.js';

/** How many digits the id of a resource has. */
export const ID_LENGTH = 16;

const RESOURCE_ID = /^[0-7][0-9a-f]{15}$/;

/** Whether a text has the form of an id: 16 lower-case hex digits of a positive 64-bit integer. */
export function isResourceId(text: string): boolean {
  return RESOURCE_ID.test(text);
}

/** An id as a bigint. Every id goes into a statement by this function or {@link idsParameter}. */
export function idParameter(id: string): SqlFragment {
  return sql`${parameter(toNumber(id))}::bigint`;
}

/** Ids as a bigint[]. */
export function idsParameter(ids: readonly string[] | PreparedIds): SqlFragment {
  const { array } = 'array' in ids ? ids : finish(prepareIds(ids));
  return sql`${parameter(array)}::bigint[]`;
}

/** Many ids, made ready for a statement. */
export interface PreparedIds {
  readonly length: number;
  /** A bigint[] in PostgreSQL's binary form, which neither side has to read digit by digit. */
  readonly array: Buffer;
}

/** The type bigint, in the catalog of every PostgreSQL. */
const BIGINT_OID = 20;
/** What stands in front of the elements: dimensions, whether there are nulls, type, length, lower bound. */
const HEADER_INTS = 5;
const INT_BYTES = 4;
/** An element is its length in bytes and its bytes, which an id has as hex digits. */
const ELEMENT_LENGTH = '00000008';
const ELEMENT_BYTES = 12;

/** Makes ids ready, as a work that may be interrupted. */
export function* prepareIds(ids: readonly string[]): Work<PreparedIds> {
  const array = Buffer.alloc(HEADER_INTS * INT_BYTES + ids.length * ELEMENT_BYTES);
  [1, 0, BIGINT_OID, ids.length, 1].forEach((value, index) => array.writeInt32BE(value, index * INT_BYTES));
  let at = HEADER_INTS * INT_BYTES;
  for (let start = 0; start < ids.length; start += SLICE) {
    const elements = ids.slice(start, start + SLICE).map((id) => ELEMENT_LENGTH + id);
    at += array.write(elements.join(''), at, 'hex');
    yield;
  }
  if (at !== array.length) throw new TypeError('a text that is no id was to become one');
  return { length: ids.length, array };
}

/** An expression of the type bigint[] as {@link idsInHex} reads it. */
export const asHex = (ids: SqlFragment): SqlFragment => sql`encode(array_send(${ids}), 'hex')`;

/** The ids of a bigint[] that is not empty, by the hex digits of its binary form; none for null. */
export function idsInHex(array: string | null): readonly string[] {
  if (array === null) return [];
  const [header, element] = [HEADER_INTS * INT_BYTES * 2, ELEMENT_BYTES * 2];
  const ids = new Array<string>((array.length - header) / element);
  for (let index = 0; index < ids.length; index += 1) {
    const end = header + (index + 1) * element;
    ids[index] = array.slice(end - ID_LENGTH, end);
  }
  return ids;
}

/** The id for a bigint in PostgreSQL's decimal digits, where the statement does not call `format_resource_id`. */
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
