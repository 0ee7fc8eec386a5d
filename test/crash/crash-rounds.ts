import { setTimeout as sleep } from 'node:timers/promises';
import { baseOf, killWithChildren, type Running } from '../support/process.js';
import { CompanyWriter } from './company-writer.js';
import { type CrashDatabase } from './crash-database.js';
import { query } from './query.js';
import { startServer } from './rollcall-process.js';
import { compareCompanies, countWrites, makeCompany, type WrittenCompany } from './written-company.js';

export type Killed = 'server' | 'database' | 'both';

/** What came of the rounds. */
export interface RoundFigures {
  acknowledged: number;
  /** Writes without an answer, or with one that tells no outcome. */
  unanswered: number;
  /** Writes that were refused while the database was away: they must have changed nothing. */
  unavailable: number;
  readonly lost: string[];
  readonly halfApplied: string[];
  /** Milliseconds from each kill until requests were served again. */
  readonly recoveries: number[];
}

const COMPANIES = ['acme', 'globex', 'initech'];
const WRITERS = 2;
/** A round's kill comes somewhere behind so many acknowledged writes, or as many and a half, or after this time for each. */
const LEAST_WRITES = 40;
const LONGEST_WRITE_MS = 500;
/** How long writers go on behind the kill of the database, which the server outlives. */
const AFTERMATH_MS = 300;
const RECOVERY_LIMIT_MS = 60_000;

/** Rollcall as a process over a database, with several companies that are written to, killed again and again. */
export class CrashRounds {
  private killedAt = 0;
  private databaseIsGone = false;

  private constructor(
    private readonly database: CrashDatabase,
    private readonly program: string,
    private server: Running,
    private readonly companies: readonly WrittenCompany[],
  ) {}

  /**
   * @param program path of the compiled `main.js`
   * @param moved how many members a change of a group brings, and how many it takes away
   */
  static async start(database: CrashDatabase, program: string, moved = 1): Promise<CrashRounds> {
    const server = startServer(database.settings, program);
    const base = await baseOf(server);
    const companies: WrittenCompany[] = [];
    for (const slug of COMPANIES) {
      const access = await makeCompany(database.urlOf('rollcall'), base, slug);
      const names = Array.from({ length: WRITERS }, (_, index) => `w${index}`);
      companies.push({ access, writers: names.map((name) => new CompanyWriter(name, access, moved)) });
    }
    return new CrashRounds(database, program, server, companies);
  }

  /**
   * Writes, kills, starts again, and compares.
   *
   * @param limit milliseconds after which no further round begins
   * @param writes after how many acknowledged writes the kill comes
   */
  async run(killed: Killed, rounds: number, limit = Infinity, writes = LEAST_WRITES): Promise<RoundFigures> {
    const deadline = Date.now() + limit;
    const figures: RoundFigures = {
      ...{ acknowledged: 0, unanswered: 0, unavailable: 0 },
      ...{ lost: [], halfApplied: [], recoveries: [] },
    };
    const before = this.counts();
    for (let round = 0; round < rounds && Date.now() < deadline; round += 1) {
      await this.writeAndKill(killed, round, writes);
      figures.recoveries.push(await this.recover());
      await this.compare(figures);
    }
    const after = this.counts();
    figures.acknowledged = after.acknowledged - before.acknowledged;
    figures.unanswered = after.unanswered - before.unanswered;
    figures.unavailable = after.unavailable - before.unavailable;
    return figures;
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  private async writeAndKill(killed: Killed, round: number, writes: number): Promise<void> {
    const base = await baseOf(this.server);
    let over = false;
    const writers = this.companies.flatMap((company) => company.writers);
    const writing = Promise.all(writers.map((writer) => writer.write(base, () => over)));
    const goal = this.counts().acknowledged + writes * (1 + Math.random() / 2);
    const deadline = Date.now() + writes * LONGEST_WRITE_MS;
    while (this.counts().acknowledged < goal && Date.now() < deadline) await sleep(1);
    await this.kill(killed, round);
    await sleep(killed === 'server' ? 0 : AFTERMATH_MS);
    over = true;
    await writing;
  }

  /** Of the database by turns its main process with all sessions, that one alone, and one session. */
  private async kill(killed: Killed, round: number): Promise<void> {
    const postmaster = this.database.postmaster()!;
    const session = killed === 'database' && round % 3 === 2 ? await this.busySession() : undefined;
    this.killedAt = Date.now();
    if (killed !== 'database') this.server.child.kill('SIGKILL');
    if (killed === 'server') return;
    if (session !== undefined) process.kill(session, 'SIGKILL');
    else if (killed === 'both' || round % 3 === 0) killWithChildren(postmaster);
    else process.kill(postmaster, 'SIGKILL');
    this.databaseIsGone = session === undefined;
  }

  /** The process id of a session that is at work for Rollcall. */
  private async busySession(): Promise<number> {
    const sessions = await query<{ pid: number }>(
      this.database.urlOf('postgres'),
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
          AND usename <> 'postgres' AND backend_type = 'client backend'
        ORDER BY xact_start NULLS LAST LIMIT 1`,
    );
    return sessions[0]!.pid;
  }

  /** @returns milliseconds since the kill */
  private async recover(): Promise<number> {
    if (this.databaseIsGone) await this.database.startAgain?.();
    this.databaseIsGone = false;
    if (this.server.child.killed) {
      await this.server.ended();
      this.server = startServer(this.database.settings, this.program);
    }
    const deadline = Date.now() + RECOVERY_LIMIT_MS;
    const ready = new URL('/health/ready', await this.baseOfServer(deadline));
    const isReady = async (): Promise<boolean> => (await fetch(ready)).status === 200;
    for (; !(await isReady()); await sleep(20))
      if (Date.now() > deadline) throw new Error(`Not ready after a kill: ${this.server.error()}`);
    return Date.now() - this.killedAt;
  }

  /** A server that does not reach the database ends, and is started again, as by whatever supervises it. */
  private async baseOfServer(deadline: number): Promise<string> {
    for (;;) {
      try {
        return await baseOf(this.server);
      } catch (error) {
        if (this.server.child.exitCode === null || Date.now() > deadline) throw error;
        this.server = startServer(this.database.settings, this.program);
      }
    }
  }

  /** Adds what is wrong to the figures. */
  async compare(figures: RoundFigures): Promise<void> {
    await compareCompanies(
      await baseOf(this.server),
      this.companies,
      this.database.urlOf('postgres'),
      figures,
    );
  }

  private counts(): ReturnType<typeof countWrites> {
    return countWrites(this.companies);
  }
}
