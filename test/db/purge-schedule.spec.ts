import { Administration } from '../../src/administration/administration.js';
import { createLogger } from '../../src/logging/logger.js';
import { PurgeSchedule } from '../../src/startup/purge-schedule.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let administration: Administration;
const log: string[] = [];
const logger = createLogger('debug', { write: (line: string) => void log.push(line) });

beforeAll(async () => {
  database = await testDatabase();
  administration = await Administration.open(database.url);
});
afterAll(async () => {
  await administration.close();
  await database.close();
});

const slugs = async (): Promise<string[]> =>
  (await administration.companies.listCompanies()).map(({ slug }) => slug);

it('removes the deleted companies whose grace is over, and no others', async () => {
  for (const slug of ['kept', 'waiting', 'over']) await administration.companies.createCompany(slug, slug);
  await administration.lifecycle.deleteCompany('waiting', 1);
  await administration.lifecycle.deleteCompany('over', 0);
  const schedule = new PurgeSchedule(database.url, logger);
  await schedule.look();
  expect(await slugs()).toEqual(['kept', 'waiting']);
  expect(log.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ level: 30, company: 'over', msg: 'a deleted company was removed' }),
  ]);
  await schedule.stop();
});

it('goes on at the next look where the database is away', async () => {
  const schedule = new PurgeSchedule('postgres://rollcall@127.0.0.1:1/rollcall', logger);
  await schedule.look();
  await schedule.stop();
});

it('removes nothing once it is stopped', async () => {
  await administration.companies.createCompany('late', 'late');
  await administration.lifecycle.deleteCompany('late', 0);
  const schedule = new PurgeSchedule(database.url, logger);
  const looking = schedule.look();
  await schedule.stop();
  await looking;
  expect(await slugs()).toContain('late');
});
