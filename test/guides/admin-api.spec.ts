import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PERMISSIONS, type Role } from '../../src/admin-api/access/roles.js';
import { ADMIN_TOKEN } from '../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { listRoutes } from '../support/routes.js';
import { codeBlocks, readDocument } from './markdown.js';

const guide = readDocument('docs/guides/admin-api.md');
const scripts = codeBlocks(guide)
  .filter(({ language, text }) => language === 'sh' && text.includes('curl '))
  .map(({ text }) => text);

/** How long one script may take. */
const SCRIPT_MS = 20_000;

let service: TestApplication;
/** What the guide calls the `id` in the answer to a POST, by the end of its path. */
const NAMES: Readonly<Record<string, string>> = {
  'admin-credentials': 'CREDENTIAL_ID',
  'setup-links': 'LINK_ID',
  tokens: 'TOKEN_ID',
  clients: 'CLIENT',
  secrets: 'SECRET_ID',
  'federated-credentials': 'FEDERATION_ID',
  issuers: 'ISSUER_ID',
  webhooks: 'WEBHOOK_ID',
  test: 'DELIVERY_ID',
  'platform-credentials': 'PLATFORM_ID',
};
/** The ids that the commands so far have made, by these names. */
const ids: Record<string, string> = {};

function remember(script: string, answer: string): void {
  const [, made = ''] = /-X POST "\$BASE[^"]*\/([\w-]+)"/.exec(script) ?? [];
  const name = NAMES[made];
  if (name !== undefined) ids[name] = (JSON.parse(answer) as { id: string }).id;
}

beforeAll(async () => {
  service = await startTestApplication({ settings: { ADMIN_TOKEN, SECRETS_KEY: 'k'.repeat(32) } });
});
afterAll(() => service.close());

/** Runs a script as a shell does. It ends with an error where an answer is none of 2xx. */
async function run(script: string): Promise<string> {
  const failing = 'curl() { command curl --silent --show-error --fail-with-body "$@"; }';
  const { stdout } = await promisify(execFile)(
    'bash',
    ['--norc', '-euo', 'pipefail', '-c', `${failing}\n${script}`],
    {
      env: { PATH: process.env.PATH, BASE: `${service.origin}/admin/v1`, ADMIN: ADMIN_TOKEN, ...ids },
      timeout: SCRIPT_MS,
    },
  );
  return stdout;
}

it('the table of roles is that which the guard judges by', () => {
  const roles: readonly Role[] = ['operator', 'companyAdministrator', 'reader'];
  const rows = Object.values(PERMISSIONS).map(({ may, roles: allowed }) => {
    const cells = roles.map((role) => (allowed.includes(role) ? 'yes' : 'no'));
    return `| ${may} | ${cells.join(' | ')} |`;
  });
  const printed = guide.text.match(/^\| .* \| (?:yes|no) \| (?:yes|no) \| (?:yes|no) \|$/gm);
  expect(printed).toEqual(rows);
});

it('every command of the guide succeeds, in its order', { timeout: scripts.length * SCRIPT_MS }, async () => {
  expect(scripts.length).toBeGreaterThan(25);
  const silent: string[] = [];
  for (const script of scripts) {
    if (script.includes('/activity?operation')) {
      // Somebody has to be there.
      const { secret } = await service.tokens.issueToken('acme', {
        name: 'x',
        dialect: 'lenient',
        scopes: ['scim:read', 'scim:write'],
        expires: null,
      });
      const { body } = await service.scim(secret).post('/Users', { userName: 'ada@acme.example' });
      const members = [{ value: body.id as string }];
      const made = await service.scim(secret).post('/Groups', { displayName: 'Finance', members });
      expect(made.status).toBe(201);
    }
    const answer = await run(script);
    remember(script, answer);
    if (answer === '') silent.push(script);
    else expect(answer).toMatch(/^\{/);
  }
  expect(silent).toEqual([
    expect.stringMatching(/-X DELETE .*\/federated-credentials\/\$FEDERATION_ID"/),
    expect.stringMatching(/-X DELETE .*\/clients\/\$CLIENT"/),
    expect.stringMatching(/-X DELETE .*\/webhooks\/\$WEBHOOK_ID"/),
    expect.stringMatching(/-X DELETE .*\/recording"/),
  ]);
});

it('there is a command for every route but those that show one of a list', () => {
  const calls = scripts.flatMap((script) => script.split('curl ').slice(1));
  const called = calls.map((call) => {
    const [, method = 'GET'] = /-X (\w+)/.exec(call) ?? [];
    const [, path = ''] = /"\$BASE([^"?]*)/.exec(call) ?? [];
    return `${method} ${path}`;
  });
  const shapes = listRoutes(service.app)
    .filter(({ path, method }) => path.startsWith('/admin/v1/') && method !== 'ALL')
    .map(({ method, path }) => ({ method, path: path.slice('/admin/v1'.length) }));
  const missing = shapes.filter(({ method, path }) => {
    const pattern = new RegExp(`^${method} ${path.replace(/:\w+/g, '[^/]+')}$`);
    return !called.some((call) => pattern.test(call));
  });
  const ofOne = [
    '/companies/:company/activity/:id',
    '/companies/:company/tokens/:id',
    '/companies/:company/clients/:client',
    '/companies/:company/webhooks/:webhook',
    '/companies/:company/recorded-requests/:id',
    '/admin-credentials/:id',
    '/platform-credentials/:id',
  ];
  expect(missing).toEqual(ofOne.map((path) => ({ method: 'GET', path })));
});
