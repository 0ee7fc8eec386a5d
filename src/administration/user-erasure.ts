import { MoreThan } from 'typeorm';
import { Erasure as ErasureRow } from '../persistence/entities/erasure.entity.js';
import { recordChange } from '../persistence/journal/record-change.js';
import { formatResourceId, isResourceId, readResourceId } from '../persistence/sql/resource-id.js';
import { deleteUser } from '../persistence/users/delete-user.js';
import { AdministrationError } from './administration.error.js';
import { findCompany, findCompanyId } from './find-company.js';
import { deletedIn, lookForUser, type NamedCompany, shown } from './find-resource.js';
import { type OwnerConnection, type OwnerResult } from './owner-connection.js';
import { type ListPart } from './rows.js';

/** How many rows of a table were about the person before the erasure, and how many are left. */
export interface TableProof {
  readonly table: string;
  readonly before: number;
  readonly left: number;
}

/** A user that was erased. */
export interface Erasure {
  /** 16 hexadecimal digits: the id stays. */
  readonly id: string;
  /** ISO 8601 in UTC. */
  readonly erased: string;
}

/** An erasure with its proof. */
export interface ProvenErasure extends Erasure {
  /** Slug of the company. */
  readonly company: string;
  readonly proof: readonly TableProof[];
  /** What the administrator still has to do elsewhere. */
  readonly notice: string;
}

/** The users of a list by their ids, by whether they had to be erased again. */
export interface ErasedAgain {
  readonly erased: readonly string[];
  /** Those of whom the database had nothing. */
  readonly unchanged: readonly string[];
}

/**
 * The rows that hold data of a person. `$1` is the company, `$2` the user. In the journal, `$3` are the tokens that stand for
 * the user, whose names may tell of the person, and `$4` the names by which a refused request may have wanted to create the
 * person. `seenBy` is the role that row-level security shows them to. `removal` removes what the deletion of the user leaves.
 */
const TRACES = [
  { table: 'users', seenBy: 'service', where: 'company_id = $1 AND id = $2' },
  { table: 'memberships', seenBy: 'service', where: 'company_id = $1 AND member_user_id = $2' },
  { table: 'unique_values', seenBy: 'service', where: 'company_id = $1 AND user_id = $2' },
  {
    table: 'deleted_resources',
    seenBy: 'service',
    where: "company_id = $1 AND id = $2 AND type = 'User'",
    removal: 'DELETE FROM deleted_resources',
  },
  {
    // Answers of receivers to events about the person. The events themselves are made from the journal when they are sent.
    table: 'webhook_deliveries',
    seenBy: 'service',
    where: `company_id = $1 AND excerpt IS NOT NULL AND (resource_id = $2 OR activity_id IN (
      SELECT activity_id FROM activity_members WHERE company_id = $1 AND member_id = $2))`,
    removal: 'UPDATE webhook_deliveries SET excerpt = NULL',
  },
  {
    table: 'access_tokens',
    seenBy: 'owner',
    where: 'company_id = $1 AND user_id = $2',
    removal: 'DELETE FROM access_tokens',
  },
  {
    table: 'activity',
    seenBy: 'journal',
    where: `company_id = $1 AND id IN (
      SELECT id FROM activity WHERE company_id = $1 AND resource_id = $2 AND resource_type = 'User'
        AND (display IS NOT NULL OR external_id IS NOT NULL OR detail IS NOT NULL)
      UNION ALL
      SELECT id FROM activity WHERE company_id = $1 AND credential_id = ANY ($3) AND credential_name IS NOT NULL
      UNION ALL
      SELECT id FROM activity WHERE company_id = $1 AND outcome = 'refused' AND display IS NOT NULL
        AND lower(display) IN (SELECT lower(name) FROM unnest($4::text[]) AS name))`,
    removal: `UPDATE activity SET display = NULL, external_id = NULL, detail = NULL,
      credential_name = CASE WHEN credential_id = ANY ($3) THEN NULL ELSE credential_name END`,
  },
  {
    // Recorded requests are encrypted, and any of them may tell of the person.
    table: 'recorded_requests',
    seenBy: 'recorder',
    where: 'company_id = $1',
    removal: 'DELETE FROM recordings',
  },
] as const;

const NAMES_KEPT = ['users', 'deleted_resources']
  .map(
    (
      table,
    ) => `SELECT ARRAY[attributes ->> 'userName', attributes ->> 'displayName', attributes ->> 'externalId'] AS names
      FROM ${table} WHERE company_id = $1 AND id = $2`,
  )
  .join(' UNION ALL ');
const NAMES_TOLD = `SELECT DISTINCT ARRAY[display, external_id] AS names FROM activity
  WHERE company_id = $1 AND resource_id = $2 AND resource_type = 'User'`;

const noSuchUser = (named: string, slug: string): AdministrationError =>
  new AdministrationError(
    `The company has no user ${shown(named)}, and nothing is left of one. Name a user by userName or id, and one who ` +
      'was deleted by id, as the journal has it.',
    'unknown',
    deletedIn(slug),
  );

const NOTICE =
  'Remove the person from the assignments of the identity provider too, or its next cycle makes the person anew, with ' +
  'another id. What others say of the person, such as the name of a group, stays, and so do backups and logs elsewhere. ' +
  'The recorded requests of the whole company are erased with the person.';

interface Target {
  readonly companyId: string;
  /** 16 hexadecimal digits. */
  readonly id: string;
  /** The same in decimal digits. */
  readonly userId: string;
  /** Whether the user was deleted before, so that the journal alone may tell of the person. */
  readonly isGone: boolean;
  /** Ids of the tokens that stand for the user. */
  readonly tokens: readonly string[];
  /** What the person is called. */
  readonly names: readonly string[];
}

/** Removes everything that is kept of a person. All methods throw {@link AdministrationError} where there is no such company. */
export class UserErasure {
  constructor(private readonly connection: OwnerConnection) {}

  /**
   * Erases a user: as its deletion does, which leaves the versions of its groups moved, and wherever else the person is
   * kept. Only the id stays, in the list of erased ones. Of a user that was deleted before, it erases what is left.
   *
   * @param named userName or id; of a user that was deleted, the id
   * @throws AdministrationError where there is no such user, and nothing is left of one
   */
  eraseUser(company: string, named: string): Promise<ProvenErasure> {
    return this.connection.change(async () => {
      const { id: companyId, slug } = await findCompany(this.connection, company);
      const erasure = await this.erase(await this.find({ companyId, slug }, named));
      if (erasure === undefined) throw noSuchUser(named, slug);
      return { ...erasure, company: slug, notice: NOTICE };
    });
  }

  /**
   * Erases the users of a list that was kept apart, of whom a restored backup may know something again. Each is erased in a
   * transaction of its own, and all stand in the list of erasures then.
   *
   * @param ids 16 hexadecimal digits each
   */
  async eraseAgain(company: string, ids: readonly string[]): Promise<ErasedAgain> {
    const { id: companyId, slug } = await findCompany(this.connection, company);
    const found: { erased: string[]; unchanged: string[] } = { erased: [], unchanged: [] };
    for (const id of [...new Set(ids)].sort()) {
      const erasure = await this.connection.change(async () => {
        const target = await this.find({ companyId, slug }, id);
        const erased = await this.erase(target);
        if (erased === undefined) await this.connection.inCompany(companyId, () => this.list(target));
        return erased;
      });
      found[erasure === undefined ? 'unchanged' : 'erased'].push(id);
    }
    return found;
  }

  /** @returns undefined where nothing is left of the user */
  private async erase(target: Target): Promise<Omit<ProvenErasure, 'company' | 'notice'> | undefined> {
    const before = await this.count(target);
    const isKept = before.some((count, index) => count > 0 && TRACES[index]?.seenBy !== 'recorder');
    if (target.isGone && !isKept) return undefined;
    // The list lets one erasure of a person run at a time. What a long history takes is done before users and groups are locked,
    // since others wait for them.
    const erased = await this.connection.inCompany(target.companyId, () => this.list(target));
    await this.deleteTraces(target, 'journal');
    await this.connection.inCompany(target.companyId, () => this.delete(target));
    await this.deleteTraces(target);
    const left = await this.count(target);
    const proof = TRACES.map(({ table }, index) => ({
      table,
      before: before[index] ?? 0,
      left: left[index] ?? 0,
    }));
    return { id: target.id, erased, proof };
  }

  /** The users of a company that were erased, or a part of them, in the order of their ids. */
  async listErasures(company: string, { after, limit }: Partial<ListPart> = {}): Promise<readonly Erasure[]> {
    const companyId = await findCompanyId(this.connection, company);
    const behind = after === undefined ? undefined : readResourceId(after);
    const rows = await this.connection.inCompany(companyId, () =>
      this.connection.repository(ErasureRow).find({
        where: { companyId, ...(behind !== undefined && { userId: MoreThan(behind) }) },
        order: { userId: 'ASC' },
        ...(limit !== undefined && { take: limit }),
      }),
    );
    return rows.map(({ userId, erased }) => ({ id: formatResourceId(userId), erased: erased.toISOString() }));
  }

  private async find({ companyId, slug }: NamedCompany, named: string): Promise<Target> {
    const present = await lookForUser(this.connection, companyId, named);
    const id = present ?? named;
    if (!isResourceId(id)) throw noSuchUser(named, slug);
    const userId = readResourceId(id) ?? '';
    const { rows } = await this.connection.query<{ id: string }>(
      'SELECT id FROM access_tokens WHERE company_id = $1 AND user_id = $2',
      [companyId, userId],
    );
    const names = await this.namesOf(companyId, userId);
    return { companyId, id, userId, isGone: present === undefined, tokens: rows.map((row) => row.id), names };
  }

  /** userName, displayName and externalId, those too that the journal alone has. */
  private async namesOf(companyId: string, userId: string): Promise<readonly string[]> {
    const values = [companyId, userId];
    const kept = await this.connection.inCompany(companyId, () =>
      this.connection.query<{ names: (string | null)[] }>(NAMES_KEPT, values),
    );
    const told = await this.connection.inJournal(() =>
      this.connection.query<{ names: (string | null)[] }>(NAMES_TOLD, values),
    );
    const names = [...kept.rows, ...told.rows].flatMap((row) => row.names.filter((name) => name !== null));
    return [...new Set(names)];
  }

  private async delete({ companyId, id, userId, isGone }: Target): Promise<void> {
    const { transaction, origin } = this.connection;
    const company = { companyId, origin };
    if (isGone) {
      const resource = { type: 'User', id, version: await this.lastVersion(companyId, userId) } as const;
      transaction.runAtCommit(recordChange(company, { operation: 'erase', resource, attributes: [] }));
    } else if (!(await deleteUser(transaction, company, id, () => undefined, 'erase'))) {
      throw new AdministrationError('The user was deleted at this moment; name the user by id.', 'conflict');
    }
  }

  /** @returns since when it stands in the list of erasures */
  private async list({ companyId, userId }: Target): Promise<string> {
    const erasures = this.connection.repository(ErasureRow);
    await erasures.createQueryBuilder().insert().values({ companyId, userId }).orIgnore().execute();
    return (await erasures.findOneByOrFail({ companyId, userId })).erased.toISOString();
  }

  /** The version that a user had when it was deleted; the first one where the journal does not tell. */
  private async lastVersion(companyId: string, userId: string): Promise<string> {
    const { rows } = await this.connection.query<{ version: string }>(
      `SELECT coalesce(max(version), 1)::text AS version FROM activity
       WHERE company_id = $1 AND resource_id = $2 AND resource_type = 'User'`,
      [companyId, userId],
    );
    return rows[0]!.version;
  }

  /** @param seenBy the role that sees those that are removed; undefined for all */
  private async deleteTraces(target: Target, seenBy?: (typeof TRACES)[number]['seenBy']): Promise<void> {
    for (const trace of TRACES) {
      if (!('removal' in trace) || (seenBy !== undefined && trace.seenBy !== seenBy)) continue;
      await this.lookAt(trace, target, `${trace.removal} WHERE ${trace.where}`);
    }
  }

  private async count(target: Target): Promise<readonly number[]> {
    const counts: number[] = [];
    for (const trace of TRACES) {
      const { rows } = await this.lookAt(
        trace,
        target,
        `SELECT count(*)::int AS count FROM ${trace.table} WHERE ${trace.where}`,
      );
      counts.push(rows[0]?.count ?? 0);
    }
    return counts;
  }

  private lookAt(
    { seenBy }: (typeof TRACES)[number],
    { companyId, userId, tokens, names }: Target,
    text: string,
  ): Promise<OwnerResult<{ readonly count: number }>> {
    const values = { service: [userId], owner: [userId], journal: [userId, tokens, names], recorder: [] }[
      seenBy
    ];
    const look = (): Promise<OwnerResult<{ readonly count: number }>> =>
      this.connection.query(text, [companyId, ...values]);
    if (seenBy === 'owner') return look();
    return seenBy === 'service'
      ? this.connection.inCompany(companyId, look)
      : this.connection.inJournal(look);
  }
}
