import { And, type FindOperator, type FindOptionsWhere, ILike, In, MoreThan } from 'typeorm';
import { isSlug } from '../config/slug.js';
import { Company as CompanyEntity } from '../persistence/entities/company.entity.js';
import { readResourceId } from '../persistence/sql/resource-id.js';
import { AdministrationError } from './administration.error.js';
import { type AllCompanySettings, type Company, describeCompanies, settingsOf } from './company.js';
import { findCompany } from './find-company.js';
import { type OwnerConnection } from './owner-connection.js';
import { EXTERNAL_IDS, GROUP_NAMES, markRest, markUnmarked } from './unique-marks.js';

/** A part of the list of companies. */
export interface CompanyPage {
  /** Slug of the company behind which it begins; undefined for the first part. */
  readonly after?: string | undefined;
  readonly limit: number;
  /** Ids of the companies that may be seen, in 16 hexadecimal digits; undefined for all. */
  readonly ids?: readonly string[] | undefined;
  /** A part of the slug or the name, whatever its case; undefined for all. */
  readonly search?: string | undefined;
}

/**
 * Companies and their settings. A company is named by its slug or its id; all methods that name one throw
 * {@link AdministrationError} where there is none.
 */
export class CompanyAdministration {
  constructor(private readonly connection: OwnerConnection) {}

  /** @throws AdministrationError where the slug is not allowed or in use */
  async createCompany(slug: string, name: string): Promise<Company> {
    requireSlug(slug);
    return this.connection.inTransaction(async () => {
      const companies = this.connection.repository(CompanyEntity);
      const { identifiers } = await companies
        .createQueryBuilder()
        .insert()
        .values({ slug, name })
        .orIgnore()
        .execute();
      const [created] = identifiers as { id: string }[];
      if (!created) throw await this.taken(slug);
      await this.connection.record(created.id, { operation: 'company.created', display: name });
      return this.showCompany(slug);
    });
  }

  /** All companies, or a part of them, in the order of their slugs. */
  async listCompanies({ after, limit, ids, search }: Partial<CompanyPage> = {}): Promise<readonly Company[]> {
    const where: FindOptionsWhere<CompanyEntity> = {
      ...(after !== undefined && { slug: MoreThan(after) }),
      ...(ids !== undefined && { id: In(ids.flatMap((id) => readResourceId(id) ?? [])) }),
    };
    const found = await this.connection.repository(CompanyEntity).find({
      where: search === undefined ? where : searched(search, where),
      order: { slug: 'ASC' },
      ...(limit !== undefined && { take: limit }),
    });
    return describeCompanies(this.connection, found);
  }

  async showCompany(named: string): Promise<Company> {
    const [company] = await describeCompanies(this.connection, [await findCompany(this.connection, named)]);
    return company!;
  }

  /**
   * Changes the name or the settings.
   *
   * @param isCurrent looks at the settings that are to be changed, and throws where they are not those that were meant
   * @throws AdministrationError where group names or externalIds are to be unique and are not
   */
  async setCompany(
    named: string,
    changes: Partial<AllCompanySettings> & { readonly name?: string },
    isCurrent: (settings: AllCompanySettings) => void = () => undefined,
  ): Promise<Company> {
    const company = await findCompany(this.connection, named);
    const { id } = company;
    isCurrent(settingsOf(company));
    const unique = [
      ...(changes.uniqueExternalId ? [EXTERNAL_IDS] : []),
      ...(changes.duplicateGroupNames === false ? [GROUP_NAMES] : []),
    ];
    for (const each of unique) await markUnmarked(this.connection, id, each);
    await this.connection.change(async () => {
      const companies = this.connection.repository(CompanyEntity);
      const lock = { mode: 'for_no_key_update' } as const;
      isCurrent(settingsOf(await companies.findOneOrFail({ where: { id }, lock })));
      if (unique.length > 0) await markRest(this.connection, id, unique);
      if (Object.values(changes).every((value) => value === undefined)) return;
      await companies.update({ id }, changes);
      await this.record(company, changes);
    });
    return this.showCompany(named);
  }

  private async record(
    { id, name: before }: CompanyEntity,
    { name = before, ...changes }: Partial<AllCompanySettings> & { readonly name?: string },
  ): Promise<void> {
    if (name !== before) {
      await this.connection.record(id, { operation: 'company.renamed', display: name, detail: { before } });
    }
    const settings = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const attributes = Object.keys(settings);
    if (attributes.length === 0) return;
    await this.connection.record(id, {
      operation: 'settings',
      display: name,
      attributes,
      detail: { settings },
    });
  }

  private async taken(slug: string): Promise<AdministrationError> {
    const { deleteAfter } = await this.showCompany(slug);
    if (deleteAfter === null) return new AdministrationError(`Company ${slug} exists already.`, 'conflict');
    const detail = `Company ${slug} was deleted and is not removed yet.`;
    return new AdministrationError(detail, 'conflict', 'company restore, company purge');
  }
}

/** The conditions of companies that have a text in their slug or name. */
function searched(
  search: string,
  { slug, ...where }: FindOptionsWhere<CompanyEntity>,
): FindOptionsWhere<CompanyEntity>[] {
  const part = ILike(`%${search.replace(/[\\%_]/g, '\\$&')}%`);
  return [
    { ...where, slug: slug === undefined ? part : And(slug as FindOperator<string>, part) },
    { ...where, ...(slug !== undefined && { slug }), name: part },
  ];
}

function requireSlug(slug: string): void {
  if (isSlug(slug)) return;
  throw new AdministrationError(
    `${JSON.stringify(slug)} is no slug: lower-case letters and digits in words joined by hyphens, at most 63 characters, ` +
      'such as acme-eu, and not 16 hexadecimal digits.',
  );
}
