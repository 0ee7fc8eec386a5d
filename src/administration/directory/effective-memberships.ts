import {
  type NamedGroupRow,
  type NestedMemberRow,
  selectGroupNames,
  selectNamedGroups,
  selectNestedMembers,
  selectStepsDown,
  selectStepsUp,
  type StepRow,
} from '../../persistence/directory/membership-ways.js';
import { type Statement } from '../../persistence/transaction/company-transaction.js';
import { AdministrationError } from '../administration.error.js';
import { findCompanyId } from '../find-company.js';
import { findGroupId, findUserId } from '../find-resource.js';
import { type NamedGroup, type Origin, toOrigin } from '../journal/membership-history.js';
import { type Page, type PageRequest, readPage } from '../journal/page.js';
import { type OwnerConnection } from '../owner-connection.js';
import { placesBetween, shortestWays } from './shortest-ways.js';

/** How many memberships are gone through for one list. */
const MOST_STEPS = 10_000;
/** How many groups of a way are told. */
const LONGEST_WAY = 20;

/** The shortest way by which somebody is in a group. */
export interface Way {
  /**
   * The groups in between, each a member of the next one: from the one that names the person to the one that is in the group.
   * Empty for a direct member.
   */
  readonly path: readonly NamedGroup[];
  /** How many groups of a long way are missing in `path`, at its end. */
  readonly omitted: number;
}

/** A group that somebody is in. */
export interface EffectiveGroup extends NamedGroup, Way {
  /** Since when, in ISO 8601 and UTC; null where it is no direct membership. */
  readonly since: string | null;
  /** Who made it; null where it is no direct membership, and where the journal does not tell. */
  readonly by: Origin['by'];
}

/** A user who is in a group, with since when and by whom in the group that names the person. */
export interface EffectiveMember extends Way, Origin {
  readonly value: string;
  readonly display: string | null;
}

/**
 * Who is in which group now, by way of other groups too. All methods throw {@link AdministrationError} where there is no such
 * company or name, and where there are more than 10,000 memberships to go through.
 */
export class EffectiveMemberships {
  constructor(private readonly connection: OwnerConnection) {}

  /** All groups that a user is in, each with the shortest way, in the order of their ids. */
  async groups(slug: string, user: string, page: PageRequest = {}): Promise<Page<EffectiveGroup>> {
    const companyId = await findCompanyId(this.connection, slug);
    const id = await findUserId(this.connection, companyId, user);
    const steps = await this.steps(companyId, selectStepsUp(id, MOST_STEPS));
    const ways = shortestWays(id, steps, 'up');
    const all = [...ways.keys()].sort();
    return readPage(
      page,
      ({ value }) => value,
      async ({ behind = '', count }) => {
        const groups = all.filter((group) => group > behind).slice(0, count);
        if (groups.length === 0) return [];
        const between = new Map(groups.map((group) => [group, placesBetween(ways, id, group)]));
        const asked = [...new Set([...groups, ...[...between.values()].flatMap(firstOf)])];
        const rows = await this.connection.readByIndex<NamedGroupRow>(
          companyId,
          selectNamedGroups(companyId, id, asked),
        );
        const named = new Map(rows.map((row) => [row.group, row]));
        return groups.map((value) => {
          const row = named.get(value);
          return {
            value,
            display: row?.display ?? null,
            ...wayOf(between.get(value) ?? [], (group) => named.get(group)?.display),
            ...(row === undefined || row.since === null
              ? { since: null, by: null }
              : toOrigin({ ...row, since: row.since })),
          };
        });
      },
    );
  }

  /** All users who are in a group, each with the shortest way, in the order of their ids. */
  async members(slug: string, group: string, page: PageRequest = {}): Promise<Page<EffectiveMember>> {
    const companyId = await findCompanyId(this.connection, slug);
    const id = await findGroupId(this.connection, companyId, group);
    const steps = await this.steps(companyId, selectStepsDown(id, MOST_STEPS));
    const ways = shortestWays(id, steps, 'down');
    // The nearest group comes first, so that the way by it is the shortest.
    const groups = [id, ...ways.keys()];
    return readPage(
      page,
      ({ value }) => value,
      async (window) => {
        const rows = await this.connection.readByIndex<NestedMemberRow>(
          companyId,
          selectNestedMembers(companyId, groups, window),
        );
        const between = rows.map((row) =>
          row.group === id ? [] : [row.group, ...placesBetween(ways, id, row.group).reverse()],
        );
        const names = await this.names(companyId, [...new Set(between.flatMap(firstOf))]);
        return rows.map((row, index) => ({
          value: row.member,
          display: row.member_display,
          ...wayOf(between[index] ?? [], (each) => names.get(each)),
          ...toOrigin(row),
        }));
      },
    );
  }

  private async steps(companyId: string, statement: Statement): Promise<readonly StepRow[]> {
    const steps = await this.connection.readByIndex<StepRow>(companyId, statement);
    if (steps.length <= MOST_STEPS) return steps;
    throw new AdministrationError(
      `There are more than ${MOST_STEPS} memberships of groups in groups to go through; ask for direct memberships.`,
    );
  }

  private async names(companyId: string, groups: readonly string[]): Promise<Map<string, string | null>> {
    if (groups.length === 0) return new Map();
    const rows = await this.connection.readByIndex<{
      readonly group: string;
      readonly display: string | null;
    }>(companyId, selectGroupNames(companyId, groups));
    return new Map(rows.map(({ group, display }) => [group, display]));
  }
}

const firstOf = (between: readonly string[]): readonly string[] => between.slice(0, LONGEST_WAY);

const wayOf = (between: readonly string[], displayOf: (group: string) => string | null | undefined): Way => ({
  path: firstOf(between).map((value) => ({ value, display: displayOf(value) ?? null })),
  omitted: Math.max(0, between.length - LONGEST_WAY),
});
