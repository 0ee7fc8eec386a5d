import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { FeedLag } from '../../health/feed-lag.js';
import { outsideOfSpans } from '../../tracing/tracing.js';
import { type CompanyTransaction, type Statement } from '../transaction/company-transaction.js';

/** How many changes one statement moves: as many as take far less than a statement may. */
const BATCH = 5000;
/** Least time between two runs, so that one moves what many writes have left. */
const PAUSE_MS = 20;
/** How often it is looked for changes of processes that ended before they moved them. */
const IDLE_MS = 1000;

const MOVE: Statement = {
  name: 'journal.relay',
  text: 'SELECT relay_outbox($1) AS moved',
  values: [BATCH],
};
const LAG: Statement = { name: 'journal.lag', text: 'SELECT outbox_lag() AS seconds', values: [] };

/**
 * Gives committed changes their place in the feed, by `relay_outbox`. Every process does, soon after its own writes; of
 * several at the same moment the database lets one work. It takes no part in the transaction of a write.
 */
export class OutboxRelay extends FeedLag implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(OutboxRelay.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private lastRun = -Infinity;
  /** Whether a change was committed that the last run may not have seen. */
  private woken = false;
  private failing = false;
  private stopped = false;
  /** Called when changes have got their place in the feed, or another process is at it. */
  onMoved: () => void = () => undefined;

  constructor(private readonly transaction: Pick<CompanyTransaction, 'runOutsideCompany'>) {
    super();
  }

  /** An earlier process may have left changes behind. */
  onApplicationBootstrap(): void {
    this.runAfter(0);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** To be called after each COMMIT of a change. It returns at once and never throws. */
  wake(): void {
    if (this.woken || this.failing || this.stopped) return;
    this.woken = true;
    if (this.running === undefined) this.runAfter(this.lastRun + PAUSE_MS - performance.now());
  }

  override async seconds(): Promise<number> {
    const { rows } = await this.transaction.runOutsideCompany(LAG);
    return rows[0]?.['seconds'] as number;
  }

  private runAfter(delay: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => {
        this.running = outsideOfSpans(() => this.run());
      },
      Math.max(0, delay),
    ).unref();
  }

  private async run(): Promise<void> {
    this.lastRun = performance.now();
    this.woken = false;
    const isDone = await this.moveAll();
    this.running = undefined;
    if (!this.stopped) this.runAfter(this.failing || (isDone && !this.woken) ? IDLE_MS : PAUSE_MS);
  }

  /** @returns whether nothing is left; false where another process is at it, which may have looked too early */
  private async moveAll(): Promise<boolean> {
    try {
      let moved: number;
      do moved = await this.move();
      while (moved === BATCH && !this.stopped);
      this.failing = false;
      return moved >= 0;
    } catch (error) {
      if (!this.failing) this.logger.warn(`Changes can't be moved to the feed at present: ${String(error)}`);
      this.failing = true;
      return false;
    }
  }

  private async move(): Promise<number> {
    const { rows } = await this.transaction.runOutsideCompany(MOVE);
    const moved = Number(rows[0]?.['moved']);
    if (moved !== 0) this.onMoved();
    return moved;
  }
}
