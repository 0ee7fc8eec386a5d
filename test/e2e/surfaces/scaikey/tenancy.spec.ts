import { startTestApplication, type TestApplication } from '../../../support/application.js';
import { dumpCompany } from '../../../support/database-dump.js';
import { JwtIssuer } from '../../../support/jwt-issuer.js';
import { type ScimClient } from '../../../support/scim-client.js';
import { type Estate, sendAttempt } from '../tenancy.trial.js';
import { baseOf, scaikeyClient } from './scaikey.js';
import { SCAIKEY_TRIAL } from './tenancy.trial.js';

// The path names a company; what all surfaces have in common is tried in `../tenancy.spec.ts`.
const ATTEMPTS = SCAIKEY_TRIAL.attempts;

let application: TestApplication;
let theirs: Estate;
let outsiders = 0;

beforeAll(async () => {
  application = await startTestApplication();
  const acme = await scaikeyClient(application, await application.company('acme'));
  theirs = await SCAIKEY_TRIAL.settle(acme, 'canary');
});
afterAll(() => application.close());

/** A client of a new company, and what it has. */
async function outsider(): Promise<{ client: ScimClient; own: Estate }> {
  const client = await scaikeyClient(application, await application.company(`outsider-${++outsiders}`));
  return { client, own: await SCAIKEY_TRIAL.settle(client, 'own') };
}

it.each(Object.keys(ATTEMPTS))("TEN-02 TEN-03 %s below another company's path is 404", async (route) => {
  const before = await dumpCompany(application.database, 'acme');
  const { client, own } = await outsider();
  for (const tenant of ['acme', 'no-such-company']) {
    const stranger = application.scim(client.token, baseOf(application, tenant));
    for (const attempt of ATTEMPTS[route]?.(theirs.group, own.group) ?? []) {
      const { status, body } = await sendAttempt(SCAIKEY_TRIAL, stranger, route, attempt);
      expect([status, body]).toMatchObject([404, { detail: `Resource ${tenant} not found.`, status: '404' }]);
    }
  }
  expect(await dumpCompany(application.database, 'acme')).toEqual(before);
});

it('a signed token opens the company that its claim names, and no other', async () => {
  const idp = await JwtIssuer.start('https://idp.example/', 'RS256');
  const { issuers } = application;
  try {
    await issuers.addIssuer(
      idp.registration('The identity provider', { claim: 'tenant_id' }, 'https://rollcall.example/'),
    );
    const token = await idp.sign({ aud: 'https://rollcall.example/', sub: 'service', tenant_id: 'acme' });
    const { client } = await outsider();
    const own = await application.scim(token, baseOf(application, 'acme')).get(`/Groups/${theirs.group}`);
    expect([own.status, own.body.displayName]).toEqual([200, 'canary']);
    const slug = `outsider-${outsiders}`;
    expect((await client.get('/Groups')).status).toBe(200);
    expect((await application.scim(token, baseOf(application, slug)).get('/Groups')).status).toBe(404);
    const expired = await idp.sign({ aud: 'https://rollcall.example/', sub: 's', tenant_id: 'acme', exp: 1 });
    expect((await application.scim(expired, baseOf(application, 'acme')).get('/Groups')).status).toBe(401);
  } finally {
    await idp.close();
  }
});
