import { Administration } from '../../../src/administration/administration.js';
import { type PlatformScope } from '../../../src/access/platform-credentials.store.js';
import { startTestApplication, type TestApplication, type TestCompany } from '../../support/application.js';
import { type ScimClient } from '../../support/scim-client.js';

const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

/** A service with a company whose users and groups have the names that the examples of AuthZEN have. */
export class AuthzenWorld {
  private constructor(
    readonly service: TestApplication,
    private readonly administration: Administration,
    readonly acme: TestCompany,
  ) {}

  static async open(settings: Readonly<Record<string, string>> = {}): Promise<AuthzenWorld> {
    const service = await startTestApplication({ settings: { PLATFORM_RATE_LIMIT: '1000000', ...settings } });
    const administration = await Administration.open(service.database.url);
    return new AuthzenWorld(service, administration, await service.company('acme'));
  }

  /** The secret of a platform credential. */
  async credential(
    companies: readonly string[] | null,
    scopes: readonly PlatformScope[] = ['check', 'search'],
  ): Promise<string> {
    const asked = { name: 'platform', scopes, companies, expires: null };
    return (await this.administration.platformCredentials.issue(asked)).secret;
  }

  user(client: ScimClient, userName: string, more: object = {}): Promise<string> {
    return make(client, '/Users', { schemas: [USER], userName, ...more });
  }

  group(client: ScimClient, displayName: string, members: readonly string[] = []): Promise<string> {
    const values = members.map((value) => ({ value }));
    return make(client, '/Groups', { schemas: [GROUP], displayName, members: values });
  }

  async close(): Promise<void> {
    await this.administration.close();
    await this.service.close();
  }
}

async function make(client: ScimClient, path: string, resource: object): Promise<string> {
  const { status, body } = await client.post(path, resource);
  expect([path, status]).toEqual([path, 201]);
  return body.id as string;
}
