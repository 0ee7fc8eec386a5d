import { setTimeout as sleep } from 'node:timers/promises';
import { CompanyWriter, type CompanyAccess } from '../crash/company-writer.js';
import { countWrites, type WrittenCompany } from '../crash/written-company.js';

/** How many writers a company has at a time. */
const WRITERS = 2;
/** How long a writer waits after a 503, as a client that is told to come back does. */
const PAUSE_MS = 100;
const LOOK_MS = 5;

interface CrewedCompany extends WrittenCompany {
  readonly writers: CompanyWriter[];
}

/**
 * Clients of several companies that go on writing whatever comes. Where the outcome of a write is not known, its writer
 * stops, since it could not tell what it would find, and another one takes its place.
 */
export class WriterCrew {
  readonly companies: readonly CrewedCompany[];
  private over = true;
  private work: Promise<unknown> = Promise.resolve();
  private longest = 0;

  constructor(accesses: readonly CompanyAccess[]) {
    this.companies = accesses.map((access) => ({ access, writers: [] }));
  }

  /** @param base SCIM base URL */
  begin(base: string): void {
    this.over = false;
    this.longest = 0;
    const lanes = this.companies.flatMap((company) =>
      Array.from({ length: WRITERS }, () => this.keepWriting(company, base)),
    );
    this.work = Promise.all([...lanes, this.watch()]);
  }

  /**
   * Lets the writes that are under way end.
   *
   * @returns the longest time in which no write was acknowledged, in milliseconds
   */
  async end(): Promise<number> {
    this.over = true;
    await this.work;
    return this.longest;
  }

  /**
   * Waits for so many acknowledged writes more.
   *
   * @throws Error where they do not come in time
   */
  async acknowledged(more: number, limitMs: number): Promise<void> {
    const goal = this.count() + more;
    for (const deadline = Date.now() + limitMs; this.count() < goal; await sleep(LOOK_MS))
      if (Date.now() > deadline)
        throw new Error(`No ${more} writes were acknowledged in ${limitMs / 1000} s.`);
  }

  private count(): number {
    return countWrites(this.companies).acknowledged;
  }

  private async keepWriting({ access, writers }: CrewedCompany, base: string): Promise<void> {
    while (!this.over) {
      const writer = new CompanyWriter(`w${writers.length}`, access, 1, PAUSE_MS);
      writers.push(writer);
      await writer.write(base, () => this.over);
      await sleep(PAUSE_MS);
    }
  }

  private async watch(): Promise<void> {
    let [count, since] = [this.count(), performance.now()];
    for (; !this.over; await sleep(LOOK_MS)) {
      const now = performance.now();
      this.longest = Math.max(this.longest, now - since);
      if (this.count() === count) continue;
      [count, since] = [this.count(), now];
    }
  }
}
