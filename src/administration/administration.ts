import { type DataSource } from 'typeorm';
import { type ChangeOrigin } from '../scim/change-origin.js';
import { AdminCredentials } from './admin-credentials.js';
import { AttributeUsages } from './attribute-usage.js';
import { BootstrapAdministration } from './bootstrap-administration.js';
import { CompanyAdministration } from './company-administration.js';
import { CompanyExport } from './company-export.js';
import { CompanyLifecycle } from './company-lifecycle.js';
import { ConsoleLinks } from './console/console-links.js';
import { ConsoleSessions } from './console/console-sessions.js';
import { CompanyPurge } from './company-purge.js';
import { DeploymentAdministration } from './deployment/deployment-administration.js';
import { GuardAdministration } from './guard-administration.js';
import { IssuerAdministration } from './issuer-administration.js';
import { Directory } from './directory/directory.js';
import { EffectiveMemberships } from './directory/effective-memberships.js';
import { ActivityLog } from './journal/activity-log.js';
import { JournalUpkeep } from './journal/journal-upkeep.js';
import { MembershipHistory } from './journal/membership-history.js';
import { OauthClientAdministration } from './oauth-client-administration.js';
import { OwnerConnection } from './owner-connection.js';
import { PlatformCredentials } from './platform-credentials.js';
import { RecordingAdministration } from './recording-administration.js';
import { DeletedUpkeep } from './restore/deleted-upkeep.js';
import { ResourceRestore } from './restore/resource-restore.js';
import { TokenAdministration } from './token-administration.js';
import { UserErasure } from './user-erasure.js';
import { WebhookAdministration } from './webhook-administration.js';
import { WebhookDeliveries } from './webhook-deliveries.js';

/**
 * What the operator does, by use case. It works as the owner of the database, on a connection of its own, since the role
 * of the service has no access to the control tables. Mistakes of the operator, such as a company that does not exist,
 * are thrown as `AdministrationError`.
 */
export class Administration {
  readonly companies: CompanyAdministration;
  readonly lifecycle: CompanyLifecycle;
  readonly purge: CompanyPurge;
  readonly tokens: TokenAdministration;
  readonly issuers: IssuerAdministration;
  readonly clients: OauthClientAdministration;
  readonly adminCredentials: AdminCredentials;
  readonly platformCredentials: PlatformCredentials;
  readonly consoleLinks: ConsoleLinks;
  readonly consoleSessions: ConsoleSessions;
  readonly guard: GuardAdministration;
  readonly webhooks: WebhookAdministration;
  readonly webhookDeliveries: WebhookDeliveries;
  readonly recordings: RecordingAdministration;
  readonly erasure: UserErasure;
  readonly exports: CompanyExport;
  readonly bootstrap: BootstrapAdministration;
  readonly activity: ActivityLog;
  readonly memberships: MembershipHistory;
  readonly directory: Directory;
  readonly effectiveMemberships: EffectiveMemberships;
  readonly journal: JournalUpkeep;
  readonly deleted: DeletedUpkeep;
  readonly restores: ResourceRestore;
  readonly attributes: AttributeUsages;
  readonly deployment: DeploymentAdministration;

  private constructor(private readonly connection: OwnerConnection) {
    this.companies = new CompanyAdministration(connection);
    this.lifecycle = new CompanyLifecycle(connection, this.companies);
    this.purge = new CompanyPurge(connection);
    this.tokens = new TokenAdministration(connection);
    this.issuers = new IssuerAdministration(connection);
    this.clients = new OauthClientAdministration(connection);
    this.adminCredentials = new AdminCredentials(connection);
    this.platformCredentials = new PlatformCredentials(connection);
    this.consoleLinks = new ConsoleLinks(connection);
    this.consoleSessions = new ConsoleSessions(connection, this.adminCredentials, this.consoleLinks);
    this.guard = new GuardAdministration(connection);
    this.webhooks = new WebhookAdministration(connection);
    this.webhookDeliveries = new WebhookDeliveries(connection);
    this.recordings = new RecordingAdministration(connection);
    this.erasure = new UserErasure(connection);
    this.exports = new CompanyExport(connection);
    this.bootstrap = new BootstrapAdministration(connection, this.tokens);
    this.activity = new ActivityLog(connection);
    this.memberships = new MembershipHistory(connection);
    this.directory = new Directory(connection);
    this.effectiveMemberships = new EffectiveMemberships(connection);
    this.journal = new JournalUpkeep(connection);
    this.deleted = new DeletedUpkeep(connection);
    this.restores = new ResourceRestore(connection);
    this.attributes = new AttributeUsages(connection);
    this.deployment = new DeploymentAdministration(connection, this.companies);
  }

  /**
   * @param origin by whom changes are asked for
   * @throws StartupError where the database can't be reached
   */
  static async open(directUrl: string, origin?: ChangeOrigin): Promise<Administration> {
    return new Administration(await OwnerConnection.open(directUrl, origin));
  }

  /** On a connection of the source's pool, which goes back to it when this is closed. */
  static of(source: DataSource, origin?: ChangeOrigin): Administration {
    return new Administration(OwnerConnection.of(source, origin));
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  /** Runs `work` under a lock, so that instances that start at the same time create nothing twice. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return this.connection.exclusively(work);
  }
}
