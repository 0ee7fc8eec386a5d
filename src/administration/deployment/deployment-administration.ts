import { type ServiceSettings } from '../../config/settings.js';
import { type CompanyAdministration } from '../company-administration.js';
import { type Check } from '../doctor/check.js';
import { checkClock } from '../doctor/database-checks.js';
import { type OwnerConnection } from '../owner-connection.js';
import { type SupportBundle, SupportBundles } from './support-bundle.js';

/** What concerns no company, but the deployment as a whole. */
export class DeploymentAdministration {
  private readonly bundles: SupportBundles;

  constructor(
    private readonly connection: OwnerConnection,
    companies: CompanyAdministration,
  ) {
    this.bundles = new SupportBundles(connection, companies);
  }

  /** Compares the clock of the database with that of this machine. */
  checkClock(): Promise<Check> {
    return checkClock(async (text) =>
      Number((await this.connection.query<{ now: string }>(text)).rows[0]?.now),
    );
  }

  /** What somebody who helps has to know. */
  supportBundle(settings: ServiceSettings): Promise<SupportBundle> {
    return this.bundles.make(settings);
  }
}
