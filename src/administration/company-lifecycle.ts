import { IsNull, type QueryDeepPartialEntity, Raw, type Repository } from 'typeorm';
import { Company as CompanyEntity } from '../persistence/entities/company.entity.js';
import { type CompanyChange } from '../persistence/journal/activity.js';
import { AdministrationError } from './administration.error.js';
import { type CompanyAdministration } from './company-administration.js';
import { type Company } from './company.js';
import { findCompany } from './find-company.js';
import { type OwnerConnection } from './owner-connection.js';
import { LONGEST_PAUSE } from './pause.js';

/**
 * Suspending and pausing companies, and deleting them with a time in which they can be brought back. All methods throw
 * {@link AdministrationError} where there is no company of the slug or id.
 *
 * Once that time is over, nothing but the removal is possible, so that a company that is half removed never comes back.
 */
export class CompanyLifecycle {
  constructor(
    private readonly connection: OwnerConnection,
    private readonly companies: CompanyAdministration,
  ) {}

  /**
   * Suspends a company: from the next request on, all of its credentials are refused with 403, reads too. One that is
   * suspended already keeps its time.
   *
   * @throws AdministrationError where the company was deleted
   */
  suspendCompany(named: string): Promise<Company> {
    return this.change(named, { operation: 'company.suspended' }, (companies, id, slug) =>
      updateUndeleted(companies, { id, slug }, { suspended: () => 'coalesce(suspended, now())' }),
    );
  }

  /**
   * Ends a suspension, with effect from the next request.
   *
   * @throws AdministrationError where the company was deleted
   */
  resumeCompany(named: string): Promise<Company> {
    return this.change(named, { operation: 'company.resumed' }, (companies, id, slug) =>
      updateUndeleted(companies, { id, slug }, { suspended: null }),
    );
  }

  /**
   * Pauses a company: from the next request on, its writes are refused with 429 and its reads go on. A second call sets
   * the end anew.
   *
   * @param minutes from 1 to {@link LONGEST_PAUSE}
   * @throws AdministrationError where that is too long, or the company was deleted, or is suspended and serves nothing
   */
  async pauseCompany(named: string, minutes: number): Promise<Company> {
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > LONGEST_PAUSE) {
      throw new AdministrationError(`A pause takes a whole number of minutes from 1 to ${LONGEST_PAUSE}.`);
    }
    return this.change(
      named,
      { operation: 'company.paused', detail: { minutes } },
      async (companies, id, slug) => {
        const end = () => `now() + make_interval(mins => ${minutes})`;
        await updateUndeleted(companies, { id, slug }, { pausedUntil: end });
        if (await companies.existsBy({ id, suspended: IsNull() })) return;
        const detail = `Company ${slug} is suspended, so that there is no write to be paused.`;
        throw new AdministrationError(detail, 'conflict');
      },
    );
  }

  /**
   * Ends a pause, with effect from the next request.
   *
   * @throws AdministrationError where the company was deleted
   */
  unpauseCompany(named: string): Promise<Company> {
    return this.change(named, { operation: 'company.unpaused' }, (companies, id, slug) =>
      updateUndeleted(companies, { id, slug }, { pausedUntil: null }),
    );
  }

  /**
   * Deletes a company: it is suspended at once, and its rows may be removed when the grace is over. A second call sets
   * the end of the grace anew.
   *
   * @param graceDays how long it can be brought back; 0 for not at all
   * @throws AdministrationError where the grace of an earlier call is over
   */
  deleteCompany(named: string, graceDays: number): Promise<Company> {
    return this.change(
      named,
      { operation: 'company.deleted', detail: { graceDays } },
      async (companies, id, slug) => {
        const { affected } = await companies
          .createQueryBuilder()
          .update()
          .set({ deleteAfter: () => 'now() + make_interval(days => :graceDays)' })
          .where('id = :id AND (delete_after IS NULL OR delete_after > now())')
          .setParameters({ id, graceDays })
          .execute();
        if (affected === 0) throw graceIsOver(slug);
      },
    );
  }

  /**
   * Brings a deleted company back, whole. If it was suspended before, it still is.
   *
   * @throws AdministrationError where it was not deleted, or the grace is over
   */
  restoreCompany(named: string): Promise<Company> {
    return this.change(named, { operation: 'company.restored' }, async (companies, id, slug) => {
      const deleteAfter = Raw((column) => `${column} > now()`);
      const { affected } = await companies.update({ id, deleteAfter }, { deleteAfter: null });
      if (affected !== 0) return;
      const company = await companies.findOneByOrFail({ id });
      throw company.deleteAfter === null
        ? new AdministrationError(`Company ${slug} was not deleted.`, 'conflict')
        : graceIsOver(slug);
    });
  }

  private async change(
    named: string,
    change: Omit<CompanyChange, 'display'>,
    work: (companies: Repository<CompanyEntity>, id: string, slug: string) => Promise<void>,
  ): Promise<Company> {
    await this.connection.inTransaction(async () => {
      const { id, slug, name } = await findCompany(this.connection, named);
      await work(this.connection.repository(CompanyEntity), id, slug);
      await this.connection.record(id, { display: name, ...change });
    });
    return this.companies.showCompany(named);
  }
}

/** @throws AdministrationError where the company was deleted: it has nothing that could be stopped or go on */
async function updateUndeleted(
  companies: Repository<CompanyEntity>,
  { id, slug }: { readonly id: string; readonly slug: string },
  values: QueryDeepPartialEntity<CompanyEntity>,
): Promise<void> {
  const { affected } = await companies.update({ id, deleteAfter: IsNull() }, values);
  if (affected !== 0) return;
  const detail = `Company ${slug} was deleted; bring it back first.`;
  throw new AdministrationError(detail, 'conflict', `company restore ${slug}`);
}

const graceIsOver = (slug: string): AdministrationError =>
  new AdministrationError(
    `Company ${slug} was deleted and its grace is over, so it can't be brought back.`,
    'conflict',
    'company purge',
  );
