import { type InsertResult, IsNull, MoreThan, type QueryDeepPartialEntity, type Repository } from 'typeorm';
import { type AccessScope } from '../access/credential.js';
import { Company } from '../persistence/entities/company.entity.js';
import { TokenIssuer } from '../persistence/entities/token-issuer.entity.js';
import { type Dialect } from '../protocol/dialect/dialect.js';
import { AdministrationError } from './administration.error.js';
import { requireClaimValue } from './claim-value.js';
import { findCompanyId } from './find-company.js';
import { keyIdsOf, readKeySet, requireKeysUrl } from './issuer-keys-check.js';
import { isUniqueViolation, type OwnerConnection } from './owner-connection.js';
import { isRowId, type ListPart } from './rows.js';
import { shownId } from './shown-id.js';

/** How many issuers of a company may be in force: a token that names one has all of that name read, with their keys. */
const MOST_ISSUERS = 20;

/** A registered issuer of JWTs. */
export interface Issuer {
  readonly id: string;
  readonly name: string;
  /** Slug of the company that all its tokens are for; null if `companyClaim` is set. */
  readonly company: string | null;
  /** Name of the claim in which each token has its company; null if `company` is set. */
  readonly companyClaim: string | null;
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string | null;
  /** Ids of the keys that are stored in the database; null if the keys are fetched from `jwksUrl`. */
  readonly keyIds: readonly string[] | null;
  readonly requiredScope: string | null;
  readonly dialect: Dialect;
  readonly scopes: readonly AccessScope[];
  /** ISO 8601 in UTC. */
  readonly created: string;
  /** When the issuer was removed, in ISO 8601 and UTC; null if it was not. */
  readonly revoked: string | null;
}

/** An issuer to be registered. */
export interface NewIssuer {
  readonly name: string;
  /** The slug of the company of all tokens, or the name of the claim in which each token has its company. */
  readonly company: { readonly slug: string } | { readonly claim: string };
  readonly issuer: string;
  readonly audience: string;
  /** The URL of a JSON Web Key Set, or its text. */
  readonly keys: { readonly url: string } | { readonly text: string };
  readonly requiredScope: string | null;
  readonly dialect: Dialect;
  readonly scopes: readonly AccessScope[];
}

/**
 * The issuers whose JWTs are accepted. Its methods throw {@link AdministrationError} for mistakes of the operator.
 */
export class IssuerAdministration {
  constructor(private readonly connection: OwnerConnection) {}

  /**
   * Registers an issuer, with effect from the next request.
   *
   * @throws AdministrationError where a value or the keys are not allowed, the same issuer and audience are registered
   *   already, or the company has as many issuers as it may
   */
  async addIssuer(issuer: NewIssuer): Promise<Issuer> {
    requireClaimValue(issuer.issuer, 'issuer');
    requireClaimValue(issuer.audience, 'audience');
    if (issuer.requiredScope !== null) requireClaimValue(issuer.requiredScope, 'scope');
    const { company, keys } = issuer;
    if ('url' in keys) requireKeysUrl(keys.url);
    const keySet = 'url' in keys ? null : await readKeySet(keys.text);
    return this.connection.inTransaction(async () => {
      const companyId = 'slug' in company ? await findCompanyId(this.connection, company.slug) : null;
      if (companyId !== null) await this.requireRoom(companyId);
      const row = {
        companyId,
        name: issuer.name,
        issuer: issuer.issuer,
        audience: issuer.audience,
        jwksUrl: 'url' in keys ? keys.url : null,
        keys: keySet,
        requiredScope: issuer.requiredScope,
        companyClaim: 'claim' in company ? company.claim : null,
        dialect: issuer.dialect,
        scopes: [...issuer.scopes],
      };
      const { identifiers } = await this.insert(row);
      const registered = await this.readIssuer((identifiers[0] as { id: string }).id);
      await this.record(companyId, 'credential.issued', registered);
      return registered;
    });
  }

  /**
   * All issuers, or a part of them, including removed ones, in the order of their ids.
   *
   * @param company only those of this company
   */
  async listIssuers(company?: string, { after, limit }: Partial<ListPart> = {}): Promise<readonly Issuer[]> {
    const companyId = company === undefined ? undefined : await findCompanyId(this.connection, company);
    const found = await this.rows.find({
      where: {
        ...(companyId !== undefined && { companyId }),
        ...(after !== undefined && { id: MoreThan(after) }),
      },
      relations: { company: true },
      order: { id: 'ASC' },
      ...(limit !== undefined && { take: limit }),
    });
    return found.map(toIssuer);
  }

  /**
   * Removes an issuer, with effect from the next request. One that is removed already keeps its time.
   *
   * @param company only where it is one of this company
   */
  removeIssuer(id: string, company?: string): Promise<Issuer> {
    return this.connection.inTransaction(async () => {
      const companyId = company === undefined ? undefined : await findCompanyId(this.connection, company);
      const where = { id, ...(companyId !== undefined && { companyId }) };
      const present = isRowId(id) ? await this.rows.findOneBy(where) : null;
      if (present === null) {
        throw new AdministrationError(`There is no issuer ${shownId(id)}.`, 'unknown', 'issuer list');
      }
      const { affected } = await this.rows.update({ id, revoked: IsNull() }, { revoked: () => 'now()' });
      const issuer = await this.readIssuer(id);
      if (affected !== 0) await this.record(present.companyId, 'credential.revoked', issuer);
      return issuer;
    });
  }

  /** An issuer that names companies by a claim belongs to none of them. */
  private async record(
    companyId: string | null,
    operation: 'credential.issued' | 'credential.revoked',
    { id, name, issuer, audience }: Issuer,
  ): Promise<void> {
    if (companyId === null) return;
    const detail = { kind: 'issuer', id, issuer, audience };
    await this.connection.record(companyId, { operation, display: name, detail });
  }

  /** The company's row is locked, so that of several who add one at once each counts those of the others. */
  private async requireRoom(companyId: string): Promise<void> {
    const lock = { mode: 'for_no_key_update' } as const;
    const { slug } = await this.connection
      .repository(Company)
      .findOneOrFail({ where: { id: companyId }, lock });
    if ((await this.rows.countBy({ companyId, revoked: IsNull() })) < MOST_ISSUERS) return;
    throw new AdministrationError(
      `Company ${slug} has ${MOST_ISSUERS} issuers, the most there may be; remove one of them first.`,
      'conflict',
      `issuer list ${slug}`,
    );
  }

  private async insert(row: QueryDeepPartialEntity<TokenIssuer>): Promise<InsertResult> {
    try {
      return await this.rows.insert(row);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new AdministrationError(
        `Issuer ${row.issuer as string} is registered for audience ${row.audience as string} already; a token must not ` +
          'stand for two companies.',
        'conflict',
        'issuer list',
      );
    }
  }

  private async readIssuer(id: string): Promise<Issuer> {
    return toIssuer(await this.rows.findOneOrFail({ where: { id }, relations: { company: true } }));
  }

  private get rows(): Repository<TokenIssuer> {
    return this.connection.repository(TokenIssuer);
  }
}

const toIssuer = (row: TokenIssuer): Issuer => ({
  id: row.id,
  name: row.name,
  company: row.company?.slug ?? null,
  companyClaim: row.companyClaim,
  issuer: row.issuer,
  audience: row.audience,
  jwksUrl: row.jwksUrl,
  keyIds: row.keys && keyIdsOf(row.keys),
  requiredScope: row.requiredScope,
  dialect: row.dialect,
  scopes: row.scopes as AccessScope[],
  created: row.created.toISOString(),
  revoked: row.revoked?.toISOString() ?? null,
});
