import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AccessTokensStore } from '../access/access-tokens.store.js';
import { PlatformCredentialsStore } from '../access/platform-credentials.store.js';
import { TokenUses } from '../access/token-uses.js';
import { TokenIssuersStore } from '../access/token-issuers.store.js';
import { type ServiceSettings } from '../config/settings.js';
import { DatabaseProbe } from '../health/database.probe.js';
import { MembershipChecksStore } from '../checks/membership-checks.store.js';
import { FeedStore } from '../feed/feed.store.js';
import { FeedLag } from '../health/feed-lag.js';
import { OauthClientsStore } from '../oauth/oauth-clients.store.js';
import { GroupsStore } from '../scim/groups/groups.store.js';
import { RequestJournal } from '../scim/request-journal.js';
import { ResourcesStore } from '../scim/resources/resources.store.js';
import { SecretKey } from '../scim/secret-key.js';
import { UsersStore } from '../scim/users/users.store.js';
import { IndexedForms } from './indexed-forms/indexed-forms.js';
import { dataSourceOptions, openDataSource } from './database/data-source.js';
import { PostgresMembershipChecksStore } from './checks/postgres-membership-checks.store.js';
import { PostgresDatabaseProbe } from './database/postgres-database.probe.js';
import { PostgresRequestJournal } from './journal/postgres-request-journal.js';
import { PostgresFeedStore } from './feed/postgres-feed.store.js';
import { PostgresGroupsStore } from './groups/postgres-groups.store.js';
import { OutboxRelay } from './journal/outbox-relay.js';
import { PostgresResourcesStore } from './resources/postgres-resources.store.js';
import { PostgresAccessTokensStore } from './tokens/postgres-access-tokens.store.js';
import { PostgresOauthClientsStore } from './tokens/postgres-oauth-clients.store.js';
import { PostgresPlatformCredentialsStore } from './tokens/postgres-platform-credentials.store.js';
import { PostgresTokenIssuersStore } from './tokens/postgres-token-issuers.store.js';
import { PostgresTokenUses } from './tokens/postgres-token-uses.js';
import { CompanyTransaction } from './transaction/company-transaction.js';
import { PostgresCompanyTransaction } from './transaction/postgres-company-transaction.js';
import { RecordingsStore } from '../recording/recordings.store.js';
import { WebhooksStore } from '../webhooks/webhooks.store.js';
import { PostgresRecordingsStore } from './recordings/postgres-recordings.store.js';
import { PostgresUsersStore } from './users/postgres-users.store.js';
import { PostgresWebhooksStore } from './webhooks/postgres-webhooks.store.js';

/** Implements the stores of the other modules with PostgreSQL. */
@Module({})
export class PersistenceModule {
  static register(settings: ServiceSettings, databaseUrl: string): DynamicModule {
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
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({ ...dataSourceOptions(databaseUrl, settings), retryAttempts: 1 }),
          dataSourceFactory: () => openDataSource(databaseUrl, settings),
        }),
      ],
      providers: [
        { provide: IndexedForms, useValue: new IndexedForms(settings.schemas) },
        transaction,
        { provide: AccessTokensStore, useClass: PostgresAccessTokensStore },
        { provide: TokenIssuersStore, useClass: PostgresTokenIssuersStore },
        { provide: OauthClientsStore, useClass: PostgresOauthClientsStore },
        { provide: PlatformCredentialsStore, useClass: PostgresPlatformCredentialsStore },
        { provide: TokenUses, useClass: PostgresTokenUses },
        { provide: RequestJournal, useClass: PostgresRequestJournal },
        { provide: RecordingsStore, useClass: PostgresRecordingsStore },
        { provide: DatabaseProbe, useClass: PostgresDatabaseProbe },
        {
          provide: FeedLag,
          inject: [CompanyTransaction],
          useFactory: (transactions: PostgresCompanyTransaction) => {
            const relay = new OutboxRelay(transactions);
            transactions.onRecorded = () => relay.wake();
            return relay;
          },
        },
        {
          provide: FeedStore,
          inject: [CompanyTransaction, FeedLag],
          useFactory: (transactions: CompanyTransaction, relay: OutboxRelay) =>
            new PostgresFeedStore(transactions, relay),
        },
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
          provide: MembershipChecksStore,
          inject: [CompanyTransaction, IndexedForms],
          useFactory: (transactions: CompanyTransaction, indexed: IndexedForms) =>
            new PostgresMembershipChecksStore(transactions, settings.schemas, indexed),
        },
        {
          provide: ResourcesStore,
          inject: [CompanyTransaction],
          useFactory: (transactions: CompanyTransaction) => new PostgresResourcesStore(transactions),
        },
        {
          provide: WebhooksStore,
          inject: [CompanyTransaction],
          useFactory: (transactions: CompanyTransaction) => new PostgresWebhooksStore(transactions),
        },
        { provide: SecretKey, useValue: new SecretKey(settings.secretKey) },
      ],
      exports: [
        CompanyTransaction,
        AccessTokensStore,
        TokenIssuersStore,
        OauthClientsStore,
        PlatformCredentialsStore,
        TokenUses,
        RequestJournal,
        RecordingsStore,
        DatabaseProbe,
        FeedLag,
        FeedStore,
        UsersStore,
        GroupsStore,
        MembershipChecksStore,
        ResourcesStore,
        WebhooksStore,
        SecretKey,
      ],
    };
  }
}
