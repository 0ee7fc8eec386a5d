import { type Settings } from '../../config/settings.js';
import { connectDirectly } from '../../persistence/database/server-check.js';
import { type Check, fail, ok, warn } from './check.js';

/** A connection, as far as it shows whether a pooler stands behind it. */
export interface Session {
  /** The id of the server's process that was named when the connection was opened. */
  readonly processID: number;
  query(text: string): Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[] }>;
  end(): Promise<void>;
}

/** `transaction`: two transactions of a connection may run in different sessions of the server. */
export type Pooling = 'none' | 'session' | 'transaction';

/**
 * Finds out what stands between this program and the server. A pooler names a process id of its own. One in transaction
 * mode gives the session of a connection to others between two transactions.
 */
export async function observePooling(open: () => Promise<Session>): Promise<Pooling> {
  const sessions: Session[] = [];
  try {
    const first = await open();
    sessions.push(first);
    const before = await processOf(first);
    if (before === first.processID) return 'none';
    const second = await open();
    sessions.push(second);
    await second.query('BEGIN');
    const beside = await processOf(second);
    const after = await processOf(first);
    await second.query('ROLLBACK');
    return beside === before || after !== before ? 'transaction' : 'session';
  } finally {
    for (const session of sessions) await session.end();
  }
}

async function processOf(session: Session): Promise<number> {
  const { rows } = await session.query('SELECT pg_backend_pid() AS pid');
  return Number(rows[0]?.['pid']);
}

/** Opens a connection to be observed. */
export const openSession = async (url: string): Promise<Session> =>
  (await connectDirectly(url)) as unknown as Session;

/**
 * @param direct what stands in front of the server for migrations, locks and commands
 * @param requests what does for requests
 */
export function judgePooling(
  direct: Pooling,
  requests: Pooling,
  { databasePooler }: Pick<Settings, 'databasePooler'>,
): Check {
  if (direct === 'transaction') {
    return fail(
      'Pooler',
      'migrations and locks go through a pooler in transaction mode, which loses them',
      'Let DATABASE_DIRECT_URL lead to the server itself.',
    );
  }
  if (requests === 'transaction' && databasePooler === 'none') {
    return fail(
      'Pooler',
      "requests go through a pooler in transaction mode, which loses the service's role and named statements",
      'Set DATABASE_POOLER=transaction.',
    );
  }
  if (requests !== 'transaction' && databasePooler === 'transaction') {
    return warn(
      'Pooler',
      'there is none in transaction mode, though DATABASE_POOLER says so',
      'Requests are faster with DATABASE_POOLER=none.',
    );
  }
  if (requests === 'transaction') return ok('Pooler', 'one in transaction mode, as DATABASE_POOLER says');
  return ok('Pooler', requests === 'session' ? 'one that keeps sessions' : 'none');
}
