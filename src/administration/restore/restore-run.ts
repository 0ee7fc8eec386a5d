import pg from 'pg';
import {
  lockDeleted,
  reviveResources,
  type DeletedRow,
  type RevivedRow,
  switchUsers,
} from '../../persistence/deleted-resources/revive.js';
import { changeMembersAlone } from '../../persistence/groups/change-members.js';
import { lockGroupAndMembers } from '../../persistence/groups/lock-members.js';
import { type IndexedForms } from '../../persistence/indexed-forms/indexed-forms.js';
import { type RestoredState, textOf } from '../../persistence/journal/activity.js';
import { recordChange } from '../../persistence/journal/record-change.js';
import { changeCount } from '../../persistence/sql/resource-counts.js';
import { formatResourceId } from '../../persistence/sql/resource-id.js';
import { isRetryable } from '../../persistence/transaction/transaction-errors.js';
import {
  claimStatements,
  requireClaimed,
  selectHeld,
  uniqueValues,
} from '../../persistence/unique-values/unique-values.js';
import { type SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { type CompanyKey } from '../../scim/company-scope.js';
import { AdministrationError } from '../administration.error.js';
import { type OwnerConnection } from '../owner-connection.js';
import { type PlannedMembers, type PlannedResource, type RestorePlan } from './restore-plan.js';
import { type NamedResource, type RestoreTally } from './restore-report.js';

/** How many resources one transaction writes, so that nobody waits long for what it locks. */
const AT_ONCE = 200;
/** How many members of a group one transaction adds, and how many it removes. */
const MEMBERS_AT_ONCE = 50_000;
const STATEMENT_TIMEOUT_MS = 60_000;
/** How long a transaction waits for a lock, since others wait behind it. */
const LOCK_TIMEOUT_MS = 10_000;
const LOCK_NOT_AVAILABLE = '55P03';
const ATTEMPTS = 3;

/** What the writes of a restore go by. */
export interface RestoreWriting {
  readonly companyId: string;
  readonly schemas: SchemaRegistry;
  readonly indexed: IndexedForms;
  readonly at: Date;
}

/**
 * Carries a plan out with the service's own statements, in many transactions: first users, then groups, then members. What
 * turns out to be impossible then is left as it is, and becomes a conflict.
 */
export class RestoreRun {
  private readonly company: CompanyKey;
  private readonly state: RestoredState;

  constructor(
    private readonly connection: OwnerConnection,
    private readonly writing: RestoreWriting,
    private readonly tally: RestoreTally,
  ) {
    this.company = { companyId: writing.companyId, origin: connection.origin };
    this.state = { at: writing.at.toISOString() };
  }

  /** @throws AdministrationError where rows stay locked by something else; what was done until then stays */
  async run({ revive, switches, memberships }: RestorePlan): Promise<void> {
    const { user, group } = this.writing.schemas;
    for (const type of [user, group]) {
      const wanted = revive.filter((resource) => resource.type === type.name);
      for (const batch of batches(wanted)) await this.revive(type, batch);
    }
    for (const active of [true, false]) {
      const wanted = switches.filter((resource) => resource.active === active);
      for (const batch of batches(wanted)) await this.switch(batch, active);
    }
    for (const each of memberships) await this.restoreMembers(each);
  }

  private async revive(type: ResourceType, batch: readonly PlannedResource[]): Promise<void> {
    const ids = batch.map(({ id }) => id);
    const wanted = new Map(batch.map((resource) => [resource.id, resource]));
    const { revived, clashing } = await this.transact(async () => {
      const { transaction } = this.connection;
      const { rows } = await transaction.run(lockDeleted(this.company, type.name, ids));
      const locked = (rows as DeletedRow[]).map((row) =>
        withActive(row, wanted.get(formatResourceId(row.id))),
      );
      const clashes = await this.findClashes(type, locked);
      const free = locked.filter(({ id }) => !clashes.has(id));
      if (free.length === 0) return { revived: new Set<string>(), clashing: clashes };
      const { forms } = this.writing.indexed;
      const target = { company: this.company, forms };
      const came = await transaction.run(reviveResources(target, type, free, this.state));
      const back = new Set((came.rows as { id: string }[]).map(({ id }) => id));
      await this.claim(
        type,
        free.filter(({ id }) => back.has(id)),
      );
      await transaction.run(changeCount(this.company, type.name, back.size));
      return { revived: back, clashing: clashes };
    });
    const [came, clashed] = [revived, clashing].map((set) => new Set([...set].map(formatResourceId)));
    for (const resource of batch) {
      if (came!.has(resource.id)) this.tally.restored(resource);
      else this.tally.conflict(resource, clashed!.has(resource.id) ? 'valueTaken' : 'nameTaken');
    }
  }

  /** The ids, in decimal digits, of those that have a unique value which another resource has, or one before them in the list. */
  private async findClashes(type: ResourceType, rows: readonly RevivedRow[]): Promise<ReadonlySet<string>> {
    const { forms } = this.writing.indexed;
    const found = new Set<string>();
    const seen = new Set<string>();
    for (const { id, attributes } of rows) {
      const values = uniqueValues(forms, type, attributes);
      if (values.length === 0) continue;
      const { rows: taken } = await this.connection.transaction.run(
        selectHeld(this.company.companyId, values),
      );
      const keys = values.map(({ attribute, hash }) => `${attribute} ${hash}`);
      if (taken.length > 0 || keys.some((key) => seen.has(key))) found.add(id);
      else for (const key of keys) seen.add(key);
    }
    return found;
  }

  private async claim(type: ResourceType, rows: readonly RevivedRow[]): Promise<void> {
    const { forms } = this.writing.indexed;
    for (const { id, attributes } of rows) {
      const values = uniqueValues(forms, type, attributes);
      if (values.length === 0) continue;
      const owner = { companyId: this.company.companyId, type: type.name, id: formatResourceId(id) };
      requireClaimed(await this.connection.transaction.runAll(claimStatements(forms, owner, values)));
    }
  }

  private async switch(batch: readonly PlannedResource[], active: boolean): Promise<void> {
    const ids = batch.map(({ id }) => id);
    const { rows } = await this.transact(() =>
      this.connection.transaction.run(switchUsers(this.company, ids, active, this.state)),
    );
    const switched = new Set((rows as { id: string }[]).map(({ id }) => formatResourceId(id)));
    for (const user of batch) if (switched.has(user.id)) this.tally.switched(user, active);
  }

  /** A group that did not come back is a conflict already. */
  private async restoreMembers({ add, remove, ...group }: PlannedMembers): Promise<void> {
    const sum = { added: 0, removed: 0 };
    const most = Math.max(add.length, remove.length);
    for (let start = 0; start < most; start += MEMBERS_AT_ONCE) {
      const end = start + MEMBERS_AT_ONCE;
      const part = { add: add.slice(start, end), remove: remove.slice(start, end) };
      const counts = await this.changeMembers(group, part);
      if (counts === undefined) return;
      sum.added += counts.added;
      sum.removed += counts.removed;
    }
    this.tally.members(group, sum);
  }

  /** @returns undefined where there is no such group */
  private changeMembers(
    { id: groupId }: NamedResource,
    { add, remove }: Pick<PlannedMembers, 'add' | 'remove'>,
  ): Promise<{ added: number; removed: number } | undefined> {
    return this.transact(async () => {
      const { transaction } = this.connection;
      const { group, known } = await lockGroupAndMembers(transaction, this.company, groupId, add);
      if (group === undefined) return undefined;
      const { activity_id: activityId } = group;
      const target = { scope: this.company, groupId, activityId, type: this.writing.schemas.group };
      const step = { kind: 'delta', clear: false, add, remove } as const;
      const { unrecorded, moved, ...counts } = await changeMembersAlone(transaction, target, [step], known);
      if (moved === undefined) return counts;
      const resource = {
        type: 'Group',
        id: groupId,
        version: moved.version,
        externalId: textOf(group.attributes, 'externalId'),
        display: textOf(group.attributes, 'displayName') ?? '',
      } as const;
      const change = {
        operation: 'restore',
        resource,
        attributes: [],
        restored: this.state,
        ...counts,
      } as const;
      transaction.runAtCommit(recordChange(this.company, change, { activityId, members: unrecorded }));
      return counts;
    });
  }

  /** Runs `work` as a writer of the service in a transaction of its own, once more after a deadlock. */
  private async transact<T>(work: () => Promise<T>): Promise<T> {
    for (let left = ATTEMPTS; ; left -= 1) {
      try {
        return await this.connection.inCompany(this.company.companyId, async () => {
          await this.connection.query(
            `SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true), join_writers($3)`,
            [String(STATEMENT_TIMEOUT_MS), String(LOCK_TIMEOUT_MS), this.writing.indexed.generation],
          );
          return work();
        });
      } catch (error) {
        if (isRetryable(error) && left > 1) continue;
        if (!(error instanceof pg.DatabaseError) || error.code !== LOCK_NOT_AVAILABLE) throw error;
        throw new AdministrationError(
          'Other writes hold what is to be restored for too long. What was restored so far stays; pause the company, and ' +
            'restore again for the rest.',
          'conflict',
        );
      }
    }
  }
}

function withActive(row: DeletedRow, wanted: PlannedResource | undefined): RevivedRow {
  if (wanted?.active === undefined) return row;
  return { ...row, attributes: { ...row.attributes, active: wanted.active }, active: wanted.active };
}

function* batches<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += AT_ONCE) yield all.slice(start, start + AT_ONCE);
}
