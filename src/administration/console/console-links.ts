import { IsNull } from 'typeorm';
import { hashAccessToken, makeAccessToken } from '../../access/access-token.js';
import { type Company } from '../../persistence/entities/company.entity.js';
import { ConsoleLink as ConsoleLinkRow } from '../../persistence/entities/console-link.entity.js';
import { formatResourceId } from '../../persistence/sql/resource-id.js';
import { AdministrationError } from '../administration.error.js';
import { type NamedCompany } from '../credential-administration.js';
import { findCompany } from '../find-company.js';
import { type OwnerConnection } from '../owner-connection.js';
import { isRowId, type ListPart } from '../rows.js';
import { shownId } from '../shown-id.js';

/** How many unused links a company may have. */
const MOST_WAITING = 20;

/** A link to the console, without its secret. Times are ISO 8601 in UTC. */
export interface ConsoleLink {
  readonly id: string;
  /** For whom it is. */
  readonly name: string;
  /** The company that it makes somebody an administrator of; null for an operator. */
  readonly company: NamedCompany | null;
  readonly created: string;
  readonly expires: string;
  /** When it was used up; null before. */
  readonly used: string | null;
  readonly revoked: string | null;
}

/** A link to be issued. */
export interface NewConsoleLink {
  /** Slug or id; undefined for an operator. */
  readonly company: string | undefined;
  readonly name: string;
  /** How long it waits to be used, in milliseconds. */
  readonly lifetime: number;
}

/** Links by which people come to the console, each once: set-up links of companies, and sign-in links of operators. */
export class ConsoleLinks {
  constructor(private readonly connection: OwnerConnection) {}

  /**
   * Makes a link.
   *
   * @returns it with its secret, of which only the hash is kept
   * @throws AdministrationError where there is no such company, or too many links of it wait
   */
  issue({ company, name, lifetime }: NewConsoleLink): Promise<ConsoleLink & { readonly secret: string }> {
    return this.connection.inTransaction(async () => {
      const secret = makeAccessToken(await this.connection.cell(), 'link');
      const found = company === undefined ? null : await findCompany(this.connection, company);
      if (found) await this.requireRoom(found);
      const { identifiers } = await this.connection.repository(ConsoleLinkRow).insert({
        companyId: found?.id ?? null,
        name,
        hash: hashAccessToken(secret),
        expires: new Date(Date.now() + lifetime),
      });
      const { id } = identifiers[0] as { id: string };
      const issued = await this.show(id);
      await this.record('credential.issued', issued);
      return { ...issued, secret };
    });
  }

  /**
   * The links of a company, or a part of them, in the order of their ids.
   *
   * @throws AdministrationError where there is no such company
   */
  async list(company: string, { after, limit }: ListPart): Promise<readonly ConsoleLink[]> {
    const { id: companyId } = await findCompany(this.connection, company);
    const query = this.query().where('l.company_id = :companyId', { companyId }).take(limit);
    if (after !== undefined) query.andWhere('l.id > :after', { after });
    return (await query.getMany()).map(toLink);
  }

  /**
   * Ends a link, and the session that it began. One that is revoked already keeps its time.
   *
   * @param company slug or id of the company whose link it is
   * @throws AdministrationError where the company, or a link of it with this id, does not exist
   */
  revoke(company: string, id: string): Promise<ConsoleLink> {
    return this.connection.inTransaction(async () => {
      const { id: companyId } = await findCompany(this.connection, company);
      await this.show(id, companyId);
      const { affected } = await this.connection
        .repository(ConsoleLinkRow)
        .update({ id, revoked: IsNull() }, { revoked: () => 'now()' });
      const revoked = await this.show(id, companyId);
      if (affected !== 0) await this.record('credential.revoked', revoked);
      return revoked;
    });
  }

  /** The link with this SHA-256 hash; undefined where none can be used. */
  async find(hash: Buffer): Promise<ConsoleLink | undefined> {
    const row = await this.query()
      .where('l.hash = :hash AND l.used IS NULL AND l.revoked IS NULL AND l.expires > now()', { hash })
      .getOne();
    return row === null ? undefined : toLink(row);
  }

  /** Uses the link with this SHA-256 hash, once; undefined where none can be used. */
  async use(hash: Buffer): Promise<ConsoleLink | undefined> {
    const result = await this.connection
      .repository(ConsoleLinkRow)
      .createQueryBuilder()
      .update()
      .set({ used: () => 'now()' })
      .where('hash = :hash AND used IS NULL AND revoked IS NULL AND expires > now()', { hash })
      .returning('id')
      .execute();
    const [used] = result.raw as { id: string }[];
    return used && this.show(used.id);
  }

  /** @param companyId whose link it has to be; undefined for anybody's */
  async show(id: string, companyId?: string): Promise<ConsoleLink> {
    const query = this.query().where('l.id = :id', { id });
    if (companyId !== undefined) query.andWhere('l.company_id = :companyId', { companyId });
    const row = isRowId(id) ? await query.getOne() : null;
    if (row === null) {
      throw new AdministrationError(`There is no set-up link ${shownId(id)}.`, 'unknown');
    }
    return toLink(row);
  }

  private async requireRoom({ id: companyId, slug }: Company): Promise<void> {
    const waiting = await this.query()
      .where('l.company_id = :companyId AND l.used IS NULL AND l.revoked IS NULL', { companyId })
      .andWhere('l.expires > now()')
      .getCount();
    if (waiting < MOST_WAITING) return;
    throw new AdministrationError(
      `${MOST_WAITING} set-up links of ${slug} wait to be used, which is as many as there may be; revoke one.`,
      'conflict',
    );
  }

  private query() {
    return this.connection
      .repository(ConsoleLinkRow)
      .createQueryBuilder('l')
      .leftJoinAndSelect('l.company', 'c')
      .orderBy('l.id', 'ASC');
  }

  /** In the journal of its company; one of an operator belongs to none. */
  private async record(
    operation: 'credential.issued' | 'credential.revoked',
    { id, name, company, expires }: ConsoleLink,
  ): Promise<void> {
    if (company === null) return;
    const { id: companyId } = await findCompany(this.connection, company.id);
    const detail = { kind: 'setupLink', id, expires };
    await this.connection.record(companyId, { operation, display: name, detail });
  }
}

export const toLink = ({
  id,
  name,
  company,
  created,
  expires,
  used,
  revoked,
}: ConsoleLinkRow): ConsoleLink => ({
  id,
  name,
  company: company && { id: formatResourceId(company.id), slug: company.slug },
  created: created.toISOString(),
  expires: expires.toISOString(),
  used: used?.toISOString() ?? null,
  revoked: revoked?.toISOString() ?? null,
});
