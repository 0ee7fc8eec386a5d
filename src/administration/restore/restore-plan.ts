import {
  type ChangedResourceRow,
  type GroupDifferenceRow,
  type MemberDifferenceRow,
  selectChangedSince,
  selectGroupDifference,
  selectMemberDifferences,
} from '../../persistence/journal/changes-since.js';
import { ID_LENGTH } from '../../persistence/sql/resource-id.js';
import { AdministrationError } from '../administration.error.js';
import { type OwnerConnection } from '../owner-connection.js';
import { type NamedResource, type RestoreTally } from './restore-report.js';

/** How many groups one statement compares, and how many members it reads of them. */
const GROUPS_AT_ONCE = 200;
const MEMBERS_AT_ONCE = 200_000;

/** What of a company a restore is about. */
export interface RestoreRange {
  readonly companyId: string;
  /** The last change of the journal that counts, in decimal digits. */
  readonly last: string;
  /** Users or groups by their ids; undefined for all. */
  readonly named: { readonly type: 'User' | 'Group'; readonly ids: readonly string[] } | undefined;
  /** How many changes are allowed. */
  readonly limit: number;
}

/** A user that is switched, or a deleted resource that comes back. */
export interface PlannedResource extends NamedResource {
  /** What `active` is switched to. */
  readonly active?: boolean;
}

/** Members of a group that are added and removed, by their ids. */
export interface PlannedMembers extends NamedResource {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** What a restore is to do. */
export interface RestorePlan {
  readonly revive: readonly PlannedResource[];
  readonly switches: readonly PlannedResource[];
  readonly memberships: readonly PlannedMembers[];
}

/** Finds out what differs from an instant. */
export class RestorePlanner {
  private readonly revive: PlannedResource[] = [];
  private readonly switches: PlannedResource[] = [];
  /** Groups whose members are to be those of the instant. */
  private readonly groups: NamedResource[] = [];
  private readonly memberships = new Map<string, NamedResource & { add: string[]; remove: string[] }>();
  private readonly returning = new Set<string>();

  constructor(
    private readonly connection: OwnerConnection,
    private readonly range: RestoreRange,
    private readonly tally: RestoreTally,
  ) {}

  /** @throws AdministrationError where it is more than a restore may change */
  async plan(): Promise<RestorePlan> {
    const { companyId, last, named, limit } = this.range;
    const rows = await this.connection.inCompany(companyId, async () => {
      const { text, values } = selectChangedSince(companyId, last, named?.ids, limit + 1);
      return (await this.connection.query<ChangedResourceRow & Record<string, unknown>>(text, values)).rows;
    });
    if (rows.length > limit) throw this.tooMuch();
    for (const row of rows) this.judge(row);
    this.requireWithin();
    await this.compareMembers();
    if (named !== undefined) await this.compareGroups(named, rows);
    const memberships = [...this.memberships.values()];
    for (const { add, remove, ...group } of memberships) {
      this.tally.members(group, { added: add.length, removed: remove.length });
    }
    return { revive: this.revive, switches: this.switches, memberships };
  }

  private judge(row: ChangedResourceRow): void {
    const { life, present, members, type } = row;
    if (life === 'began') {
      if (this.range.named !== undefined) this.tally.conflict(row, 'notThere');
      else if (present) this.tally.madeSince(type);
      return;
    }
    if (row.erased || life === 'erased') {
      this.tally.conflict(row, 'erased');
      return;
    }
    if (!present && !this.comesBack(row)) return;
    if (present) this.judgeActive(row);
    if (type === 'Group' && members) this.groups.push(named(row));
  }

  private comesBack(row: ChangedResourceRow): boolean {
    const { id, kept, name_holder: name, external_id_holder: externalId } = row;
    if (!kept) this.tally.conflict(row, 'notKept');
    else if (name !== null) this.tally.conflict(row, 'nameTaken', { by: name });
    else if (externalId !== null) this.tally.conflict(row, 'externalIdTaken', { by: externalId });
    else {
      const active = switchOf(row);
      this.revive.push({ ...named(row), ...(active !== undefined && { active }) });
      this.returning.add(id);
      this.tally.restored(named(row));
      return true;
    }
    return false;
  }

  private judgeActive(row: ChangedResourceRow): void {
    const active = switchOf(row);
    if (active === undefined) return;
    this.switches.push({ ...named(row), active });
    this.tally.switched(named(row), active);
  }

  private async compareMembers(): Promise<void> {
    const groups = new Map(this.groups.map((group) => [group.id, group]));
    const returning = [...this.returning];
    const gone = new Map<NamedResource, number>();
    let rest: readonly string[] = [...groups.keys()];
    let behind: string | undefined;
    while (rest.length > 0) {
      const rows = await this.readMembers(rest.slice(0, GROUPS_AT_ONCE), returning, behind);
      let found = 0;
      for (const row of rows) {
        const group = groups.get(row.group)!;
        const [add, remove, missing] = [idsOf(row.add), idsOf(row.remove), idsOf(row.gone)];
        const noted = this.membersOf(group);
        for (const id of add) noted.add.push(id);
        for (const id of remove) noted.remove.push(id);
        this.noted += add.length + remove.length;
        if (missing.length > 0) gone.set(group, (gone.get(group) ?? 0) + missing.length);
        found += add.length + remove.length + missing.length;
      }
      this.requireWithin();
      const last = found < MEMBERS_AT_ONCE ? undefined : rows.at(-1);
      rest = rest.slice(last === undefined ? GROUPS_AT_ONCE : rest.indexOf(last.group));
      behind = last?.last;
    }
    for (const [group, members] of gone) this.tally.conflict(group, 'membersGone', { members });
  }

  private readMembers(
    groups: readonly string[],
    returning: readonly string[],
    behind: string | undefined,
  ): Promise<readonly MemberDifferenceRow[]> {
    const { companyId, last } = this.range;
    const part = { behind, count: MEMBERS_AT_ONCE };
    return this.connection.inCompany(companyId, async () => {
      const { text, values } = selectMemberDifferences(companyId, groups, last, returning, part);
      return (await this.connection.query<MemberDifferenceRow & Record<string, unknown>>(text, values)).rows;
    });
  }

  /** Named users get the groups back that they had, and so do named groups that come back. */
  private async compareGroups(
    { type, ids }: NonNullable<RestoreRange['named']>,
    rows: readonly ChangedResourceRow[],
  ): Promise<void> {
    const known = new Map(rows.map((row) => [row.id, row]));
    const whole = new Set(this.groups.map(({ id }) => id));
    for (const id of ids) {
      const row = known.get(id);
      const isLeft = row !== undefined && (row.life === 'began' || !row.present);
      if (!this.returning.has(id) && (isLeft || type === 'Group')) continue;
      const member = { type, id, display: row?.display ?? null };
      for (const difference of await this.groupsOf(id)) {
        if (!whole.has(difference.group)) this.noteMembership(member, difference);
      }
      this.requireWithin();
    }
  }

  /** How many memberships are noted so far. */
  private noted = 0;

  private membersOf(group: NamedResource): NamedResource & { add: string[]; remove: string[] } {
    const noted = this.memberships.get(group.id) ?? { ...group, add: [], remove: [] };
    this.memberships.set(group.id, noted);
    return noted;
  }

  private noteMembership(member: NamedResource, { group, display, sign, present }: GroupDifferenceRow): void {
    if (!present && !this.returning.has(group)) {
      this.tally.conflict(member, 'groupGone', { by: group });
      return;
    }
    const noted = this.membersOf({ type: 'Group', id: group, display });
    noted[sign === 1 ? 'add' : 'remove'].push(member.id);
    this.noted += 1;
  }

  private groupsOf(member: string): Promise<readonly GroupDifferenceRow[]> {
    const { companyId, last, limit } = this.range;
    return this.connection.inCompany(companyId, async () => {
      const { text, values } = selectGroupDifference(companyId, member, last, limit + 1);
      return (await this.connection.query<GroupDifferenceRow & Record<string, unknown>>(text, values)).rows;
    });
  }

  private requireWithin(): void {
    if (this.tally.size + this.noted > this.range.limit) throw this.tooMuch();
  }

  private tooMuch(): AdministrationError {
    return new AdministrationError(
      `That is more than the ${this.range.limit.toLocaleString('en')} users, groups and memberships that one restore ` +
        'changes (RESTORE_LIMIT); restore part by part, by naming groups or users, or a later instant.',
    );
  }
}

const named = ({ type, id, display }: NamedResource): NamedResource => ({ type, id, display });

/** What `active` has to be switched to; undefined where it is as it was. */
const switchOf = ({ type, active, inactive }: ChangedResourceRow): boolean | undefined =>
  type === 'User' && active !== null && active === inactive ? active : undefined;

const ID = new RegExp(`.{${ID_LENGTH}}`, 'g');

const idsOf = (text: string | null): readonly string[] => text?.match(ID) ?? [];
