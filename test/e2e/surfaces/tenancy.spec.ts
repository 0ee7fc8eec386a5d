import { SURFACES } from '../../../src/app.module.js';
import { STANDARD_SURFACE } from '../../../src/surfaces/standard/standard.surface.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { dumpCompany } from '../../support/database-dump.js';
import { listRoutes } from '../../support/routes.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';
import { OUD_TRIAL } from './oud/tenancy.trial.js';
import { PARADIGM_TRIAL } from './paradigm/tenancy.trial.js';
import { SCAIKEY_TRIAL } from './scaikey/tenancy.trial.js';
import { STRONGDM_TRIAL } from './strongdm/tenancy.trial.js';
import { type Estate, NOBODY, sendAttempt, type TenancyTrial } from './tenancy.trial.js';

let application: TestApplication;

beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());

/** A client of a new company, and what it has: two with the same name have the same but for ids. */
async function settleCompany(
  trial: TenancyTrial,
  name: string,
): Promise<{ readonly slug: string; readonly client: ScimClient; readonly own: Estate }> {
  const company = await application.company();
  const client = application.scim(await company.token(), trial.base(application, company.slug));
  return { slug: company.slug, client, own: await trial.settle(client, name) };
}

/** What a client can tell from an answer, whichever id it asked about and whichever company it is of. */
function tellOf({ status, headers, text }: ScimAnswer, id: string): object {
  const anonymous = (from: string): string =>
    from
      .replaceAll(id, '<id>')
      .replace(/\bcompany-\d+/g, '<company>')
      .replace(/"(created|lastModified)":"[^"]*"/g, '"$1":"<time>"')
      // The caller's own, and what a POST makes anew.
      .replace(/\b[0-9a-f]{16}\b/g, '<own>')
      .replace(/\b(user|Role)-\d+/g, '<name>')
      // How much the caller may still send.
      .replace(/\br=\d+;t=\d+/, 'r=<left>');
  const told = Object.entries(headers).filter(
    ([name]) => !['date', 'x-request-id', 'content-length'].includes(name),
  );
  return { status, headers: anonymous(JSON.stringify(told)), text: anonymous(text) };
}

const TRIALS = [PARADIGM_TRIAL, SCAIKEY_TRIAL, OUD_TRIAL, STRONGDM_TRIAL];

it('every surface is tried, the standard one by a spec of its own', () => {
  const tried = [STANDARD_SURFACE, ...TRIALS.map(({ surface }) => surface)].map(({ name }) => name);
  expect(tried.sort()).toEqual(SURFACES.map(({ surface }) => surface.name).sort());
});

describe.each(TRIALS.map((trial) => [trial.surface.name, trial] as const))('%s', (_, trial) => {
  const { attempts } = trial;
  let slug: string;
  let theirs: Estate;

  beforeAll(async () => {
    ({ slug, own: theirs } = await settleCompany(trial, 'canary'));
  });

  const theirRows = (): Promise<string[]> => dumpCompany(application.database, slug);

  it('every route there is is tried', () => {
    const mount = `/${trial.surface.mount}`;
    const all = listRoutes(application.app)
      .filter(({ method, path }) => method !== 'ALL' && path.startsWith(`${mount}/`))
      .map(({ method, path }) => `${method} ${path.slice(mount.length)}`);
    expect(Object.keys(attempts).sort()).toEqual(all.sort());
  });

  it.each(Object.keys(attempts))(
    "TEN-02 TEN-06 %s answers another company's id as an unknown one",
    async (route) => {
      const before = await theirRows();
      expect(before.length).toBeGreaterThan(2);
      const reference = await settleCompany(trial, 'own');
      const wanted: ScimAnswer[] = [];
      for (const attempt of attempts[route]?.(NOBODY, reference.own.group) ?? [])
        wanted.push(await sendAttempt(trial, reference.client, route, attempt));
      for (const [id, other] of [
        [theirs.user, theirs.group],
        [theirs.group, theirs.user],
      ] as const) {
        // A company each, so that one attempt does not change what the next one meets.
        const attacker = await settleCompany(trial, 'own');
        for (const [index, attempt] of (attempts[route]?.(id, attacker.own.group) ?? []).entries()) {
          const got = await sendAttempt(trial, attacker.client, route, attempt);
          expect({ index, ...tellOf(got, id) }).toEqual({ index, ...tellOf(wanted[index]!, NOBODY) });
          // 501 is what /Me answers where no token stands for a user.
          expect([500, 502, 503, 504]).not.toContain(got.status);
          expect(got.text).not.toMatch(new RegExp(`canary|${other}`, 'i'));
        }
      }
      expect(await theirRows()).toEqual(before);
    },
  );

  it('TEN-04 names that another company has are free', async () => {
    const { client } = await settleCompany(trial, 'canary');
    for (const path of ['/Users', '/Groups']) expect((await client.get(path)).body.totalResults).toBe(1);
  });
});
