/** What a company decides about its own data. */
export interface CompanySettings {
  /** `true`: several groups may have one displayName. */
  readonly duplicateGroupNames: boolean;
  /** What becomes of member ids that name nobody: the request is refused, or they are left out and logged. */
  readonly unknownMembers: 'reject' | 'ignore';
}

declare const brand: unique symbol;

/**
 * On whose behalf the database is spoken to. Every store method takes one first. Only the company guard makes
 * one from a request; nothing a client sends can.
 */
export interface CompanyScope {
  readonly [brand]: true;
  /** The company's id as decimal digits (a 64-bit integer). */
  readonly companyId: string;
  readonly slug: string;
  readonly settings: CompanySettings;
}

/** To be called by the company guard and by tests only; `test/architecture.spec.ts` holds that. */
export function makeCompanyScope(company: Omit<CompanyScope, typeof brand>): CompanyScope {
  return Object.freeze({ ...company }) as CompanyScope;
}
