import { type QueryResultRow } from 'pg';
import { type Member, type MemberStream } from '../../protocol/resource/resource.js';
import { type PackedMemberRow, unpackMember } from './select-groups.js';

/** A cursor over the members of a page's groups, read group by group in the order of positions. */
export class MemberCursor {
  private readonly batches: AsyncIterator<readonly QueryResultRow[]>;
  private rows: readonly PackedMemberRow[] = [];
  private next = 0;

  constructor(batches: AsyncIterable<readonly QueryResultRow[]>) {
    this.batches = batches[Symbol.asyncIterator]();
  }

  /** The members of the group at `position`; unread members of earlier groups are skipped. */
  async *membersAt(position: number): MemberStream {
    while (await this.fill()) {
      const members: Member[] = [];
      for (let row = this.rows[this.next]; row; row = this.rows[++this.next]) {
        const at = Number(row.position);
        if (at > position) break;
        if (at === position) members.push(unpackMember(row.member));
      }
      if (members.length > 0) yield members;
      if (this.next < this.rows.length) return;
    }
  }

  async close(): Promise<void> {
    await this.batches.return?.();
  }

  /** Fetches a batch if none is left; false at the end of the cursor. */
  private async fill(): Promise<boolean> {
    while (this.next >= this.rows.length) {
      const batch = await this.batches.next();
      if (batch.done) return false;
      this.rows = batch.value as readonly PackedMemberRow[];
      this.next = 0;
    }
    return true;
  }
}
