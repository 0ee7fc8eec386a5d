import { type EntityTarget, In, type QueryDeepPartialEntity, type Repository } from 'typeorm';
import { hashAccessToken, makeAccessToken } from '../access/access-token.js';
import { Company as CompanyEntity } from '../persistence/entities/company.entity.js';
import { formatResourceId } from '../persistence/sql/resource-id.js';
import { AdministrationError } from './administration.error.js';
import { findCompanyId } from './find-company.js';
import { type OwnerConnection } from './owner-connection.js';
import { daysUntil } from './days-until.js';
import { isRowId, type ListPart } from './rows.js';
import { shownId } from './shown-id.js';

/** How often a use is written, at most. */
const USE_INTERVAL_MS = 60_000;
const MAX_CLIENT_LENGTH = 100;
/** How many companies a credential may name. */
const MOST_COMPANIES = 1000;

/** What the rows of credentials have in common. */
export interface CredentialRow {
  id: string;
  name: string;
  hash: Buffer;
  scopes: string[];
  created: Date;
  expires: Date | null;
  revoked: Date | null;
  lastUsed: Date | null;
  client: string | null;
}

/** A row that says that a credential is for a company. */
interface CredentialCompanyRow {
  credentialId: string;
  companyId: string;
}

/** A company that a credential names. */
export interface NamedCompany {
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly slug: string;
}

/** A credential without its secret, of which only the hash is stored. Times are ISO 8601 in UTC. */
export interface CredentialState {
  readonly id: string;
  readonly name: string;
  readonly created: string;
  /** Null if it never expires. */
  readonly expires: string | null;
  /** Null if it was not revoked. */
  readonly revoked: string | null;
  /** Days until it expires, the one that has begun included; 0 once it has, null if it never does. */
  readonly daysLeft: number | null;
  /** When it was last used, to the minute; null if it was not yet. */
  readonly lastUsed: string | null;
  /** The User-Agent of the last use; null if there was none. */
  readonly client: string | null;
}

/** The tables of a kind of credentials, and how they are spoken of. */
export interface CredentialKind<R extends CredentialRow> {
  readonly rows: EntityTarget<R>;
  readonly companies: EntityTarget<CredentialCompanyRow>;
  /** Part of the prefix of secrets, and the command of the command line. */
  readonly name: 'admin' | 'platform';
}

/**
 * Credentials that may be for several companies. Every method that names one throws {@link AdministrationError} where there
 * is none of the id.
 *
 * @typeParam R the row of a credential
 * @typeParam V what is shown of one
 */
export abstract class CredentialAdministration<R extends CredentialRow, V extends CredentialState> {
  protected constructor(
    protected readonly connection: OwnerConnection,
    private readonly kind: CredentialKind<R>,
  ) {}

  protected abstract view(row: R, state: CredentialState, companies: readonly NamedCompany[]): V;

  /** All credentials, or a part of them, including revoked and expired ones, in the order of their ids. */
  async list({ after, limit }: Partial<ListPart> = {}): Promise<readonly V[]> {
    const query = this.rows.createQueryBuilder('c').orderBy('c.id', 'ASC');
    if (after !== undefined) query.where('c.id > :after', { after });
    if (limit !== undefined) query.take(limit);
    return this.describe(await query.getMany());
  }

  show(id: string): Promise<V> {
    return this.read(id);
  }

  /** Revokes a credential, with effect from the next request. One that is revoked already keeps its time. */
  revoke(id: string): Promise<V> {
    return this.connection.inTransaction(async () => {
      await this.read(id);
      const { affected } = await this.rows
        .createQueryBuilder()
        .update()
        .set({ revoked: () => 'now()' } as unknown as QueryDeepPartialEntity<R>)
        .where('id = :id AND revoked IS NULL', { id })
        .execute();
      const revoked = await this.read(id);
      if (affected !== 0) {
        const links = await this.connection.repository(this.kind.companies).findBy({ credentialId: id });
        const companies = links.map(({ companyId }) => companyId);
        await this.record(companies, 'credential.revoked', revoked);
      }
      return revoked;
    });
  }

  /**
   * The credential with this SHA-256 hash, whether it is in force or not; undefined where there is none. Where it is, its
   * use is noted.
   *
   * @param client the name that the client gives itself, of printable characters
   */
  async use(hash: Buffer, client: string | undefined): Promise<V | undefined> {
    const row = await this.rows.createQueryBuilder('c').where('c.hash = :hash', { hash }).getOne();
    if (row === null) return undefined;
    if (isInForce(row) && Date.now() - (row.lastUsed?.getTime() ?? 0) > USE_INTERVAL_MS) {
      await this.rows
        .createQueryBuilder()
        .update()
        .set({
          lastUsed: () => 'now()',
          client: client?.slice(0, MAX_CLIENT_LENGTH) ?? null,
        } as unknown as QueryDeepPartialEntity<R>)
        .where('id = :id', { id: row.id })
        .execute();
    }
    const [credential] = await this.describe([row]);
    return credential;
  }

  /**
   * Stores a new credential.
   *
   * @param companies slugs or ids
   * @throws AdministrationError where there is no such company, or there are too many
   */
  protected insert(
    row: Omit<QueryDeepPartialEntity<R>, 'hash'>,
    companies: readonly string[],
  ): Promise<V & { readonly secret: string }> {
    if (companies.length > MOST_COMPANIES) {
      throw new AdministrationError(`A credential may name ${MOST_COMPANIES} companies at most.`);
    }
    return this.connection.inTransaction(async () => {
      const secret = makeAccessToken(await this.connection.cell(), this.kind.name);
      const ids: string[] = [];
      for (const company of companies) ids.push(await findCompanyId(this.connection, company));
      const stored = { ...row, hash: hashAccessToken(secret) } as unknown as QueryDeepPartialEntity<R>;
      const { identifiers } = await this.rows.insert(stored);
      const { id } = identifiers[0] as { id: string };
      const links = [...new Set(ids)].map((companyId) => ({ credentialId: id, companyId }));
      if (links.length > 0) await this.connection.repository(this.kind.companies).insert(links);
      const issued = await this.read(id);
      await this.record([...new Set(ids)], 'credential.issued', issued);
      return { ...issued, secret };
    });
  }

  /** In the journal of each company that it names; one for all companies belongs to none of them. */
  private async record(
    companies: readonly string[],
    operation: 'credential.issued' | 'credential.revoked',
    { id, name, expires }: CredentialState,
  ): Promise<void> {
    const detail = { kind: this.kind.name, id, expires };
    for (const companyId of companies) {
      await this.connection.record(companyId, { operation, display: name, detail });
    }
  }

  private async read(id: string): Promise<V> {
    const query = this.rows.createQueryBuilder('c').where('c.id = :id', { id });
    const row = isRowId(id) ? await query.getOne() : null;
    if (row === null) {
      const { name } = this.kind;
      throw new AdministrationError(
        `There is no ${name} credential ${shownId(id)}.`,
        'unknown',
        `${name} list`,
      );
    }
    const [credential] = await this.describe([row]);
    return credential!;
  }

  private async describe(rows: readonly R[]): Promise<readonly V[]> {
    const credentialId = In(rows.map(({ id }) => id));
    const links = await this.connection.repository(this.kind.companies).findBy({ credentialId });
    const ids = [...new Set(links.map(({ companyId }) => companyId))];
    const companies = await this.connection
      .repository(CompanyEntity)
      .find({ where: { id: In(ids) }, order: { slug: 'ASC' } });
    return rows.map((row) => {
      const own = new Set(
        links.filter((link) => link.credentialId === row.id).map(({ companyId }) => companyId),
      );
      const named = companies
        .filter(({ id }) => own.has(id))
        .map(({ id, slug }) => ({ id: formatResourceId(id), slug }));
      return this.view(row, stateOf(row), named);
    });
  }

  private get rows(): Repository<R> {
    return this.connection.repository(this.kind.rows);
  }
}

export const stateOf = ({
  id,
  name,
  created,
  expires,
  revoked,
  lastUsed,
  client,
}: CredentialRow): CredentialState => ({
  id,
  name,
  created: created.toISOString(),
  expires: expires?.toISOString() ?? null,
  revoked: revoked?.toISOString() ?? null,
  daysLeft: expires && daysUntil(expires),
  lastUsed: lastUsed?.toISOString() ?? null,
  client,
});

/** Whether it opens anything. */
export const isInForce = ({
  expires,
  revoked,
}: {
  readonly expires: Date | string | null;
  readonly revoked: Date | string | null;
}): boolean => revoked === null && (expires === null || new Date(expires).getTime() > Date.now());
