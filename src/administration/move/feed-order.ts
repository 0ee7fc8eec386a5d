import { ADVISORY_LOCK } from '../../persistence/database/advisory-locks.js';
import { type CellDatabase } from './cell-database.js';

const STEP = 1024n;

/**
 * Lets the next place in the target's feed come behind all places of the source, so that who has followed the company there
 * goes on here. Places of two cells are never equal: each has its number in the last ten bits.
 */
export async function setFeedAhead(source: CellDatabase, target: CellDatabase, cell: number): Promise<void> {
  const { last } = await source.row<{ last: string }>(
    'SELECT last_value AS last FROM public.feed_position_seq',
  );
  await target.inTransaction(async () => {
    await target.rows('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCK.relay]);
    const own = await target.row<{ last: string; step: string }>(
      `SELECT s.last_value AS last, p.seqincrement AS step
         FROM public.feed_position_seq s, pg_sequence p WHERE p.seqrelid = 'public.feed_position_seq'::regclass`,
    );
    const isInSteps = BigInt(own.step) === STEP;
    if (isInSteps && BigInt(own.last) > BigInt(last)) return;
    const behind = BigInt(own.last) > BigInt(last) ? BigInt(own.last) : BigInt(last);
    // A database that was there before there were cells has counted by ones, below those of all others.
    const least = behind > FIRST ? behind : FIRST;
    const next = (least / STEP + 1n) * STEP + BigInt(cell);
    if (!isInSteps) await target.run(`ALTER SEQUENCE public.feed_position_seq INCREMENT BY ${STEP}`);
    await target.rows("SELECT setval('public.feed_position_seq', $1, false)", [next.toString()]);
  });
}

/** Where places begin that have a cell in them. */
const FIRST = 1n << 42n;
