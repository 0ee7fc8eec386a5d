import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { UnavailableError } from '../protocol/error/unavailable.error.js';
import { type AbortSignalLike } from '../scim/abort-signal.js';
import { FeedStore } from './feed.store.js';

/** How often changes of other processes are looked for, while anybody waits. */
const LOOK_MS = 100;
/** The part of all places for waiting that one reader may take. */
const SHARE = 1 / 4;
const RETRY_SECONDS = 5;

/** A reader, and the companies whose changes wake it. */
export interface Watched {
  readonly id: string;
  /** Ids in decimal digits; `all` for every company, also those to come. */
  readonly companies: readonly string[] | 'all';
}

/** A request that waits for changes. */
export interface Waiter {
  /** Resolves when there are changes since the last call, or since it was opened; when the time is over; when the server stops. */
  changed(milliseconds: number, signal?: AbortSignalLike): Promise<void>;
  /** To be called once, when the request no longer waits. */
  close(): void;
}

/**
 * Wakes requests that wait for changes of their companies. However many wait, the database is asked one question: which
 * companies have anything new. It is asked when this process has given changes their place in the feed and, while anybody
 * waits, ten times a second for changes of other processes.
 */
@Injectable()
export class FeedWatch implements OnModuleDestroy {
  private readonly most: number;
  private readonly mostOfOne: number;
  private readonly waiters = new Set<OpenWaiter>();
  private readonly ofAll = new Set<OpenWaiter>();
  private readonly byCompany = new Map<string, Set<OpenWaiter>>();
  private readonly byReader = new Map<string, number>();
  /** The place in the feed up to which was looked; undefined while nobody waits. */
  private head: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private looking = false;
  private lookAgain = false;
  private stopped = false;

  constructor(
    private readonly store: FeedStore,
    @Inject(SETTINGS) { feedWaiters }: Pick<Settings, 'feedWaiters'>,
  ) {
    this.most = feedWaiters;
    this.mostOfOne = Math.max(1, Math.floor(feedWaiters * SHARE));
    store.onMoved(() => this.look());
  }

  /** Wakes everybody, so that their requests end before the server does. */
  onModuleDestroy(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    for (const waiter of this.waiters) waiter.wake();
  }

  /** Whether the server is stopping, so that nobody may wait. */
  get isStopped(): boolean {
    return this.stopped;
  }

  /** How many requests wait. */
  get size(): number {
    return this.waiters.size;
  }

  /**
   * Begins to note changes. A reader that opens this, then reads the feed, and then waits misses none.
   *
   * @throws UnavailableError where too many requests wait already
   */
  open(watched: Watched): Waiter {
    const own = this.byReader.get(watched.id) ?? 0;
    if (this.waiters.size >= this.most || own >= this.mostOfOne) {
      throw new UnavailableError(
        `Too many requests wait for changes: at most ${this.most} may, and ${this.mostOfOne} of one credential. Ask ` +
          'again later, or with wait=0.',
        RETRY_SECONDS,
      );
    }
    const waiter = new OpenWaiter(() => this.forget(watched, waiter));
    this.waiters.add(waiter);
    this.byReader.set(watched.id, own + 1);
    for (const set of this.setsOf(watched)) set.add(waiter);
    if (this.stopped) waiter.wake();
    else this.timer ??= this.startTimer();
    return waiter;
  }

  private setsOf({ companies }: Watched): readonly Set<OpenWaiter>[] {
    if (companies === 'all') return [this.ofAll];
    return companies.map((company) => {
      const known = this.byCompany.get(company) ?? new Set();
      this.byCompany.set(company, known);
      return known;
    });
  }

  private forget(watched: Watched, waiter: OpenWaiter): void {
    this.waiters.delete(waiter);
    this.ofAll.delete(waiter);
    const left = (this.byReader.get(watched.id) ?? 0) - 1;
    if (left > 0) this.byReader.set(watched.id, left);
    else this.byReader.delete(watched.id);
    if (watched.companies === 'all') return;
    for (const company of watched.companies) {
      const set = this.byCompany.get(company);
      set?.delete(waiter);
      if (set?.size === 0) this.byCompany.delete(company);
    }
  }

  private startTimer(): NodeJS.Timeout {
    return setTimeout(() => {
      this.timer = undefined;
      this.look();
    }, LOOK_MS).unref();
  }

  /** Asks for news, one question at a time. It never throws. */
  private look(): void {
    if (this.waiters.size === 0 || this.stopped) {
      this.head = undefined;
      return;
    }
    if (this.looking) {
      this.lookAgain = true;
      return;
    }
    this.looking = true;
    this.lookAgain = false;
    this.ask()
      // Those who wait read the feed when their time is over, and get the error there.
      .catch(() => undefined)
      .finally(() => {
        this.looking = false;
        if (this.lookAgain) this.look();
        else if (!this.stopped && this.waiters.size > 0) this.timer ??= this.startTimer();
      });
  }

  private async ask(): Promise<void> {
    const before = this.head;
    const { head, companies } = await this.store.news(before);
    this.head = head;
    // This was the first look: whether anything came since those who wait have read is not known, so they read again.
    if (before === undefined) for (const waiter of this.waiters) waiter.wake();
    if (companies.length === 0) return;
    for (const waiter of this.ofAll) waiter.wake();
    for (const company of companies) for (const waiter of this.byCompany.get(company) ?? []) waiter.wake();
  }
}

class OpenWaiter implements Waiter {
  private isDue = false;
  private notify: (() => void) | undefined;

  constructor(readonly close: () => void) {}

  wake(): void {
    this.isDue = true;
    this.notify?.();
  }

  async changed(milliseconds: number, signal?: AbortSignalLike): Promise<void> {
    if (!this.isDue && milliseconds > 0 && signal?.aborted !== true) {
      await new Promise<void>((resolve) => {
        const leave = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', leave);
          resolve();
        };
        const timer = setTimeout(leave, milliseconds);
        signal?.addEventListener('abort', leave, { once: true });
        this.notify = leave;
      });
    }
    this.isDue = false;
    this.notify = undefined;
  }
}
