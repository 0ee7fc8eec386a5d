import { readSettings } from '../config/read-settings.js';
import { type BannerNotices, printBanner } from './banner.js';
import { type TokenNotice } from './first-company.js';

const print = (environment: Record<string, string>, notice: TokenNotice = { kind: 'known' }): string =>
  printBanner(readSettings(environment), 3000, { token: notice }, 'the server of DATABASE_URL');

it.each([
  ['127.0.0.1', 'http://127.0.0.1:3000'],
  ['0.0.0.0', 'http://localhost:3000'],
  ['::', 'http://localhost:3000'],
  ['::1', 'http://[::1]:3000'],
  ['10.1.2.3', 'http://10.1.2.3:3000'],
])(
  'names the address that HOST=%s listens on, and says that identity providers need another',
  (HOST, origin) => {
    const banner = print({ HOST });
    expect(banner).toContain(`SCIM base URL   ${origin}/standard/scim/v2\n`);
    expect(banner).toContain(`Start page      ${origin}/\n`);
    expect(banner).toContain(`Swagger UI      ${origin}/docs\n`);
    expect(banner).toMatch(/can't use this address.* PUBLIC_URL .*docs\/guides\/tls\.md/s);
  },
);

it.each([
  ['https://scim.example.com/rollcall', true],
  ['http://scim.example.com', false],
  ['https://localhost:8443', false],
])('offers PUBLIC_URL=%s to identity providers: %s', (url, offered) => {
  const banner = print({ PUBLIC_URL: url });
  expect(banner).toContain(`${url}/standard/scim/v2`);
  expect(banner.includes('(paste into Entra ID or Okta)')).toBe(offered);
  expect(banner.includes("can't use this address")).toBe(!offered);
});

it.each<[TokenNotice, RegExp]>([
  [{ kind: 'shown', token: 'rollcall_x' }, /Token +rollcall_x {3}\(shown this once\)[^]*Bearer rollcall_x"/],
  [{ kind: 'file', path: "/a b/it's" }, /Token +in \/a b\/it's\n[^]*Bearer \$\(cat '\/a b\/it'\\''s'\)"/],
  [{ kind: 'setting' }, /Token +the value of BOOTSTRAP_TOKEN\n[^]*Bearer \$TOKEN"/],
  [{ kind: 'none', company: 'acme' }, /Token +none yet; make one: npm run rollcall -- token issue acme\n/],
  [{ kind: 'none', company: undefined }, /Token +none yet; make one: .* token issue <company>\n/],
  [{ kind: 'known' }, /Token +the one you have; another: .* token issue <company>\n/],
])('says of %j where the token is', (notice, expected) => {
  expect(print({}, notice)).toMatch(expected);
});

it('names the guides in the place of the start page where the root leads to the console', () => {
  const console = { url: 'http://127.0.0.1:3000/console/' };
  const settings = readSettings({ ADMIN_TOKEN: 'x'.repeat(32) });
  const banner = printBanner(settings, 3000, { token: { kind: 'known' }, console }, 'a server');
  expect(banner).toContain('Guides          http://127.0.0.1:3000/docs/guides\n');
  expect(banner).not.toContain('Start page');
});

it('names no pages where there are none', () => {
  expect(print({ DOCS: 'false' })).not.toMatch(/Start page|Guides|Swagger UI/);
});

it('names the address that a proxy has to lead to beside PUBLIC_URL, and the admin API where there is one', () => {
  const banner = print({ PUBLIC_URL: 'https://scim.example.com', ADMIN_TOKEN: 'x'.repeat(32) });
  expect(banner).toContain('Listens on      http://127.0.0.1:3000   (where the proxy leads)\n');
  expect(banner).toContain('Admin API       https://scim.example.com/admin/v1\n');
  expect(print({})).not.toMatch(/Listens on|Admin API/);
});

it('says that the console is off, and which setting opens it, where there is no admin API', () => {
  const off = /Console +off: set ADMIN_TOKEN +\(openssl rand -hex 32\)\n/;
  expect(print({ PUBLIC_URL: 'https://scim.example.com' })).toMatch(off);
  expect(print({ ADMIN_TOKEN: 'x'.repeat(32) })).not.toMatch(off);
});

it.each<[NonNullable<BannerNotices['console']>, RegExp]>([
  [
    { url: 'http://127.0.0.1:3000/console/' },
    /Console +http:\/\/127\.0\.0\.1:3000\/console\/ +\(sign in with ADMIN_TOKEN\)\n/,
  ],
  [
    { url: 'http://x/console/', tokenFile: '/data/admin-token' },
    /Console .*\(the token is in \/data\/admin-token\)\n/,
  ],
  [
    { url: 'http://x/console/', link: 'http://x/console/sign-in#link=y' },
    /within ten minutes:\n {2}http:\/\/x\/console\/sign-in#link=y\n/,
  ],
])('says of %j how one signs in to the console', (console, expected) => {
  const settings = readSettings({ ADMIN_TOKEN: 'x'.repeat(32) });
  expect(printBanner(settings, 3000, { token: { kind: 'known' }, console }, 'a server')).toMatch(expected);
});

it('has no line that a terminal of 80 columns breaks', () => {
  const lines = print({}, { kind: 'setting' }).split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});
