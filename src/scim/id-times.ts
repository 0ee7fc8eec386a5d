/** The first millisecond that an id can tell of; `resource_id_time` of PostgreSQL counts from the same. */
const EPOCH_MS = Date.UTC(2024, 0, 1);
/** How many bits of an id stand behind its milliseconds. */
const BITS = 22n;

/** What a bigint of PostgreSQL holds. Times that no id tells of are bounded by it: before 1954 and after 2093. */
const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/** The smallest id that can be drawn at a time, in decimal digits: ids of a time span lie between two of them. */
export const firstIdAt = (time: Date): string => bounded(firstAt(time.getTime())).toString();

/** The greatest id that can be drawn up to and in the millisecond of a time, in decimal digits. */
export const lastIdAt = (time: Date): string => bounded(firstAt(time.getTime() + 1) - 1n).toString();

/** The time at which an id was drawn. */
export const timeOfId = (id: bigint): Date => new Date(Number(id >> BITS) + EPOCH_MS);

const firstAt = (ms: number): bigint => BigInt(ms - EPOCH_MS) << BITS;

function bounded(id: bigint): bigint {
  if (id < LEAST) return LEAST;
  return id > MOST ? MOST : id;
}
