import { once } from 'node:events';

/**
 * Resolves at the first SIGTERM or SIGINT, and where standard output is a terminal at SIGHUP, which comes when that is closed.
 * Elsewhere SIGHUP does what it did: under `nohup` it is ignored. Later ones are ignored: a terminal sends SIGINT to npm as
 * well, and npm passes it on a second time.
 */
export async function stopRequested(): Promise<undefined> {
  const signals = ['SIGTERM', 'SIGINT', ...(process.stdout.isTTY ? (['SIGHUP'] as const) : [])] as const;
  for (const signal of signals) process.on(signal, () => undefined);
  await Promise.race(signals.map((signal) => once(process, signal)));
}
