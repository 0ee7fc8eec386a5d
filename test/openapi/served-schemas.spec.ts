import { join } from 'node:path';
import { SURFACES } from '../../src/app.module.js';
import { startTestApplication, type TestApplication } from '../support/application.js';

const SCHEMAS_DIR = join(import.meta.dirname, '../support/schemas');
const VALUES = 'urn:example:schemas:values:1.0:User';
const GROUP_VALUES = 'urn:example:schemas:values:1.0:Group';

let application: TestApplication;
beforeAll(async () => {
  application = await startTestApplication({ settings: { SCHEMAS_DIR } });
});
afterAll(() => application.close());

type Components = Readonly<Record<string, { readonly properties?: Readonly<Record<string, unknown>> }>>;

/** The components that show users, and those that show groups; StrongDM's document knows no more of a group than it says. */
const SHOWN: Readonly<Record<string, readonly [users: readonly string[], groups: readonly string[]]>> = {
  standard: [
    ['User', 'UserRequest'],
    ['Group', 'GroupRequest'],
  ],
  paradigm: [
    ['SCIMUser', 'SCIMUserRequest'],
    ['SCIMGroup', 'SCIMGroupCreateRequest', 'SCIMGroupCreateResponse'],
  ],
  scaikey: [
    ['SCIMUser', 'SCIMUserCreate'],
    ['SCIMGroup', 'SCIMGroupCreate'],
  ],
  oud: [
    ['SearchResultEntry', 'POSTANDPUTRequest'],
    ['GroupSearchResultEntry', 'POSTANDPUTRequestForGROUP'],
  ],
  strongdm: [['User', 'UserRequest'], []],
};

it.each(SURFACES.map(({ surface }) => surface.name))(
  'the document that is served for %s has the attributes of SCHEMAS_DIR',
  async (surface) => {
    const { body } = await application.scim(undefined, application.origin).get(`/openapi/${surface}.json`);
    const { schemas } = (body as { components: { schemas: Components } }).components;
    const [users = [], groups = []] = SHOWN[surface] ?? [];
    for (const name of users) {
      expect(schemas[name]?.properties?.[VALUES]).toMatchObject({
        properties: { moment: expect.anything() },
      });
    }
    for (const name of groups) {
      expect(schemas[name]?.properties?.[GROUP_VALUES]).toMatchObject({ type: 'object' });
    }
  },
);
