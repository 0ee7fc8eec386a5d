import { Counter, Gauge, type Registry } from 'prom-client';
import { type CompanyTransaction } from '../persistence/transaction/company-transaction.js';
import { type BodiesInFlight } from '../surfaces/http/bodies-in-flight.js';
import { type Spools } from '../surfaces/http/spools.js';

/** The resources of this process that are limited. */
export interface Resources {
  readonly transactions: CompanyTransaction;
  readonly bodies: BodiesInFlight;
  readonly spools: Spools;
}

/** Registers how much of each resource is in use at a scrape. */
export function registerResources(registry: Registry, { transactions, bodies, spools }: Resources): void {
  const registers = [registry];
  new Gauge({
    name: 'rollcall_gate_running_transactions',
    help: 'Transactions that hold a database connection, of companies (requests) and for looking credentials up.',
    labelNames: ['gate'],
    registers,
    collect() {
      for (const [gate, { running }] of Object.entries(transactions.usage().gates))
        this.set({ gate }, running);
    },
  });
  new Gauge({
    name: 'rollcall_gate_waiting_transactions',
    help: 'Transactions that wait for a database connection.',
    labelNames: ['gate'],
    registers,
    collect() {
      for (const [gate, { waiting }] of Object.entries(transactions.usage().gates))
        this.set({ gate }, waiting);
    },
  });
  new Counter({
    name: 'rollcall_gate_refused_transactions_total',
    help: 'Transactions that were refused because too many waited, or they had waited for too long.',
    labelNames: ['gate'],
    registers,
    collect() {
      this.reset();
      for (const [gate, { refused }] of Object.entries(transactions.usage().gates))
        this.inc({ gate }, refused);
    },
  });
  new Gauge({
    name: 'rollcall_database_connections',
    help: 'Open connections to the database.',
    labelNames: ['state'],
    registers,
    collect() {
      const { used, idle } = transactions.usage().connections;
      this.set({ state: 'used' }, used);
      this.set({ state: 'idle' }, idle);
    },
  });
  new Gauge({
    name: 'rollcall_database_connections_limit',
    help: 'Connections to the database that there may be.',
    registers,
    collect() {
      this.set(transactions.usage().connections.most);
    },
  });
  new Gauge({
    name: 'rollcall_bodies_in_flight_bytes',
    help: 'Bytes of request bodies that are worked on, of bodies over 64 KiB (large) and of others (small).',
    labelNames: ['size'],
    registers,
    collect() {
      for (const size of ['large', 'small'] as const) this.set({ size }, bodies[size].usage().bytes);
    },
  });
  new Gauge({
    name: 'rollcall_bodies_waiting',
    help: 'Requests that wait for room for their bodies.',
    labelNames: ['size'],
    registers,
    collect() {
      for (const size of ['large', 'small'] as const) this.set({ size }, bodies[size].usage().waiting);
    },
  });
  new Gauge({
    name: 'rollcall_spools',
    help: 'Large answers that wait for their clients.',
    registers,
    collect() {
      this.set(spools.usage().spools);
    },
  });
  new Gauge({
    name: 'rollcall_spool_files_bytes',
    help: 'Bytes of large answers in temporary files.',
    registers,
    collect() {
      this.set(spools.usage().bytes);
    },
  });
}
