import { type CallerCompany } from '../../access/credential.js';

/** The columns of a company in the results of `find_token`, `find_issuers` and `find_company`. */
export interface CompanyRow {
  readonly company_id: string;
  readonly slug: string;
  readonly duplicate_group_names: boolean;
  readonly unknown_members: 'reject' | 'ignore';
  readonly journal_values: boolean;
  /** Missing where nothing is written with the credential. */
  readonly recreate?: 'new' | 'restore';
  readonly reprovision?: 'reject' | 'restore';
  readonly suspended: boolean;
  readonly rate_limit: number | null;
  readonly pause_left: number | null;
  readonly elsewhere: string | null;
}

export const readCompany = (row: CompanyRow): CallerCompany => ({
  id: row.company_id,
  slug: row.slug,
  settings: {
    duplicateGroupNames: row.duplicate_group_names,
    unknownMembers: row.unknown_members,
    ...(row.journal_values && { journalValues: true }),
    ...(row.recreate === 'restore' && { recreate: row.recreate }),
    ...(row.reprovision === 'restore' && { reprovision: row.reprovision }),
  },
  suspended: row.suspended,
  ...(row.rate_limit === null ? {} : { rateLimit: row.rate_limit }),
  ...(row.pause_left !== null && { pauseLeft: row.pause_left }),
  ...(row.elsewhere !== null && { elsewhere: row.elsewhere }),
});
