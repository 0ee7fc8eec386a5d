import { type CallerCompany } from '../../access/credential.js';

/** The columns of a company in the results of `find_token`, `find_issuers` and `find_company`. */
export interface CompanyRow {
  readonly company_id: string;
  readonly slug: string;
  readonly duplicate_group_names: boolean;
  readonly unknown_members: 'reject' | 'ignore';
}

export const readCompany = (row: CompanyRow): CallerCompany => ({
  id: row.company_id,
  slug: row.slug,
  settings: { duplicateGroupNames: row.duplicate_group_names, unknownMembers: row.unknown_members },
});
