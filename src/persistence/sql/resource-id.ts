const RESOURCE_ID = /^[0-7][0-9a-f]{15}$/;

/** The decimal digits of an id on the wire; undefined for any text that is not 16 lower-case hex digits of a positive 64-bit integer. */
export function readResourceId(text: string): string | undefined {
  return RESOURCE_ID.test(text) ? BigInt(`0x${text}`).toString() : undefined;
}

/** The id on the wire, 16 hex digits, of the decimal digits that PostgreSQL gives. */
export function formatResourceId(decimal: string): string {
  return BigInt(decimal).toString(16).padStart(16, '0');
}
