import { Gauge, type Registry } from 'prom-client';
import { type AccessTokensStore } from '../access/access-tokens.store.js';
import { atMostEvery } from './at-most-every.js';

const FRESH_MS = 300_000;

/** Registers how many credentials end soon, counted at most every five minutes. */
export function registerCredentials(registry: Registry, tokens: AccessTokensStore): void {
  const gauge = new Gauge({
    name: 'rollcall_expiring_credentials',
    help: 'Access tokens and client secrets in force that end within so many days and have no successor.',
    labelNames: ['days'],
    registers: [registry],
    // Each process counts all of them.
    aggregator: 'max',
    collect: atMostEvery(FRESH_MS, async () => {
      for (const { days, credentials } of await tokens.countExpiring()) gauge.set({ days }, credentials);
    }),
  });
}
