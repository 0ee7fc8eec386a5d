import { type NestExpressApplication } from '@nestjs/platform-express';
import pg from 'pg';
import { createApplication } from '../../src/application.js';
import { readSettings } from '../../src/config/read-settings.js';
import { withSecretKey } from '../../src/persistence/settings/with-secret-key.js';
import { createLogger } from '../../src/logging/logger.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { type CommandOutcome, runCommand } from '../support/command-line.js';
import { type ScimClient } from '../support/scim-client.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

let service: TestApplication;
let admin: pg.Client;
let scim: ScimClient;
let slug: string;
beforeEach(async () => {
  service = await startTestApplication();
  admin = new pg.Client(service.database.adminUrl);
  await admin.connect();
  const company = await service.company();
  slug = company.slug;
  scim = await company.client('strict');
});
afterEach(async () => {
  await admin.end();
  await service.close();
});

const environment = (): Record<string, string> => ({
  DATABASE_URL: service.database.url,
  LOG_LEVEL: 'silent',
});
const reindex = (...args: string[]): Promise<CommandOutcome> => runCommand(environment(), 'reindex', ...args);
const create = async (path: '/Users' | '/Groups', body: Record<string, unknown>): Promise<string> => {
  const schemas = [path === '/Users' ? USER : GROUP];
  const answer = await scim.post(path, { schemas, ...body });
  expect(answer.status).toBe(201);
  return answer.body.id as string;
};
const find = async (path: '/Users' | '/Groups', filter: string): Promise<unknown[]> => {
  const { body } = await scim.get(`${path}?filter=${encodeURIComponent(filter)}`);
  return (body.Resources as { id: string }[]).map(({ id }) => id);
};
/** Another process of the same program on the same database. */
const startAnother = async (): Promise<NestExpressApplication> => {
  const settings = await withSecretKey(readSettings(environment()), service.database.url);
  return createApplication(settings, service.database.url, createLogger('silent'));
};
const makeOfFoldingZero = (statement: string): Promise<unknown> =>
  admin.query(`${statement};
    UPDATE settings SET value = jsonb_set(value::jsonb, '{folding}', '0')::text WHERE key = 'comparison'`);

it('FIL-33, CRE-12: after `rollcall reindex` names of another folding are found and unique again, at their versions', async () => {
  const ada = await create('/Users', { userName: 'Àda', emails: [{ value: 'ÀDA@example.com' }] });
  const crew = await create('/Groups', { displayName: 'ＣＲＥＷ' });
  const before = [(await scim.get(`/Users/${ada}`)).body, (await scim.get(`/Groups/${crew}`)).body];
  await makeOfFoldingZero(`UPDATE users SET search = attributes, user_name_key = attributes ->> 'userName';
    UPDATE groups SET search = attributes, display_name_key = attributes ->> 'displayName'`);
  expect(await find('/Users', 'userName eq "àda"')).toEqual([]);
  await expect(startAnother()).rejects.toThrow(/folded by version 0 .*`[^`]+ reindex`/);

  const { code, out, error } = await reindex('--json');
  expect([code, error]).toEqual([0, '']);
  expect(JSON.parse(out)).toEqual({ companies: 1, resources: 2, changed: 2, clashes: [] });

  await (await startAnother()).close();
  expect(await find('/Users', 'userName eq "A\u0300DA"')).toEqual([ada]);
  expect(await find('/Users', 'emails.value eq "àda@EXAMPLE.com"')).toEqual([ada]);
  expect(await find('/Groups', 'displayName eq "crew"')).toEqual([crew]);
  expect([(await scim.get(`/Users/${ada}`)).body, (await scim.get(`/Groups/${crew}`)).body]).toEqual(before);
  expect((await scim.post('/Users', { schemas: [USER], userName: 'A\u0300DA' })).status).toBe(409);
  expect((await reindex()).out).toMatch(/Changed +│ +0/);
});

it('CRE-12: names that the folding makes equal are listed, nothing is changed, and the start stays refused', async () => {
  const ada = await create('/Users', { userName: 'ada' });
  const eve = await create('/Users', { userName: 'eve' });
  await makeOfFoldingZero(`UPDATE users SET attributes = jsonb_set(attributes, '{userName}', '"ADA"')
    WHERE id = read_resource_id('${eve}')`);
  const { code, out, error } = await reindex();
  expect([code, error]).toEqual([1, '']);
  for (const [id, name] of [
    [ada, 'ada'],
    [eve, 'ADA'],
  ])
    expect(out).toMatch(new RegExp(`${slug} +│ +userName +│ +User +│ +${id} +│ +${name} `));
  expect(out).toContain('Nothing was changed');
  expect(JSON.parse((await reindex('--json')).out)).toMatchObject({
    changed: 0,
    clashes: [{ company: slug, attribute: 'userName', resources: [{ id: ada }, { id: eve }] }],
  });
  await expect(startAnother()).rejects.toThrow('folded by version 0');
  // The process that runs is none the worse for it, and can mend it.
  expect((await scim.delete(`/Users/${eve}`)).status).toBe(204);
  expect((await reindex()).code).toBe(0);
  await (await startAnother()).close();
});

it('writes are 503 with Retry-After once the database was reindexed for another program', async () => {
  await create('/Users', { userName: 'ada' });
  await makeOfFoldingZero(`UPDATE settings SET value = '99' WHERE key = 'comparison_generation'`);
  const answer = await scim.post('/Users', { schemas: [USER], userName: 'eve' });
  expect([answer.status, answer.headers['retry-after']]).toEqual([503, '30']);
  expect(await find('/Users', 'userName eq "ada"')).toHaveLength(1);
});
