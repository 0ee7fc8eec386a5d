import { IsNull } from 'typeorm';
import { type Company } from '../persistence/entities/company.entity.js';
import { GuardEstimate } from '../persistence/entities/guard-estimate.entity.js';
import { Guard } from '../persistence/entities/guard.entity.js';
import { HeldRemoval as HeldRemovalRow } from '../persistence/entities/held-removal.entity.js';
import { type HeldRule } from '../protocol/error/held.error.js';
import { formatResourceId, readResourceId } from '../persistence/sql/resource-id.js';
import { AdministrationError } from './administration.error.js';
import { findCompany } from './find-company.js';
import {
  columnsOf,
  type GuardChanges,
  type GuardSettings,
  guardSettingsOf,
  type GuardState,
  type HeldCompany,
  type HeldRemoval,
  LONGEST_RELEASE,
} from './guard.js';
import { type OwnerConnection } from './owner-connection.js';
import { type ListPart } from './rows.js';

/** The present moment, no later than its milliseconds: what comes next is behind it. */
const NOW = "date_trunc('milliseconds', clock_timestamp())";

/**
 * The guard against removals in mass: its settings, what it holds, and the release. All methods throw
 * {@link AdministrationError} where there is no company of the slug or id.
 */
export class GuardAdministration {
  constructor(private readonly connection: OwnerConnection) {}

  async showGuard(named: string): Promise<GuardState> {
    const { id } = await findCompany(this.connection, named);
    return this.connection.inCompany(id, () => this.describe(id));
  }

  /**
   * Changes settings; what is left out stays. With another mode, counting begins anew, and what is held is released.
   *
   * @param isCurrent looks at the settings that are to be changed, and throws where they are not those that were meant
   */
  async setGuard(
    named: string,
    changes: GuardChanges,
    isCurrent: (settings: GuardSettings) => void = () => undefined,
  ): Promise<GuardState> {
    const company = await findCompany(this.connection, named);
    const { id } = company;
    return this.connection.inTransaction(async () => {
      const columns = columnsOf(changes);
      const before = await this.connection.inCompany(id, async () => {
        const guard = await this.lock(id);
        isCurrent(guardSettingsOf(guard));
        const isOther = columns.mode !== undefined && columns.mode !== guard.mode;
        if (Object.keys(columns).length > 0) {
          await this.connection.repository(Guard).update({ companyId: id }, columns);
          await this.connection.repository(GuardEstimate).delete({ companyId: id });
        }
        if (isOther) await this.countAnew(id);
        return guard;
      });
      if (before.heldSince !== null && columns.mode !== undefined && columns.mode !== 'hold') {
        await this.record(company, 'guard.released', { mode: columns.mode });
      }
      const attributes = Object.keys(columns).map((name) => `guard.${name}`);
      if (attributes.length > 0) {
        await this.record(company, 'settings', { settings: { guard: { ...changes } } }, attributes);
      }
      return this.connection.inCompany(id, () => this.describe(id));
    });
  }

  /**
   * Ends a hold, where there is one. What was removed so far counts no more, so that it takes as much again to be held again.
   *
   * @param ids users and groups of which the held removals are let through for a day, without being counted; by default
   *   none are, and a request that is too much by itself is held again
   * @throws AdministrationError where not all of these are held
   */
  async releaseHold(named: string, ids: readonly string[] = []): Promise<GuardState> {
    const company = await findCompany(this.connection, named);
    const { id, slug } = company;
    return this.connection.inTransaction(async () => {
      const isHeld = await this.connection.inCompany(id, async () => {
        const { heldSince } = await this.lock(id);
        await this.letThrough(id, slug, ids);
        if (heldSince !== null) await this.countAnew(id);
        return heldSince !== null;
      });
      if (isHeld) await this.record(company, 'guard.released', { resources: ids.length });
      return this.connection.inCompany(id, () => this.describe(id));
    });
  }

  /**
   * Lets everything through for a time, uncounted, and ends what is held.
   *
   * @param minutes from 1 to {@link LONGEST_RELEASE}
   * @throws AdministrationError where that is too long
   */
  async liftGuard(named: string, minutes: number): Promise<GuardState> {
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > LONGEST_RELEASE) {
      throw new AdministrationError(
        `Removals are let through for a whole number of minutes from 1 to ${LONGEST_RELEASE}.`,
      );
    }
    const company = await findCompany(this.connection, named);
    const { id } = company;
    return this.connection.inTransaction(async () => {
      await this.connection.inCompany(id, async () => {
        await this.lock(id);
        await this.countAnew(id, minutes);
      });
      await this.record(company, 'guard.released', { minutes });
      return this.connection.inCompany(id, () => this.describe(id));
    });
  }

  /** Ends what {@link liftGuard} began, where it lasts. What was removed meanwhile is not counted. */
  async resumeGuard(named: string): Promise<GuardState> {
    const company = await findCompany(this.connection, named);
    const { id } = company;
    return this.connection.inTransaction(async () => {
      const wasLifted = await this.connection.inCompany(id, async () => {
        const isLifted = liftedUntilOf(await this.lock(id)) !== null;
        if (isLifted) await this.countAnew(id);
        return isLifted;
      });
      if (wasLifted) await this.record(company, 'guard.resumed', {});
      return this.connection.inCompany(id, () => this.describe(id));
    });
  }

  /** What is held, or a part of it, in the order of ids. */
  async listHeldRemovals(
    named: string,
    { after, limit }: Partial<ListPart> = {},
  ): Promise<readonly HeldRemoval[]> {
    const { id } = await findCompany(this.connection, named);
    return this.connection.inCompany(id, async () => {
      const { rows } = await this.connection.query<
        Omit<HeldRemovalRow, 'company'> & { readonly display: string | null }
      >(
        `SELECT h.resource_id AS "resourceId", h.resource_type AS "resourceType", h.operation, h.removed, h.attempts,
           h.first_attempt AS "firstAttempt", h.last_attempt AS "lastAttempt", coalesce(u.display, g.display_name) AS display
         FROM held_removals h
           LEFT JOIN users u ON u.company_id = h.company_id AND u.id = h.resource_id AND h.resource_type = 'User'
           LEFT JOIN groups g ON g.company_id = h.company_id AND g.id = h.resource_id AND h.resource_type = 'Group'
         WHERE h.company_id = $1 AND h.released_until IS NULL AND h.resource_id > $2
         ORDER BY h.resource_id LIMIT $3`,
        [id, after === undefined ? '0' : (readResourceId(after) ?? '0'), limit ?? null],
      );
      return rows.map((row) => ({
        id: formatResourceId(row.resourceId),
        type: row.resourceType,
        display: row.display,
        operation: row.operation,
        memberships: Number(row.removed),
        attempts: row.attempts,
        firstAttempt: row.firstAttempt.toISOString(),
        lastAttempt: row.lastAttempt.toISOString(),
      }));
    });
  }

  /**
   * The companies of which removals are held, or a part of them, in the order of their slugs.
   *
   * @param part of which `ids` are those that may be seen, in 16 hexadecimal digits; undefined for all
   */
  async listHolds({
    after,
    limit,
    ids,
  }: Partial<ListPart> & { readonly ids?: readonly string[] | undefined } = {}): Promise<
    readonly HeldCompany[]
  > {
    const held = await this.connection.inJournal(() =>
      this.connection.query<{ company_id: string; held_since: Date; held_rule: HeldRule }>(
        'SELECT company_id, held_since, held_rule FROM guards WHERE held_since IS NOT NULL',
      ),
    );
    const { rows } = await this.connection.query<{ id: string; slug: string; name: string }>(
      `SELECT id, slug, name FROM companies
       WHERE id = ANY ($1::bigint[]) AND ($2::bigint[] IS NULL OR id = ANY ($2)) AND slug > $3
       ORDER BY slug LIMIT $4`,
      [
        held.rows.map((row) => row.company_id),
        ids?.map((id) => readResourceId(id) ?? '0') ?? null,
        after ?? '',
        limit ?? null,
      ],
    );
    return rows.map(({ id, slug, name }) => {
      const hold = held.rows.find((row) => row.company_id === id)!;
      return {
        id: formatResourceId(id),
        slug,
        name,
        since: hold.held_since.toISOString(),
        rule: hold.held_rule,
      };
    });
  }

  private async letThrough(companyId: string, slug: string, ids: readonly string[]): Promise<void> {
    const { rowCount } = await this.connection.query(
      `UPDATE held_removals SET released_until = clock_timestamp() + interval '1 day'
       WHERE company_id = $1 AND released_until IS NULL AND resource_id = ANY ($2::bigint[])`,
      [companyId, ids.map((each) => readResourceId(each) ?? '0')],
    );
    if (rowCount === new Set(ids).size) return;
    const detail = `Not all of these are held of company ${slug}; nothing was released.`;
    throw new AdministrationError(detail, 'conflict', `guard show ${slug}`);
  }

  /** The row of the company, which is made where there is none yet, locked. */
  private async lock(companyId: string): Promise<Guard> {
    const guards = this.connection.repository(Guard);
    await guards.createQueryBuilder().insert().values({ companyId }).orIgnore().execute();
    return guards.findOneOrFail({ where: { companyId }, lock: { mode: 'for_no_key_update' } });
  }

  private async countAnew(companyId: string, minutes = 0): Promise<void> {
    await this.connection.query(
      `UPDATE guards SET held_since = NULL, held_rule = NULL, warned = NULL,
         counted_from = ${NOW} + make_interval(mins => $2) WHERE company_id = $1`,
      [companyId, minutes],
    );
    await this.connection.query(
      'DELETE FROM held_removals WHERE company_id = $1 AND released_until IS NULL',
      [companyId],
    );
    await this.connection.repository(GuardEstimate).delete({ companyId });
  }

  private async describe(companyId: string): Promise<GuardState> {
    const guards = this.connection.repository(Guard);
    const guard = (await guards.findOneBy({ companyId })) ?? (await this.lock(companyId));
    const removals = await this.connection
      .repository(HeldRemovalRow)
      .countBy({ companyId, releasedUntil: IsNull() });
    const { heldSince, heldRule, warned } = guard;
    return {
      ...guardSettingsOf(guard),
      held:
        heldSince === null || heldRule === null
          ? null
          : { since: heldSince.toISOString(), rule: heldRule, removals },
      liftedUntil: liftedUntilOf(guard),
      warned: warned?.toISOString() ?? null,
    };
  }

  private record(
    { id, name }: Company,
    operation: 'guard.released' | 'guard.resumed' | 'settings',
    detail: NonNullable<Parameters<OwnerConnection['record']>[1]['detail']>,
    attributes: readonly string[] = [],
  ): Promise<void> {
    return this.connection.record(id, { operation, display: name, attributes, detail });
  }
}

/** Until when everything is let through; null where it is not. */
const liftedUntilOf = ({ countedFrom }: Guard): string | null =>
  countedFrom !== null && countedFrom.getTime() > Date.now() ? countedFrom.toISOString() : null;
