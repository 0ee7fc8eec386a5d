import { type AbortSignalLike } from '../../scim/abort-signal.js';
import { ClientGoneError } from '../../scim/client-gone.error.js';
import { CompanyBusyError, ServerBusyError } from './transaction-errors.js';

/** The part of all connections that one company may hold. */
const MAX_SHARE = 0.4;
/** The part that busy companies leave to all others, and the part that others leave to those that hold nothing. */
const BUSY_RESERVE = 0.5;
const RESERVE = 0.2;
/** A company that holds so many connections is busy. */
const MANY = 2;
const WAITING_PER_COMPANY = 500;
const WAITING_IN_ALL = 2000;

/**
 * A company that uses less than half a connection's time in the long run never counts as busy: each millisecond of use
 * is a debt of two, and one is forgiven in each millisecond. A short burst is no use to speak of, and no debt lasts
 * longer than ten seconds.
 */
const DEBT_PER_MS = 2;
const SMALL_DEBT_MS = 1000;
const MAX_DEBT_MS = 10_000;

/**
 * A company that owes less than this part of what another one owes does not count as busy either: where the database is
 * slow, small requests hold their connections for long too, and would wait behind those that make it slow.
 */
const LITTLE = 1 / 4;

/** What has held a connection for so long is slow. */
const SLOW_MS = 100;

/** How long a company that holds no connection waits for one before the pool counts as starved, in milliseconds. */
const STARVED_AFTER_MS = 1000;
/** How many companies are remembered before those that owe nothing are forgotten. */
const REMEMBERED = 1000;

export interface GateLimits {
  /** How many connections there are. */
  readonly connections: number;
  readonly perCompany: number;
  /** How many connections are kept from companies that are busy. */
  readonly busyReserve: number;
  /** How many connections are kept from companies that hold one. */
  readonly reserve: number;
  /** How many connections slow companies may hold together; Infinity where it does not matter who is slow. */
  readonly slow: number;
  /** How long a request waits for a connection, in milliseconds. */
  readonly longestWait: number;
  readonly waitingPerCompany: number;
  readonly waitingInAll: number;
}

/** The limits for a pool that all companies share. */
export function fairLimits(connections: number, longestWait: number, slow = Infinity): GateLimits {
  return {
    connections,
    perCompany: Math.max(1, Math.floor(connections * MAX_SHARE)),
    busyReserve: connections < 3 ? 0 : Math.max(1, Math.floor(connections * BUSY_RESERVE)),
    reserve: connections < 3 ? 0 : Math.max(1, Math.floor(connections * RESERVE)),
    slow,
    longestWait,
    waitingPerCompany: WAITING_PER_COMPANY,
    waitingInAll: WAITING_IN_ALL,
  };
}

/** The limits for looking credentials up, where each credential stands for a company: one never holds all connections. */
export function controlLimits(connections: number, longestWait: number): GateLimits {
  const waiting = { waitingPerCompany: WAITING_IN_ALL, waitingInAll: WAITING_IN_ALL };
  return {
    connections,
    perCompany: Math.max(1, connections - 1),
    busyReserve: 0,
    reserve: 0,
    slow: Infinity,
    longestWait,
    ...waiting,
  };
}

/** What goes through a gate at the moment. */
export interface GateUsage {
  /** How many connections are held. */
  readonly running: number;
  readonly waiting: number;
  /** How many have been refused since the start, because a queue was full or the wait too long. */
  readonly refused: number;
}

interface Waiter {
  readonly since: number;
  readonly enter: (leave: () => void) => void;
}

interface Company {
  held: number;
  /** The sum of the times at which it was given the connections that it holds. */
  heldSince: number;
  /** Its requests that wait, in their order. */
  readonly waiting: Set<Waiter>;
  /** The time at which its use of connections is forgiven. */
  clearAt: number;
  /** By the connection that it gave back last; `unknown` before that, and once its use is forgiven. */
  pace: 'unknown' | 'quick' | 'slow';
  /** Runs while its first connection has not become slow. */
  watch: NodeJS.Timeout | undefined;
}

/**
 * Shares the connections of a pool among companies. A request that can't have one at once waits: each company has a
 * queue of its own, and the queues take turns. A company is busy while it holds several connections, and as long as it has
 * used them for long lately. Busy companies have only a part of the connections among them: what they ask for is slow,
 * and the database has to have time for the small requests of the others too.
 *
 * Where the database has few processors, statements that last take them from all others. So a company begins with one
 * connection, and companies that hold connections for long have a few of them together; one that owes little beside the
 * others does not count as one of them.
 */
export class CompanyGate {
  private readonly companies = new Map<string, Company>();
  /** The companies with waiting requests; the one whose turn was longest ago comes first. */
  private readonly turns = new Set<Company>();
  /** The companies that hold connections. */
  private readonly holders = new Set<Company>();
  /** The latest time at which the use of one of the companies is forgiven. */
  private allClearAt = 0;
  private held = 0;
  private waiting = 0;
  private refused = 0;
  private forgetAt = REMEMBERED;

  constructor(private readonly limits: GateLimits) {}

  /**
   * Waits until the company may use another connection.
   *
   * @param signal aborted when nobody waits for the answer any more; the request then leaves the queue
   * @returns a function to be called once, when the connection was returned to the pool
   * @throws CompanyBusyError or ServerBusyError where the queues are full or the wait took too long
   * @throws ClientGoneError where `signal` is aborted
   */
  async enter(companyId: string, signal?: AbortSignalLike): Promise<() => void> {
    if (signal?.aborted) throw new ClientGoneError();
    const company = this.company(companyId);
    const now = performance.now();
    if (company.waiting.size > 0 || !this.admits(company, now)) return this.wait(company, signal);
    return this.take(company, now);
  }

  /** Whether a company that holds no connection has been waiting for one for too long, and not for other slow companies. */
  isStarved(): boolean {
    const now = performance.now();
    return [...this.turns].some((company) => {
      const [first] = company.waiting;
      const waitsLong = first !== undefined && first.since < now - STARVED_AFTER_MS;
      return company.held === 0 && waitsLong && this.leavesProcessors(company, now);
    });
  }

  usage(): GateUsage {
    return { running: this.held, waiting: this.waiting, refused: this.refused };
  }

  private async wait(company: Company, signal: AbortSignalLike | undefined): Promise<() => void> {
    const { waitingPerCompany, waitingInAll, longestWait } = this.limits;
    if (company.waiting.size >= waitingPerCompany) throw this.noteRefusal(new CompanyBusyError());
    if (this.waiting >= waitingInAll) throw this.noteRefusal(new ServerBusyError());
    const { promise, resolve, reject } = withResolvers<() => void>();
    const waiter: Waiter = { since: performance.now(), enter: resolve };
    const refuse = (error: Error): void => {
      this.remove(company, waiter);
      reject(error);
    };
    const abandon = (): void => refuse(new ClientGoneError());
    const timer = setTimeout(() => refuse(this.noteRefusal(this.busyError(company))), longestWait).unref();
    signal?.addEventListener('abort', abandon, { once: true });
    company.waiting.add(waiter);
    this.turns.add(company);
    this.waiting += 1;
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abandon);
    }
  }

  private noteRefusal(error: Error): Error {
    this.refused += 1;
    return error;
  }

  private busyError({ held }: Company): Error {
    return held < this.limits.perCompany ? new ServerBusyError() : new CompanyBusyError();
  }

  private remove(company: Company, waiter: Waiter): void {
    company.waiting.delete(waiter);
    this.waiting -= 1;
    if (company.waiting.size === 0) this.turns.delete(company);
  }

  private leave(company: Company, entered: number): void {
    const now = performance.now();
    const debt = Math.max(company.clearAt - now, 0) + DEBT_PER_MS * (now - entered);
    company.clearAt = now + Math.min(debt, MAX_DEBT_MS);
    this.allClearAt = Math.max(this.allClearAt, company.clearAt);
    clearTimeout(company.watch);
    company.pace = now - entered < SLOW_MS ? 'quick' : 'slow';
    company.held -= 1;
    company.heldSince -= entered;
    if (company.held === 0) this.holders.delete(company);
    this.held -= 1;
    this.serveAll(now);
  }

  private serveAll(now: number): void {
    for (let next = this.next(now); next !== undefined; next = this.next(now)) this.serve(next, now);
  }

  /**
   * The company whose turn it is. One that is not busy goes first, then the one that holds fewest connections, then the
   * one whose turn was longest ago.
   */
  private next(now: number): Company | undefined {
    let next: Company | undefined;
    let lowest = Infinity;
    for (const company of this.turns) {
      const rank = company.held + (this.isBusy(company, now) ? this.limits.connections : 0);
      if (rank < lowest && this.admits(company, now)) [next, lowest] = [company, rank];
    }
    return next;
  }

  private serve(company: Company, now: number): void {
    const [first] = company.waiting;
    if (first === undefined) throw new TypeError('A company without waiting requests had a turn');
    this.remove(company, first);
    this.turns.delete(company);
    if (company.waiting.size > 0) this.turns.add(company);
    first.enter(this.take(company, now));
  }

  private admits(company: Company, now: number): boolean {
    const { connections, perCompany, busyReserve, reserve } = this.limits;
    const leaves = company.held > 0 ? reserve : 0;
    const kept = this.isBusy(company, now) ? busyReserve : leaves;
    return company.held < perCompany && connections - this.held > kept && this.leavesProcessors(company, now);
  }

  /** Whether another connection of the company leaves processors of the database to others. */
  private leavesProcessors(company: Company, now: number): boolean {
    const { slow } = this.limits;
    if (slow === Infinity) return true;
    if (company.held > 0 && company.pace === 'unknown') return false;
    const startsAnew = company.held === 0 && debtOf(company, now) <= SMALL_DEBT_MS;
    if (startsAnew || !isSlow(company, now)) return true;
    const much = LITTLE * this.highestDebt(now);
    if (debtOf(company, now) < much) return true;
    const slowOnes = [...this.holders].filter((each) => isSlow(each, now) && debtOf(each, now) >= much);
    return slowOnes.reduce((sum, { held }) => sum + held, 0) < slow;
  }

  private isBusy(company: Company, now: number): boolean {
    const debt = debtOf(company, now);
    if (company.held < MANY && debt <= SMALL_DEBT_MS) return false;
    const highest = this.highestDebt(now);
    return highest <= SMALL_DEBT_MS || debt >= LITTLE * highest;
  }

  private highestDebt(now: number): number {
    const debts = [...this.holders].map((holder) => debtOf(holder, now));
    return Math.max(this.allClearAt - now, ...debts);
  }

  /** The company begins with one connection, and has more when it gives that back, or it has become slow. */
  private watch(company: Company): void {
    if (this.limits.slow === Infinity) return;
    company.pace = 'unknown';
    company.watch = setTimeout(() => {
      company.pace = 'slow';
      this.serveAll(performance.now());
    }, SLOW_MS).unref();
  }

  /** @returns what gives the connection back */
  private take(company: Company, now: number): () => void {
    if (company.held === 0 && company.clearAt <= now) this.watch(company);
    company.held += 1;
    company.heldSince += now;
    this.holders.add(company);
    this.held += 1;
    return () => this.leave(company, now);
  }

  private company(companyId: string): Company {
    const known = this.companies.get(companyId);
    if (known !== undefined) return known;
    if (this.companies.size >= this.forgetAt) this.forget();
    const company: Company = {
      held: 0,
      heldSince: 0,
      waiting: new Set(),
      clearAt: 0,
      pace: 'unknown',
      watch: undefined,
    };
    this.companies.set(companyId, company);
    return company;
  }

  private forget(): void {
    const now = performance.now();
    for (const [id, { held, waiting, clearAt }] of this.companies) {
      if (held === 0 && waiting.size === 0 && clearAt <= now) this.companies.delete(id);
    }
    this.forgetAt = Math.max(REMEMBERED, 2 * this.companies.size);
  }
}

/** Whether it held its last connection for long, or those that it holds have lasted long on average. */
const isSlow = ({ pace, held, heldSince }: Company, now: number): boolean =>
  pace === 'slow' || (held > 0 && now - heldSince / held >= SLOW_MS);

function debtOf({ held, heldSince, clearAt }: Company, now: number): number {
  return Math.max(clearAt - now, 0) + DEBT_PER_MS * (held * now - heldSince);
}

interface Resolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function withResolvers<T>(): Resolvers<T> {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((...functions) => ([resolve, reject] = functions));
  return { promise, resolve, reject };
}
