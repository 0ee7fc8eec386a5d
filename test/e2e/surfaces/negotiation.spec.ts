import { SURFACES } from '../../../src/app.module.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimClient } from '../../support/scim-client.js';

let application: TestApplication;
let token: string;
let slug: string;

beforeAll(async () => {
  application = await startTestApplication();
  const company = await application.company();
  ({ slug } = company);
  token = await company.token();
});
afterAll(() => application.close());

const SCIM = 'application/scim+json; charset=utf-8';
const PLAIN = 'application/json; charset=utf-8';

/** What each surface writes where the request names a preference for plain JSON, and where it names none. */
const WRITTEN: Readonly<Record<string, { readonly plain: string; readonly either: string }>> = {
  standard: { plain: PLAIN, either: SCIM },
  paradigm: { plain: SCIM, either: SCIM },
  oud: { plain: PLAIN, either: SCIM },
  strongdm: { plain: SCIM, either: SCIM },
  scaikey: { plain: PLAIN, either: PLAIN },
};

describe.each(SURFACES.map(({ surface }) => [surface.name, surface.mount] as const))('%s', (name, mount) => {
  const { plain, either } = WRITTEN[name] ?? { plain: '', either: '' };
  let client: ScimClient;

  beforeAll(() => {
    client = application.scim(token, `${application.origin}/${mount.replace(/:\w+/, slug)}`);
  });

  it.each([
    ['application/json, application/scim+json;q=0', plain],
    ['*/*;q=0.1, application/json', plain],
    ['application/scim+json;q=0.5, application/json;q=0.6', plain],
    ['application/json', plain],
    ['application/*', either],
    ['*/*', either],
    [',', either],
  ])('Accept: %s', async (Accept, expected) => {
    for (const path of ['/Users', '/Groups', '/Schemas']) {
      const answer = await client.get(path, { Accept });
      expect([path, answer.status, answer.headers['content-type']]).toEqual([path, 200, expected]);
    }
  });
});
