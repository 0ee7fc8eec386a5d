import {
  type ActivityFilter,
  type ActivityMemberRow,
  type ActivityRow,
  type ActivityWindow,
  selectActivities,
  selectActivity,
  selectFirstMembersOf,
  selectMembersOf,
} from '../../persistence/journal/read-activity.js';
import { isResourceId } from '../../persistence/sql/resource-id.js';
import { AdministrationError } from '../administration.error.js';
import { type Company } from '../company.js';
import { findCompanyId } from '../find-company.js';
import { type OwnerConnection } from '../owner-connection.js';
import { type Activity, type ChangedMember, toActivity, toChangedMember } from './activity.js';
import { type ActivitySummary, summarizeActivity } from './activity-summary.js';
import { filterByNames } from './named-filter.js';
import { type ActivityCounts, countActivity } from './activity-counts.js';
import { type Page, type PageRequest, readPage } from './page.js';
import { shownId } from '../shown-id.js';

/** How many entries an export reads at once. */
const BATCH_SIZE = 200;
/** How many members an export has of one entry. */
const MEMBERS_OF_ENTRY = 1000;

/** An entry with its members, for an export. */
export interface ExportedActivity extends Activity {
  readonly members: readonly ChangedMember[];
  /** How many members are left out of `members`. */
  readonly omittedMembers: number;
}

/**
 * Who did what in a company, by its journal. All methods throw {@link AdministrationError} where there is no company of
 * the slug, and for texts that are no ids, counts or cursors.
 */
export class ActivityLog {
  constructor(private readonly connection: OwnerConnection) {}

  /**
   * The filter for what people name instead of ids.
   *
   * @throws AdministrationError where the company has nothing of a name, or several things
   */
  filterByNames(slug: string, filter: ActivityFilter): Promise<ActivityFilter> {
    return filterByNames(this.connection, slug, filter);
  }

  /** The entries that fulfil the filter, the newest first. */
  async list(slug: string, filter: ActivityFilter, page: PageRequest = {}): Promise<Page<Activity>> {
    const companyId = await findCompanyId(this.connection, slug);
    requireIds(filter);
    return readPage(
      page,
      ({ id }) => id,
      (window) => this.read(companyId, filter, { order: 'newest first', ...window }),
    );
  }

  /** What the journals of companies tell of the last day, in the order in which they are given. */
  summarize(
    companies: readonly Pick<Company, 'id' | 'slug' | 'name'>[],
  ): Promise<readonly ActivitySummary[]> {
    return summarizeActivity(this.connection, companies);
  }

  /** How much was done and refused that fulfils the filter, by the hour or the day. */
  async count(slug: string, filter: ActivityFilter): Promise<ActivityCounts> {
    const companyId = await findCompanyId(this.connection, slug);
    requireIds(filter);
    return countActivity(this.connection, companyId, filter);
  }

  /** @throws AdministrationError where the company's journal has no such entry */
  async show(slug: string, id: string): Promise<Activity> {
    const companyId = await findCompanyId(this.connection, slug);
    return this.find(companyId, slug, id);
  }

  /** The members that came or went by an entry. */
  async members(slug: string, id: string, page: PageRequest = {}): Promise<Page<ChangedMember>> {
    const companyId = await findCompanyId(this.connection, slug);
    const { resourceId } = await this.find(companyId, slug, id);
    if (resourceId === null) return { items: [], next: null };
    const entry = { id, group: resourceId };
    return readPage(
      page,
      ({ value }) => value,
      async (window) => {
        const rows = await this.connection.readByIndex<ActivityMemberRow>(
          companyId,
          selectMembersOf(companyId, entry, window),
        );
        return rows.map(toChangedMember);
      },
    );
  }

  /**
   * The entries that fulfil the filter, the oldest first, in batches. They are read in several transactions, so that a
   * long export holds nothing up; a change that is committed meanwhile is in it or not.
   */
  async *export(
    slug: string,
    filter: ActivityFilter,
    { members }: { readonly members: boolean },
  ): AsyncGenerator<readonly ExportedActivity[]> {
    const companyId = await findCompanyId(this.connection, slug);
    requireIds(filter);
    let behind: string | undefined;
    do {
      const window = { order: 'oldest first', behind, count: BATCH_SIZE } as const;
      const entries = await this.read(companyId, filter, window);
      if (entries.length > 0) yield await this.withMembers(companyId, entries, members);
      behind = entries.length < BATCH_SIZE ? undefined : entries.at(-1)?.id;
    } while (behind !== undefined);
  }

  private async withMembers(
    companyId: string,
    entries: readonly Activity[],
    wanted: boolean,
  ): Promise<readonly ExportedActivity[]> {
    const groups = entries.flatMap(({ id, resourceId, added, removed }) =>
      resourceId !== null && added + removed > 0 ? [{ id, group: resourceId }] : [],
    );
    const rows =
      wanted && groups.length > 0
        ? await this.connection.readByIndex<ActivityMemberRow>(
            companyId,
            selectFirstMembersOf(companyId, groups, MEMBERS_OF_ENTRY),
          )
        : [];
    const byEntry = new Map<string, ChangedMember[]>(entries.map(({ id }) => [id, []]));
    for (const row of rows) byEntry.get(row.activity)?.push(toChangedMember(row));
    return entries.map((entry) => {
      const members = byEntry.get(entry.id) ?? [];
      return { ...entry, members, omittedMembers: entry.added + entry.removed - members.length };
    });
  }

  private async find(companyId: string, slug: string, id: string): Promise<Activity> {
    const [row] = isResourceId(id)
      ? await this.connection.readByIndex<ActivityRow>(companyId, selectActivity(companyId, id))
      : [];
    if (row) return toActivity(row);
    throw new AdministrationError(
      `The journal of ${slug} has no entry ${JSON.stringify(shownId(id))}.`,
      'unknown',
      `activity tail ${slug}`,
    );
  }

  private async read(
    companyId: string,
    filter: ActivityFilter,
    window: ActivityWindow,
  ): Promise<readonly Activity[]> {
    const rows = await this.connection.readByIndex<ActivityRow>(
      companyId,
      selectActivities(companyId, filter, window),
    );
    return rows.map(toActivity);
  }
}

function requireIds({ resource, member }: ActivityFilter): void {
  for (const [name, id] of Object.entries({ resource, member })) {
    if (id === undefined || isResourceId(id)) continue;
    throw new AdministrationError(
      `${name} is ${JSON.stringify(id)}, and must be an id: 16 hexadecimal digits.`,
    );
  }
}
