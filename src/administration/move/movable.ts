import { KEYS_IN_USE, type KeysInUse } from '../../persistence/settings/note-keys.js';
import { AdministrationError } from '../administration.error.js';
import { CellDatabase } from './cell-database.js';

/** By how much the clocks of two servers may differ, in milliseconds: what is written there has to come after what came along. */
const LARGEST_SKEW_MS = 2000;
/** How many replication slots and processes a move takes: one that follows, and two that copy. */
const SLOTS = 3;

/** What has to be known of a database before a company moves from it or to it. */
export interface CellFacts {
  readonly cell: number;
  readonly keys: KeysInUse | undefined;
  readonly version: number;
}

interface Found {
  readonly version: number;
  readonly rollcall: boolean;
  readonly login: string;
  readonly superuser: boolean;
  readonly unbound: boolean;
  readonly replicates: boolean;
  readonly subscribes: boolean;
  readonly wal_level: string;
  readonly free_slots: number;
  readonly workers: number;
  readonly clock: Date;
  readonly identity: string;
}

const IDENTITY = "(SELECT system_identifier FROM pg_control_system()) || '/' || current_database()";

const FACTS = `SELECT current_setting('server_version_num')::integer AS version,
  to_regclass('public.companies') IS NOT NULL AND to_regclass('public.settings') IS NOT NULL AS rollcall,
  session_user AS login, r.rolsuper AS superuser, r.rolsuper OR r.rolbypassrls AS unbound,
  r.rolsuper OR r.rolreplication AS replicates,
  r.rolsuper OR coalesce((SELECT pg_has_role(session_user, p.oid, 'MEMBER') FROM pg_roles p
    WHERE p.rolname = 'pg_create_subscription'), false) AS subscribes,
  current_setting('wal_level') AS wal_level,
  current_setting('max_replication_slots')::integer - (SELECT count(*) FROM pg_replication_slots)::integer AS free_slots,
  current_setting('max_logical_replication_workers')::integer AS workers, clock_timestamp() AS clock,
  ${IDENTITY} AS identity
FROM pg_roles r WHERE r.rolname = session_user`;

/** @throws AdministrationError with what is in the way, and what would be right */
function refuse(why: string): never {
  throw new AdministrationError(why, 'conflict');
}

/** @throws AdministrationError where `--from-url` leads to another database than the program's own */
export async function requireSameDatabase(source: CellDatabase, ownUrl: string): Promise<void> {
  const own = await CellDatabase.open(ownUrl);
  try {
    const [here, named] = await Promise.all(
      [own, source].map((each) => each.row<{ identity: string }>(`SELECT ${IDENTITY} AS identity`)),
    );
    if (here?.identity !== named?.identity) {
      refuse(`--from-url leads to ${source.place}, which is another database than ${own.place}.`);
    }
  } finally {
    await own.close();
  }
}

/**
 * Looks whether companies can move from one database to the other.
 *
 * @throws AdministrationError where they can't
 */
export async function requireCells(
  source: CellDatabase,
  target: CellDatabase,
): Promise<{ readonly from: CellFacts; readonly to: CellFacts }> {
  const here = await source.row<Found>(FACTS);
  const there = await target.row<Found>(FACTS);
  if (!there.rollcall) {
    refuse(
      `${target.place} is no database of Rollcall. Start Rollcall there once, with the CELL of its own.`,
    );
  }
  if (here.identity === there.identity) refuse('--to leads to the database in which the company is already.');
  const from = await readFacts(source, here);
  const to = await readFacts(target, there);
  if (from.cell === to.cell) {
    refuse(
      `Both databases are cell ${from.cell}, so that their ids may clash. A cell gets its number, CELL, at its first start, and ` +
        'keeps it.',
    );
  }
  await requireSame(
    source,
    target,
    'migrations',
    'they are of different versions of Rollcall; start the same one on both',
  );
  await requireSame(
    source,
    target,
    'comparison',
    'they compare values in different ways; start both with the same schemas, and reindex the one that refuses',
  );
  requireKeys(from, to, target);
  requireServers(source, here, target, there);
  return { from, to };
}

async function readFacts(database: CellDatabase, { version }: Found): Promise<CellFacts> {
  const rows = await database.rows<{ key: string; value: string }>(
    'SELECT key, value FROM public.settings WHERE key = ANY ($1)',
    [['cell', KEYS_IN_USE]],
  );
  const settings = new Map(rows.map(({ key, value }) => [key, value]));
  const cell = settings.get('cell');
  if (cell === undefined)
    refuse(`${database.place} has not said yet which cell it is. Start Rollcall on it once.`);
  const keys = settings.get(KEYS_IN_USE);
  return {
    ...{ cell: Number(cell), version },
    keys: keys === undefined ? undefined : (JSON.parse(keys) as KeysInUse),
  };
}

const STATES = {
  migrations: "SELECT coalesce(string_agg(name, ' ' ORDER BY id), '') AS state FROM public.migrations",
  comparison: "SELECT coalesce((SELECT value FROM public.settings WHERE key = 'comparison'), '') AS state",
} as const;

async function requireSame(
  source: CellDatabase,
  target: CellDatabase,
  what: keyof typeof STATES,
  why: string,
): Promise<void> {
  const here = await source.row<{ state: string }>(STATES[what]);
  const there = await target.row<{ state: string }>(STATES[what]);
  if (here.state !== there.state) refuse(`The databases do not fit each other: ${why}.`);
}

function requireKeys(from: CellFacts, to: CellFacts, target: CellDatabase): void {
  for (const { keys, cell } of [from, to]) {
    if (keys === undefined)
      refuse(`Rollcall has not run on cell ${cell} yet, so its keys are not known. Start it there once.`);
  }
  if (from.keys?.secretKey === to.keys?.secretKey) return;
  refuse(
    `The cells have different keys, so that cursors and positions of the feed would not be understood in ${target.place}. Set ` +
      'SECRET_KEY to the same text in all cells, and restart them.',
  );
}

function requireServers(source: CellDatabase, here: Found, target: CellDatabase, there: Found): void {
  if (here.wal_level !== 'logical') {
    refuse(
      `wal_level of ${source.place} is ${here.wal_level}. Set wal_level = logical there, and restart PostgreSQL.`,
    );
  }
  if (here.free_slots < SLOTS) {
    refuse(
      `${source.place} has ${here.free_slots} free replication slots, and a move takes ${SLOTS}. Raise max_replication_slots.`,
    );
  }
  if (!here.replicates || !here.unbound) {
    refuse(
      `Login ${here.login} of ${source.place} may not copy whole tables. Let --from-url name a superuser, or let an administrator ` +
        `run: ALTER ROLE ${here.login} REPLICATION BYPASSRLS;`,
    );
  }
  if (!there.subscribes || !there.unbound) {
    refuse(
      `Login ${there.login} of ${target.place} may not receive tables. Let --to name a superuser` +
        (there.version >= 160_000
          ? `, or let an administrator run: GRANT pg_create_subscription TO ${there.login}; ALTER ROLE ${there.login} BYPASSRLS;`
          : '.'),
    );
  }
  if (there.workers < SLOTS) {
    refuse(
      `max_logical_replication_workers of ${target.place} is ${there.workers}, and a move takes ${SLOTS}. Raise it.`,
    );
  }
  const skew = Math.abs(here.clock.getTime() - there.clock.getTime());
  if (skew > LARGEST_SKEW_MS) {
    refuse(
      `The clocks of the two servers differ by ${Math.round(skew / 1000)} seconds, so that changes would come out of their order. ` +
        'Let both follow NTP.',
    );
  }
}

/**
 * Looks whether the target has room for the company.
 *
 * @throws AdministrationError where its slug or id is taken there
 */
export async function requireRoom(
  target: CellDatabase,
  { id, slug }: { readonly id: string; readonly slug: string },
): Promise<void> {
  const [taken] = await target.rows<{ id: string; slug: string; elsewhere: string | null }>(
    'SELECT id, slug, elsewhere FROM public.companies WHERE id = $1 OR slug = $2',
    [id, slug],
  );
  if (taken === undefined) return;
  if (taken.id !== id)
    refuse(`The target has another company ${slug}. Delete it there, or let this one stay.`);
  if (taken.elsewhere === 'arriving')
    refuse(`Company ${slug} is on its way to the target already. Go on with --resume, or --abort.`);
  if (taken.elsewhere === null) refuse(`Company ${slug} is in the target already, and is served there.`);
  refuse(
    `The target has what is left of company ${slug}, which was moved from there to cell ${taken.elsewhere}. It is removed when its ` +
      'grace is over; then it can move back.',
  );
}
