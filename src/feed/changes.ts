import { Injectable } from '@nestjs/common';
import { type Change } from './change.js';
import { type ChangeType } from './change-types.js';
import { ChangeIds } from './change-ids.js';
import { type FeedPosition } from './feed-positions.js';
import { FeedStore, type FeedReader } from './feed.store.js';
import { FeedWatch } from './feed-watch.js';
import { toChange } from './to-change.js';

/** Which changes somebody asks for. */
export interface ChangesRequest {
  readonly reader: FeedReader;
  /** Undefined for the beginning of what is kept. */
  readonly after: FeedPosition | 'now' | undefined;
  /** Undefined for all. */
  readonly types: readonly ChangeType[] | undefined;
  readonly limit: number;
  /** How long to wait for a change, in milliseconds. */
  readonly wait: number;
  /** The address of all members of a change, by the slug of its company and its id. */
  readonly urlOfMembers: (slug: string, id: string) => string;
}

/** Changes, and where to go on. */
export interface ChangesPart {
  readonly changes: readonly Change[];
  readonly next: FeedPosition;
  readonly more: boolean;
}

/** The reader has missed changes that are kept no longer. `oldest` leads to those that are. */
export class FeedGapError extends Error {
  constructor(readonly oldest: FeedPosition) {
    super('changes behind this position are kept no longer');
    this.name = 'FeedGapError';
  }
}

/** The feed as the platform API and webhooks read it. */
@Injectable()
export class Changes {
  constructor(
    private readonly store: FeedStore,
    private readonly ids: ChangeIds,
    private readonly watch: FeedWatch,
  ) {}

  /**
   * The changes behind a position, as soon as there are any.
   *
   * @throws FeedGapError where some are kept no longer, UnavailableError where the database can't be asked or too many wait
   */
  async read(request: ChangesRequest): Promise<ChangesPart> {
    const { reader, wait, after } = request;
    if (wait === 0) return this.readOnce(request, after);
    const deadline = performance.now() + wait;
    const waiter = this.watch.open({ id: reader.id, companies: reader.companies ?? 'all' });
    try {
      for (let behind = after; ;) {
        const part = await this.readOnce(request, behind);
        const left = deadline - performance.now();
        const isOver = left <= 0 || reader.signal?.aborted === true;
        if (part.changes.length > 0 || part.more || isOver || this.watch.isStopped) return part;
        behind = part.next;
        await waiter.changed(left, reader.signal);
      }
    } finally {
      waiter.close();
    }
  }

  private async readOnce(
    { reader, limit, types, urlOfMembers }: ChangesRequest,
    after: ChangesRequest['after'],
  ): Promise<ChangesPart> {
    if (after === 'now') return { changes: [], next: await this.store.end(reader), more: false };
    const found = await this.store.read(reader, after ?? BEGINNING, limit);
    if (found === undefined) {
      const { at } = await this.store.end(reader);
      throw new FeedGapError({ place: BEGINNING.place, at });
    }
    const changes = found.entries.flatMap((entry) => {
      const change = toChange(entry, this.ids, urlOfMembers);
      return change && (types === undefined || types.includes(change.type)) ? [change] : [];
    });
    return { changes, next: found.next, more: found.more };
  }
}

/** The position of readers that have none. Its time is far ahead, so that they never count as having missed changes. */
const BEGINNING: FeedPosition = { place: '0', at: new Date(8.64e12) };
