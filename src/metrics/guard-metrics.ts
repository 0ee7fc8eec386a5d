import { Gauge, type Registry } from 'prom-client';
import { countHeldGuards } from '../persistence/guard/count-held-guards.js';
import { type CompanyTransaction } from '../persistence/transaction/company-transaction.js';
import { atMostEvery } from './at-most-every.js';

const FRESH_MS = 5000;

/** Registers in how many companies removals are held, counted at most every five seconds. */
export function registerGuards(registry: Registry, transactions: CompanyTransaction): void {
  const gauge: Gauge = new Gauge({
    name: 'rollcall_held_guards',
    help: 'Companies of which removals are held until somebody releases them.',
    registers: [registry],
    // Each process counts all of them.
    aggregator: 'max',
    collect: atMostEvery(FRESH_MS, async () => gauge.set(await countHeldGuards(transactions))),
  });
}
