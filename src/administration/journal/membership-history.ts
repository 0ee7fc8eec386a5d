import { type MemberCountRow, selectMemberCounts } from '../../persistence/journal/member-counts.js';
import { lastIdAt } from '../../scim/id-times.js';
import {
  type GroupAtRow,
  type GroupRow,
  type MemberAtRow,
  type MemberRow,
  type OriginRow,
  selectGroups,
  selectGroupsAt,
  selectMembers,
  selectMembersAt,
} from '../../persistence/journal/read-history.js';
import { type Statement } from '../../persistence/transaction/company-transaction.js';
import { AdministrationError } from '../administration.error.js';
import { findCompanyId } from '../find-company.js';
import { findEvenIfGone, findGroupId, findUserId } from '../find-resource.js';
import { type OwnerConnection } from '../owner-connection.js';
import { type NamedMember, toMember } from './activity.js';
import { countsByDay, dayBefore, type MemberCount } from './member-counts.js';
import { type Page, type PageRequest, readPage } from './page.js';

/** Since when there is a membership, and who made it. */
export interface Origin {
  /** ISO 8601 in UTC. */
  readonly since: string;
  /** Who brought it: null where that was before the journal, or is not kept any more. */
  readonly by: {
    /** The entry of the journal, in 16 hex digits. */
    readonly activity: string;
    readonly credentialId: string | null;
    readonly credentialName: string | null;
    readonly client: string | null;
  } | null;
}

/** A present member of a group. */
export interface PresentMember extends NamedMember, Origin {}

/** A group that somebody was a direct member of. */
export interface NamedGroup {
  /** 16 hex digits. */
  readonly value: string;
  /** Its present name, or the last one where it is gone. */
  readonly display: string | null;
}

/** A group that somebody is a direct member of. */
export interface PresentGroup extends NamedGroup, Origin {}

/**
 * Who was in which group, now and at any instant of which the journal tells. Groups are named by id or displayName, users
 * by id or userName; what is deleted by id or its name in the journal. All methods throw {@link AdministrationError} where there is no such
 * company or name, and for an instant before the journal.
 */
export class MembershipHistory {
  constructor(private readonly connection: OwnerConnection) {}

  /** The present members of a group, since when, and by whom. */
  async members(slug: string, group: string, page: PageRequest = {}): Promise<Page<PresentMember>> {
    const companyId = await findCompanyId(this.connection, slug);
    const id = await findGroupId(this.connection, companyId, group);
    return this.page(companyId, page, (window) => selectMembers(companyId, id, window), toPresentMember);
  }

  /** The members of a group at an instant. What happened in its millisecond counts. */
  async membersAt(slug: string, group: string, at: Date, page: PageRequest = {}): Promise<Page<NamedMember>> {
    const companyId = await findCompanyId(this.connection, slug);
    const id = await findEvenIfGone('group', this.connection, { companyId, slug }, group);
    await this.requireKept(companyId, slug, at);
    const select = (window: Parameters<typeof selectMembersAt>[3]): Statement =>
      selectMembersAt(companyId, id, lastIdAt(at), window);
    return this.page<MemberAtRow, NamedMember>(companyId, page, select, toMember);
  }

  /** The groups of which a user is a direct member, since when, and by whom. */
  async groups(slug: string, user: string, page: PageRequest = {}): Promise<Page<PresentGroup>> {
    const companyId = await findCompanyId(this.connection, slug);
    const id = await findUserId(this.connection, companyId, user);
    return this.page(companyId, page, (window) => selectGroups(companyId, id, window), toPresentGroup);
  }

  /** The groups of which a user was a direct member at an instant; see {@link membersAt}. */
  async groupsAt(slug: string, user: string, at: Date, page: PageRequest = {}): Promise<Page<NamedGroup>> {
    const companyId = await findCompanyId(this.connection, slug);
    const id = await findEvenIfGone('user', this.connection, { companyId, slug }, user);
    await this.requireKept(companyId, slug, at);
    const select = (window: Parameters<typeof selectGroupsAt>[3]): Statement =>
      selectGroupsAt(companyId, id, lastIdAt(at), window);
    return this.page(companyId, page, select, toGroup);
  }

  /**
   * How many direct members a group had at the end of each of the last days, the oldest first, today with the present number.
   * Days of which the journal does not tell are left out, and those that lie behind 50,000 entries about the group.
   */
  async counts(slug: string, group: string, days: number): Promise<readonly MemberCount[]> {
    const companyId = await findCompanyId(this.connection, slug);
    const id = await findGroupId(this.connection, companyId, group);
    const now = new Date();
    const { rows: companies } = await this.connection.query<{ journal_since: Date }>(
      'SELECT journal_since FROM companies WHERE id = $1',
      [companyId],
    );
    const known = companies[0]?.journal_since ?? now;
    const rows = await this.connection.readByIndex<MemberCountRow>(
      companyId,
      selectMemberCounts(companyId, id, dayBefore(now, days - 1)),
    );
    return countsByDay(rows, days, { now, known });
  }

  private page<R extends object, T extends { readonly value: string }>(
    companyId: string,
    page: PageRequest,
    select: (window: { readonly behind: string | undefined; readonly count: number }) => Statement,
    read: (row: R) => T,
  ): Promise<Page<T>> {
    return readPage(
      page,
      ({ value }) => value,
      async (window) => (await this.connection.readByIndex<R>(companyId, select(window))).map(read),
    );
  }

  private async requireKept(companyId: string, slug: string, at: Date): Promise<void> {
    const { rows } = await this.connection.query<{ journal_since: Date }>(
      'SELECT journal_since FROM companies WHERE id = $1 AND journal_since > $2',
      [companyId, at],
    );
    const since = rows[0]?.journal_since;
    if (since === undefined) return;
    throw new AdministrationError(
      `The journal of ${slug} goes back to ${since.toISOString()}; ask for an instant behind that.`,
    );
  }
}

const toGroup = ({ group, display }: GroupAtRow): NamedGroup => ({ value: group, display });

const toPresentMember = (row: MemberRow): PresentMember => ({ ...toMember(row), ...toOrigin(row) });

const toPresentGroup = (row: GroupRow): PresentGroup => ({ ...toGroup(row), ...toOrigin(row) });

export const toOrigin = (row: OriginRow): Origin => ({
  since: row.since.toISOString(),
  by:
    row.activity === null
      ? null
      : {
          activity: row.activity,
          credentialId: row.credential_id,
          credentialName: row.credential_name,
          client: row.client,
        },
});
