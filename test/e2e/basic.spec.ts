import { ACCEPTS_BASIC, AcceptsBasic } from '../../src/access/decorators.js';
import { type IssuerAdministration } from '../../src/administration/issuer-administration.js';
import { UsersController } from '../../src/surfaces/standard/users.controller.js';
import { startTestApplication, type TestApplication, type TestCompany } from '../support/application.js';
import { JwtIssuer } from '../support/jwt-issuer.js';
import { type ScimAnswer } from '../support/scim-client.js';

const BOTH =
  /^Bearer realm="Rollcall"(, error="invalid_token")?, resource_metadata="[^"]+", Basic realm="Rollcall", charset="UTF-8"$/;

let service: TestApplication;
let company: TestCompany;
let token: string;
let idp: JwtIssuer;
let issuers: IssuerAdministration;

beforeAll(async () => {
  AcceptsBasic()(UsersController);
  service = await startTestApplication();
  company = await service.company('acme');
  token = await company.token();
  idp = await JwtIssuer.start('https://idp.example/', 'ES256');
  issuers = service.issuers;
});
afterAll(async () => {
  Reflect.deleteMetadata(ACCEPTS_BASIC, UsersController);
  await idp.close();
  await service.close();
});

const get = (path: string, authorization: string): Promise<ScimAnswer> =>
  service.scim().send({ method: 'GET', path, headers: { authorization } });
const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;

describe('HTTP Basic, where it is accepted', () => {
  it.each([
    ['any user name', (secret: string) => basic(`cn=Directory Manager:${secret}`)],
    ['no user name', (secret: string) => basic(`:${secret}`)],
    ['letters beyond ASCII', (secret: string) => basic(`ädä:${secret}`)],
    ['the scheme in any case', (secret: string) => basic(`ada:${secret}`).replace('Basic', 'bAsIC')],
    ['blanks around', (secret: string) => `  ${basic(`ada:${secret}`).replace(' ', '   ')} `],
    ['base64 without padding', (secret: string) => basic(`ada:${secret}`).replace(/=+$/, '')],
  ])('takes a token as the password with %s', async (_, header) => {
    expect((await get('/Users', header(token))).status).toBe(200);
  });

  it('still takes a bearer token', async () => {
    expect((await get('/Users', `Bearer ${token}`)).status).toBe(200);
  });

  it('takes a signed token too', async () => {
    await issuers.addIssuer({
      name: 'idp',
      company: { slug: 'acme' },
      issuer: idp.iss,
      audience: 'rollcall',
      keys: { url: idp.keysUrl },
      requiredScope: null,
      dialect: 'lenient',
      scopes: ['scim:read'],
    });
    const signed = await idp.sign({ aud: 'rollcall' });
    expect((await get('/Users', basic(`ada:${signed}`))).status).toBe(200);
    expect((await get('/Users', basic(`ada:${await idp.sign({ aud: 'x' })}`))).status).toBe(401);
  });

  it.each<[string, (secret: string) => string]>([
    ['the token as user name', (secret) => basic(`${secret}:`)],
    ['the token as both', (secret) => basic(secret)],
    ['another password', () => basic('ada:secret')],
    ['no password', () => basic('ada:')],
    ['something behind the token', (secret) => basic(`ada:${secret} x`)],
    ['a colon before the token', (secret) => basic(`ada::${secret}`)],
    ['no base64', () => 'Basic %%%'],
    ['the token itself', (secret) => `Basic ${secret}`],
    ['nothing', () => 'Basic'],
    ['nothing at all', () => ''],
    ['a bad bearer token', () => 'Bearer nonsense'],
    ['a bearer of the pair', (secret) => basic(`ada:${secret}`).replace('Basic', 'Bearer')],
    ['another scheme', (secret) => `Digest ${secret}`],
  ])('refuses %s and tells both ways', async (_, header) => {
    const answer = await get('/Users', header(token));
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toMatch(BOTH);
  });

  it('says of a token that was sent that it is invalid', async () => {
    const challenge = async (header: string): Promise<unknown> =>
      (await get('/Users', header)).headers['www-authenticate'];
    expect(await challenge(basic('ada:secret'))).toContain('error="invalid_token"');
    expect(await challenge('Bearer nonsense')).toContain('error="invalid_token"');
    expect(await challenge('')).not.toContain('error');
  });
});

describe('HTTP Basic, elsewhere', () => {
  it('SEC-14 SEC-02 is 401 and not offered', async () => {
    for (const path of ['/Groups', '/Schemas', '/Nope']) {
      const answer = await get(path, basic(`ada:${token}`));
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toMatch(
        /^Bearer realm="Rollcall", resource_metadata="[^"]+"$/,
      );
      expect((await get(path, `Bearer ${token}`)).status).not.toBe(401);
    }
  });
});
