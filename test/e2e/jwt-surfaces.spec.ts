import { SURFACES } from '../../src/app.module.js';
import { type IssuerAdministration } from '../../src/administration/issuer-administration.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { JwtIssuer } from '../support/jwt-issuer.js';
import { type ScimAnswer } from '../support/scim-client.js';

/** The surfaces that take HTTP Basic. */
const BASIC = ['oud'];

let service: TestApplication;
let issuers: IssuerAdministration;
let idp: JwtIssuer;

beforeAll(async () => {
  service = await startTestApplication();
  await service.company('acme');
  await service.company('birch');
  issuers = service.issuers;
  idp = await JwtIssuer.start('https://idp.example/', 'RS256');
  await issuers.addIssuer(idp.registration('idp', { claim: 'tenant_id' }, 'rollcall'));
});
afterAll(async () => {
  await idp.close();
  await service.close();
});

const sign = (slug: string): Promise<string> => idp.sign({ aud: 'rollcall', tenant_id: slug });
const get = (mount: string, named: string, authorization: string): Promise<ScimAnswer> =>
  service
    .scim(undefined, `${service.origin}/${mount.replace(/:\w+/, named)}`)
    .send({ method: 'GET', path: '/Groups', headers: { authorization } });
const asPassword = (token: string): string => `Basic ${Buffer.from(`cn=ada:${token}`).toString('base64')}`;

describe.each(SURFACES.map(({ surface }) => [surface.name, surface.mount] as const))('%s', (name, mount) => {
  it('SEC-02 opens for a signed token, and not for a refused one', async () => {
    expect((await get(mount, 'acme', `Bearer ${await sign('acme')}`)).status).toBe(200);
    const refused = await get(mount, 'acme', `Bearer ${await sign('nobody')}`);
    expect(refused.status).toBe(401);
    expect(refused.headers['www-authenticate']).toMatch(/^Bearer realm="Rollcall", error="invalid_token"/);
  });

  it(`SEC-14 ${BASIC.includes(name) ? 'takes' : 'does not take'} HTTP Basic`, async () => {
    const answer = await get(mount, 'acme', asPassword(await sign('acme')));
    expect(answer.status).toBe(BASIC.includes(name) ? 200 : 401);
    const { headers } = await get(mount, 'acme', '');
    expect(/Basic realm=/.test(headers['www-authenticate'] ?? '')).toBe(BASIC.includes(name));
  });
});

const named = SURFACES.filter(({ surface }) => surface.mount.includes(':'));

it.each(named.map(({ surface }) => [surface.name, surface.mount] as const))(
  "TEN-02 %s knows no company but the caller's",
  async (_, mount) => {
    const authorization = `Bearer ${await sign('acme')}`;
    const [foreign, unknown] = [
      await get(mount, 'birch', authorization),
      await get(mount, 'cedar', authorization),
    ];
    expect([foreign.status, unknown.status]).toEqual([404, 404]);
    expect(foreign.text.replaceAll('birch', 'cedar')).toBe(unknown.text);
    expect((await get(mount, '0000000000000001', authorization)).status).toBe(200);
    expect((await get(mount, '0000000000000002', authorization)).status).toBe(404);
  },
);
