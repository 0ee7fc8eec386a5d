import { type AbortSignalLike } from './abort-signal.js';
import { type ChangeOrigin } from './change-origin.js';
import { type RememberedCredential } from './remembered-credential.js';

/** What a company decides about its own data. */
export interface CompanySettings {
  /** `true`: several groups may have one displayName. */
  readonly duplicateGroupNames: boolean;
  /** What becomes of member ids that name nobody: the request is refused, or they are left out and logged. */
  readonly unknownMembers: 'reject' | 'ignore';
  /** `true`: its journal has what was before and is after a change. */
  readonly journalValues?: boolean;
  /** `restore`: a POST of the name or externalId of a deleted resource brings that one back, with its id. */
  readonly recreate?: 'new' | 'restore';
  /** `restore`: a POST of the `userName` of an inactive user makes that one active, where it would be a 409. */
  readonly reprovision?: 'reject' | 'restore';
}

/** A company as statements name it, with the origin of changes for the journal. */
export type CompanyKey = Pick<CompanyScope, 'companyId' | 'origin'>;

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
  /** Aborted when the client has gone, so that nobody waits for the answer any more. */
  readonly signal?: AbortSignalLike | undefined;
  /** By what request changes are asked for. */
  readonly origin?: ChangeOrigin | undefined;
  /** The credential, where it was not looked up for this request. */
  readonly remembered?: RememberedCredential | undefined;
}

/**
 * Makes a scope of what is known of a company, which nobody may change any more. To be called by the company guard, by the store
 * of webhooks for companies that the database names, and by tests only; `test/architecture.spec.ts` holds that.
 */
export function makeCompanyScope(company: Omit<CompanyScope, typeof brand>): CompanyScope {
  return Object.freeze(company) as CompanyScope;
}

/** The same scope for one operation of a bulk job, which stands at `bulkIndex`. */
export function forBulkOperation(scope: CompanyScope, bulkIndex: number, method: string): CompanyScope {
  const origin = scope.origin && { ...scope.origin, method, bulkIndex };
  return Object.freeze({ ...scope, origin });
}

/** The same scope for work that has to be finished even if the client goes away. */
export function withoutSignal(scope: CompanyScope): CompanyScope {
  return Object.freeze({ ...scope, signal: undefined });
}
