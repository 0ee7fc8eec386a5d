import { type Settings } from '../../config/settings.js';
import { COMPANY_LOCK } from '../../persistence/database/advisory-locks.js';
import { type Company } from '../../persistence/entities/company.entity.js';
import { IndexedForms } from '../../persistence/indexed-forms/indexed-forms.js';
import { lastIdAt } from '../../scim/id-times.js';
import { formatResourceId, isResourceId } from '../../persistence/sql/resource-id.js';
import { foldCase } from '../../protocol/text/fold-case.js';
import { problemOfText } from '../../protocol/text/check-value.js';
import { AdministrationError } from '../administration.error.js';
import { findCompany } from '../find-company.js';
import { findEvenIfGone, shown } from '../find-resource.js';
import { type OwnerConnection } from '../owner-connection.js';
import { RestorePlanner, type RestoreRange } from './restore-plan.js';
import { type RestoreReport, RestoreTally } from './restore-report.js';
import { RestoreRun } from './restore-run.js';

const DAY_MS = 86_400_000;

/** How many users or groups a restore may name. */
export const MOST_NAMED = 1000;

/** What is restored: all, or users or groups by name or id. */
export type RestoreScope =
  'all' | { readonly users: readonly string[] } | { readonly groups: readonly string[] };

export interface RestoreRequest {
  /** The instant whose state comes back. What happened in its millisecond counts. */
  readonly at: Date;
  readonly scope: RestoreScope;
  /** Whether it is only told what would be done. */
  readonly dryRun: boolean;
}

/** The settings that a restore goes by. */
export type RestoreSettings = Pick<Settings, 'schemas' | 'deletedRetentionDays' | 'restoreLimit'>;

/** Brings back what a company was at an instant: deleted users and groups with their ids, `active`, and memberships. */
export class ResourceRestore {
  constructor(private readonly connection: OwnerConnection) {}

  /**
   * Restores, or tells what it would do. Deleted resources come back as they were when they were deleted, with the
   * memberships of the instant; a user is active if he was then; groups get the members that they had. Other attributes
   * stay as they are, and so does what was made since. Whatever is in the way is left, as a conflict. It may be repeated:
   * what is as it was is not touched.
   *
   * @param company its slug or id
   * @throws AdministrationError where the company or a name is unknown; where the instant is to come, or before what is
   *   kept; where it is too much; where another restore of the company runs
   * @throws StartupError where the rows of the database have other forms than the schemas ask for
   */
  async restore(
    company: string,
    { at, scope, dryRun }: RestoreRequest,
    settings: RestoreSettings,
  ): Promise<RestoreReport> {
    const found = await findCompany(this.connection, company);
    this.requireKept(found, at, settings.deletedRetentionDays);
    const range: RestoreRange = {
      companyId: found.id,
      last: lastIdAt(at),
      named: await this.find(found, scope),
      limit: settings.restoreLimit,
    };
    const planned = new RestoreTally();
    if (dryRun) {
      await new RestorePlanner(this.connection, range, planned).plan();
      return planned.report(found.slug, at, true);
    }
    return this.alone(found, async () => {
      const plan = await new RestorePlanner(this.connection, range, planned).plan();
      const indexed = new IndexedForms(settings.schemas);
      await indexed.load((statement) => this.connection.transaction.run(statement));
      const writing = { companyId: found.id, schemas: settings.schemas, indexed, at };
      const done = planned.begun();
      await new RestoreRun(this.connection, writing, done).run(plan);
      return done.report(found.slug, at, false);
    });
  }

  private requireKept({ slug, journalSince, deleteAfter }: Company, at: Date, days: number): void {
    const now = Date.now();
    if (deleteAfter !== null) {
      const detail = `Company ${slug} was deleted; bring it back first.`;
      throw new AdministrationError(detail, 'conflict', `company restore ${slug}`);
    }
    if (at.getTime() >= now) throw new AdministrationError('The instant of a restore has to be in the past.');
    if (at < journalSince) {
      throw new AdministrationError(
        `The journal of ${slug} goes back to ${journalSince.toISOString()}; restore an instant behind that.`,
      );
    }
    const oldest = new Date(now - days * DAY_MS);
    if (at < oldest) {
      throw new AdministrationError(
        `What was deleted is kept for ${days} days (DELETED_RETENTION_DAYS); restore an instant behind ` +
          `${oldest.toISOString()}.`,
      );
    }
  }

  private async find(company: Company, scope: RestoreScope): Promise<RestoreRange['named']> {
    if (scope === 'all') return undefined;
    const [type, names] =
      'users' in scope ? (['User', scope.users] as const) : (['Group', scope.groups] as const);
    if (names.length === 0 || names.length > MOST_NAMED) {
      throw new AdministrationError(
        `A restore names from 1 to ${MOST_NAMED} users or groups, or is for all.`,
      );
    }
    const ids = new Set<string>();
    for (const name of names) ids.add(await this.findResource(company, type, name));
    return { type, ids: [...ids] };
  }

  /** A name that nothing has at present is looked for among what was deleted, and then in the journal. */
  private async findResource({ id, slug }: Company, type: 'User' | 'Group', name: string): Promise<string> {
    if (isResourceId(name)) return name;
    const [present, ...others] = await this.findNamed(id, type, name);
    if (present === undefined) {
      const kind = type === 'User' ? 'user' : 'group';
      return findEvenIfGone(kind, this.connection, { companyId: id, slug }, name);
    }
    if (others.length === 0) return present;
    throw new AdministrationError(
      `There are and were several ${type === 'User' ? 'users' : 'groups'} ${shown(name)}: ` +
        `${[present, ...others].join(', ')}; name one by its id.`,
      'conflict',
    );
  }

  /** At most three: those that there are, or else those that were deleted. */
  private async findNamed(
    companyId: string,
    type: 'User' | 'Group',
    name: string,
  ): Promise<readonly string[]> {
    if (problemOfText(name) !== undefined) return [];
    const [table, key] = type === 'User' ? ['users', 'user_name_key'] : ['groups', 'display_name_key'];
    const { rows } = await this.connection.inCompany(companyId, () =>
      this.connection.query<{ id: string }>(
        `WITH present AS (SELECT id FROM ${table} WHERE company_id = $1 AND ${key} = $2 ORDER BY id LIMIT 3)
         SELECT id FROM present
         UNION ALL (SELECT id FROM deleted_resources
           WHERE company_id = $1 AND type = $3 AND name_key = $2 AND NOT EXISTS (SELECT FROM present)
           ORDER BY id LIMIT 3)`,
        [companyId, foldCase(name), type],
      ),
    );
    return rows.map((row) => formatResourceId(row.id));
  }

  private async alone<T>({ id, slug }: Company, work: () => Promise<T>): Promise<T> {
    const key = [COMPANY_LOCK.restore, id];
    const { rows } = await this.connection.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock($1, hashint8($2)) AS locked',
      key,
    );
    if (rows[0]?.locked !== true) {
      throw new AdministrationError(`Another restore of company ${slug} is under way.`, 'conflict');
    }
    try {
      return await work();
    } finally {
      await this.connection.query('SELECT pg_advisory_unlock($1, hashint8($2))', key).catch(() => undefined);
    }
  }
}
