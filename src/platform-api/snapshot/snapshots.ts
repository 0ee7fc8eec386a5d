import { Inject, Injectable } from '@nestjs/common';
import { namesOf } from '../../access/credential.js';
import { Problem } from '../../admin-api/http/problem.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { FeedPositions } from '../../feed/feed-positions.js';
import { type FeedSnapshot, FeedStore, type SnapshotLine } from '../../feed/feed.store.js';
import { UnavailableError } from '../../protocol/error/unavailable.error.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { type AnswerText } from '../../surfaces/http/answer.js';

const RETRY_SECONDS = 10;
/** The part of the connections for requests that snapshots may hold, since each holds one for long. */
const SHARE = 1 / 5;

/** Makes snapshots of companies. */
@Injectable()
export class Snapshots {
  private readonly most: number;
  private underWay = 0;

  constructor(
    private readonly store: FeedStore,
    private readonly positions: FeedPositions,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.most = Math.max(1, Math.floor(settings.poolSize * SHARE));
  }

  /**
   * The lines of a snapshot. The text has to be read to its end, or be ended.
   *
   * @throws Problem 429 where the company's snapshot is being made for somebody else, UnavailableError where as many of
   *   other companies are as may be at once
   */
  async open(scope: CompanyScope): Promise<AnswerText> {
    if (this.underWay >= this.most) {
      throw new UnavailableError(
        'As many snapshots are being made as may be at once; try again later.',
        RETRY_SECONDS,
      );
    }
    this.underWay += 1;
    try {
      const snapshot = await this.store.snapshot(scope, this.settings.snapshotTimeout);
      if (snapshot === undefined) throw isBeingMade();
      return this.write(scope, snapshot);
    } catch (error) {
      this.underWay -= 1;
      throw error;
    }
  }

  private async *write({ companyId, slug }: CompanyScope, { position, lines }: FeedSnapshot): AnswerText {
    try {
      const company = { id: namesOf({ id: companyId, slug })[1], slug };
      const head = { type: 'position', position: this.positions.seal(position), company, time: position.at };
      yield `${JSON.stringify(head)}\n`;
      const counts: Record<SnapshotLine['kind'], number> = { user: 0, group: 0, membership: 0 };
      for await (const batch of lines) {
        for (const { kind } of batch) counts[kind] += 1;
        yield batch.map(({ json }) => `${json}\n`).join('');
      }
      const { user: users, group: groups, membership: memberships } = counts;
      yield `${JSON.stringify({ type: 'end', users, groups, memberships })}\n`;
    } finally {
      this.underWay -= 1;
    }
  }
}

const isBeingMade = (): Problem =>
  new Problem(
    429,
    'busy: A snapshot of this company is being made; one is at a time. Try again when it is over.',
    [],
    { 'Retry-After': String(RETRY_SECONDS), 'Rollcall-Reason': 'busy' },
  );
