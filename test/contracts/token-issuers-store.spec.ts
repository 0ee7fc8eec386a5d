import { type CallerCompany } from '../../src/access/credential.js';
import { type TokenIssuer } from '../../src/access/token-issuers.store.js';
import { type NewIssuer } from '../../src/administration/issuer-administration.js';
import { type CredentialStores } from './credential-stores.js';
import { CREDENTIAL_STORES } from './store-implementations.js';
import { titled } from '../support/titled.js';

const URL_OF_KEYS = 'https://idp.example/keys';
/** The public key of RFC 8037, appendix A.2. */
const KEY_SET = {
  keys: [
    { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', kid: 'k1', use: 'sig' },
  ],
};

let stores: CredentialStores;
let company: CallerCompany;
let made = 0;
/** Another one in each test. */
let iss: string;

function add(issuer: Partial<NewIssuer> = {}): Promise<{ readonly id: string }> {
  return stores.addIssuer({
    name: 'Entra ID',
    company: { slug: company.slug },
    issuer: iss,
    audience: 'api://rollcall',
    keys: { url: URL_OF_KEYS },
    requiredScope: null,
    dialect: 'lenient',
    scopes: ['scim:read', 'scim:write'],
    ...issuer,
  });
}

/** In the order of audiences, since the store promises none. */
const find = async (issuer = iss): Promise<readonly TokenIssuer[]> =>
  [...(await stores.issuers.findByIssuer(issuer))].sort((a, b) => (a.audience < b.audience ? -1 : 1));

describe.each(titled(CREDENTIAL_STORES, 'name'))('%s', (_, { open }) => {
  beforeAll(async () => {
    stores = await open();
  });
  afterAll(() => stores.close());
  beforeEach(async () => {
    company = await stores.company();
    iss = `https://idp.example/${++made}`;
  });

  describe('issuers', () => {
    it('are found by iss, each audience of it by itself, with all that their tokens allow', async () => {
      const first = await add();
      const second = await add({
        name: 'Other',
        audience: 'b',
        company: { claim: 'tenant' },
        requiredScope: 'scim',
        dialect: 'strict',
        scopes: ['scim:read'],
      });
      expect(await find()).toStrictEqual([
        {
          id: first.id,
          name: 'Entra ID',
          audience: 'api://rollcall',
          keys: { url: URL_OF_KEYS },
          requiredScope: undefined,
          company,
          dialect: 'lenient',
          scopes: ['scim:read', 'scim:write'],
        },
        {
          id: second.id,
          name: 'Other',
          audience: 'b',
          keys: { url: URL_OF_KEYS },
          requiredScope: 'scim',
          company: { claim: 'tenant' },
          dialect: 'strict',
          scopes: ['scim:read'],
        },
      ]);
    });

    it('are found by the whole of iss, as it is written', async () => {
      await add();
      for (const other of ['', iss.toUpperCase(), `${iss}/`, iss.slice(0, -1), '%']) {
        expect(await find(other)).toEqual([]);
      }
    });

    it('have the text of their keys, where it is kept', async () => {
      await add({ keys: { text: JSON.stringify(KEY_SET) } });
      const [issuer] = await find();
      const text = issuer && 'text' in issuer.keys ? issuer.keys.text : '';
      expect(JSON.parse(text)).toEqual(KEY_SET);
    });

    it('that are removed are left out, and may be registered again', async () => {
      const { id } = await add();
      const kept = await add({ audience: 'b' });
      await stores.removeIssuer(id);
      expect(await find()).toMatchObject([{ id: kept.id }]);
      const again = await add();
      expect(await find()).toMatchObject([{ id: again.id }, { id: kept.id }]);
    });

    it('have the settings of their company as they are now, and go with it', async () => {
      await add();
      const other = await add({ audience: 'b', company: { slug: (await stores.company()).slug } });
      await stores.changeCompany(company.slug, { unknownMembers: 'ignore' });
      const settings = { duplicateGroupNames: false, unknownMembers: 'ignore' };
      expect((await find())[0]?.company).toEqual({ ...company, settings });
      await stores.deleteCompany(company.slug);
      expect(await find()).toMatchObject([{ id: other.id }]);
    });
  });

  describe('companies', () => {
    it('are found by slug and by id, with their settings as they are now', async () => {
      const hex = BigInt(company.id).toString(16).padStart(16, '0');
      await stores.company();
      expect(await stores.issuers.findCompany(company.slug)).toStrictEqual(company);
      expect(await stores.issuers.findCompany(hex)).toStrictEqual(company);
      const settings = { duplicateGroupNames: true, unknownMembers: 'ignore' } as const;
      await stores.changeCompany(company.slug, settings);
      expect(await stores.issuers.findCompany(hex)).toStrictEqual({ ...company, settings });
      await stores.deleteCompany(company.slug);
      expect(await stores.issuers.findCompany(hex)).toBeUndefined();
      expect(await stores.issuers.findCompany(company.slug)).toBeUndefined();
    });

    it('say whether they are suspended, as their issuers do', async () => {
      await add();
      await stores.suspendCompany(company.slug);
      expect(await stores.issuers.findCompany(company.slug)).toEqual({ ...company, suspended: true });
      expect(await find()).toMatchObject([{ company: { ...company, suspended: true } }]);
    });

    it('are not found by anything else', async () => {
      const others = [
        '',
        company.id,
        company.slug.toUpperCase(),
        `${company.slug} `,
        '%',
        'f'.repeat(16),
        '0'.repeat(16),
      ];
      for (const other of others) expect(await stores.issuers.findCompany(other)).toBeUndefined();
    });
  });
});
