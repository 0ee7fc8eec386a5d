import { type DataSource } from 'typeorm';
import { openDataSource } from '../../src/persistence/database/data-source.js';
import { IndexedForms } from '../../src/persistence/indexed-forms/indexed-forms.js';
import { type Statement } from '../../src/persistence/transaction/company-transaction.js';
import {
  PostgresCompanyTransaction,
  type TransactionSettings,
} from '../../src/persistence/transaction/postgres-company-transaction.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../src/protocol/schema/resource-types.js';
import { type CompanyScope, makeCompanyScope } from '../../src/scim/company-scope.js';

const SETTINGS: TransactionSettings = {
  poolSize: 5,
  queueTimeout: 30_000,
  writeTimeout: 30_000,
  statementTimeout: 5000,
  streamTimeout: 10_000,
  databasePooler: 'none',
  databaseUrl: 'postgres://elsewhere.example/rollcall',
  workers: 1,
};

export interface OpenedTransaction {
  readonly dataSource: DataSource;
  readonly transaction: PostgresCompanyTransaction;
}

/** The transactions of the service on a database, with these settings and otherwise those of a small server. */
export async function openTransaction(
  url: string,
  changes: Partial<TransactionSettings> = {},
): Promise<OpenedTransaction> {
  const settings = { ...SETTINGS, ...changes };
  const dataSource = await openDataSource(url, settings);
  const indexed = new IndexedForms(BUILT_IN_RESOURCE_TYPES);
  const transaction = new PostgresCompanyTransaction(dataSource, url, settings, indexed);
  await transaction.loadIndexedForms();
  return { dataSource, transaction };
}

/** Runs `work` with transactions of its own. */
export async function withTransaction(
  url: string,
  changes: Partial<TransactionSettings>,
  work: (transaction: PostgresCompanyTransaction) => Promise<void>,
): Promise<void> {
  const { transaction, dataSource } = await openTransaction(url, changes);
  try {
    await work(transaction);
  } finally {
    await dataSource.destroy();
  }
}

export const companyScope = (companyId: string, signal?: AbortSignal): CompanyScope =>
  makeCompanyScope({
    companyId,
    slug: `company-${companyId}`,
    settings: { duplicateGroupNames: false, unknownMembers: 'reject' },
    signal,
  });

export const sql = (text: string, ...values: Statement['values']): Statement => ({ text, values });
