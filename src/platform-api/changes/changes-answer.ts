import { Inject, Injectable } from '@nestjs/common';
import { type Request } from 'express';
import { Problem } from '../../admin-api/http/problem.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { Changes, FeedGapError } from '../../feed/changes.js';
import { type FeedPosition, FeedPositions } from '../../feed/feed-positions.js';
import { type FeedReader } from '../../feed/feed.store.js';
import { publicBaseUri } from '../../surfaces/http/base-uri.js';
import { PLATFORM_MOUNT } from '../http/mount.js';
import { type ChangesView, type CompanyChangesQuery, NOW } from './changes.dto.js';

const GONE = 410;

/** Answers a question for changes, by whichever route it came. */
@Injectable()
export class ChangesAnswer {
  constructor(
    private readonly changes: Changes,
    private readonly positions: FeedPositions,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * @param slug of the only company that is asked for
   * @throws Problem 400 for a position that this server did not give, 410 where changes behind it are kept no longer
   */
  async read(
    request: Request,
    { after, types, limit, wait }: CompanyChangesQuery,
    reader: FeedReader,
    slug?: string,
  ): Promise<ChangesView> {
    const base = `${publicBaseUri(request, this.settings)}/${PLATFORM_MOUNT}/companies`;
    try {
      const part = await this.changes.read({
        reader,
        after: after === undefined || after === NOW ? after : this.open(after),
        types,
        limit,
        wait: wait * 1000,
        urlOfMembers: (company, id) => `${base}/${company}/changes/${id}/members`,
      });
      return { changes: part.changes, next: this.positions.seal(part.next), more: part.more };
    } catch (error) {
      if (!(error instanceof FeedGapError)) throw error;
      throw this.gap(error, `${base}/${slug ?? '{company}'}/snapshot`);
    }
  }

  private open(after: string): FeedPosition {
    const position = this.positions.open(after);
    if (position !== undefined) return position;
    const detail = 'after is the next of an earlier answer, the position of a snapshot, or now';
    throw new Problem(400, `The query is not what is expected: ${detail}.`, [{ parameter: 'after', detail }]);
  }

  private gap({ oldest }: FeedGapError, snapshot: string): Problem {
    const detail =
      'Changes behind this position are kept no longer. Read a snapshot of each company, and go on at its position.';
    return new Problem(GONE, detail, [], {}, { oldest: this.positions.seal(oldest), snapshot });
  }
}
