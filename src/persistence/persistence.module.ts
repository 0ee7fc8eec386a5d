import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AccessTokensStore } from '../access/access-tokens.store.js';
import { TokenIssuersStore } from '../access/token-issuers.store.js';
import { type Settings } from '../config/settings.js';
import { DatabaseProbe } from '../health/database.probe.js';
import { GroupsStore } from '../scim/groups/groups.store.js';
import { ResourcesStore } from '../scim/resources/resources.store.js';
import { SecretKey } from '../scim/secret-key.js';
import { UsersStore } from '../scim/users/users.store.js';
import { IndexedForms } from './indexed-forms/indexed-forms.js';
import { dataSourceOptions } from './database/data-source.js';
import { PostgresDatabaseProbe } from './database/postgres-database.probe.js';
import { PostgresGroupsStore } from './groups/postgres-groups.store.js';
import { PostgresResourcesStore } from './resources/postgres-resources.store.js';
import { readSecretKey } from './settings/read-secret-key.js';
import { PostgresAccessTokensStore } from './tokens/postgres-access-tokens.store.js';
import { PostgresTokenIssuersStore } from './tokens/postgres-token-issuers.store.js';
import { CompanyTransaction } from './transaction/company-transaction.js';
import { PostgresCompanyTransaction } from './transaction/postgres-company-transaction.js';
import { PostgresUsersStore } from './users/postgres-users.store.js';

/** Implements the stores of the other modules with PostgreSQL. */
@Module({})
export class PersistenceModule implements OnApplicationShutdown {
  constructor(private readonly transaction: CompanyTransaction) {}

  static register(settings: Settings, databaseUrl: string): DynamicModule {
    const transaction = {
      provide: CompanyTransaction,
      inject: [DataSource, IndexedForms],
      useFactory: async (dataSource: DataSource, indexed: IndexedForms) => {
        const transactions = new PostgresCompanyTransaction(dataSource, databaseUrl, settings, indexed);
        await transactions.loadIndexedForms();
        return transactions;
      },
    };
    return {
      module: PersistenceModule,
      global: true,
      imports: [TypeOrmModule.forRoot({ ...dataSourceOptions(databaseUrl, settings), retryAttempts: 1 })],
      providers: [
        { provide: IndexedForms, useValue: new IndexedForms(settings.schemas) },
        transaction,
        { provide: AccessTokensStore, useClass: PostgresAccessTokensStore },
        { provide: TokenIssuersStore, useClass: PostgresTokenIssuersStore },
        { provide: DatabaseProbe, useClass: PostgresDatabaseProbe },
        {
          provide: UsersStore,
          inject: [CompanyTransaction, IndexedForms],
          useFactory: (transactions: CompanyTransaction, indexed: IndexedForms) =>
            new PostgresUsersStore(transactions, settings.schemas, indexed),
        },
        {
          provide: GroupsStore,
          inject: [CompanyTransaction, IndexedForms],
          useFactory: (transactions: CompanyTransaction, indexed: IndexedForms) =>
            new PostgresGroupsStore(transactions, settings.schemas, indexed),
        },
        {
          provide: ResourcesStore,
          inject: [CompanyTransaction],
          useFactory: (transactions: CompanyTransaction) => new PostgresResourcesStore(transactions),
        },
        {
          provide: SecretKey,
          inject: [CompanyTransaction],
          useFactory: (transactions: CompanyTransaction) => readSecretKey(settings, transactions),
        },
      ],
      exports: [
        AccessTokensStore,
        TokenIssuersStore,
        DatabaseProbe,
        UsersStore,
        GroupsStore,
        ResourcesStore,
        SecretKey,
      ],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.transaction instanceof PostgresCompanyTransaction) await this.transaction.close();
  }
}
