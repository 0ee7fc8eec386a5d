import { ensureServiceLogin } from '../../src/persistence/database/service-login.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { insertUsers } from '../support/insert-resources.js';

// Two instances of the service on one database: what a company may lose, it may lose once, whoever takes the requests.

let one: TestApplication;
let other: TestApplication;

beforeAll(async () => {
  one = await startTestApplication();
  other = await startTestApplication({ databaseUrl: () => ensureServiceLogin(one.database.url) });
});
afterAll(async () => {
  await other.close();
  await one.close();
});

const OFF = { percent: 100, min: 1_000_000 };
const USERS = 40;
const ALLOWED = 10;

it('holds removals at the same limit, together', async () => {
  const company = await one.company();
  const users = await insertUsers(one.database, company.slug, USERS);
  const limits = { users: { percent: (ALLOWED / USERS) * 100, min: 1 }, memberships: OFF, group: OFF };
  await one.guard.setGuard(company.slug, { mode: 'hold', ...limits });
  const token = await company.token();
  const clients = [one.scim(token), other.scim(token)];
  const statuses = await Promise.all(
    users
      .slice(0, USERS - ALLOWED)
      .map(
        async (id, index) =>
          (await clients[index % 2]!.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]))
            .status,
      ),
  );
  expect(statuses.filter((status) => status === 200)).toHaveLength(ALLOWED);
  expect(statuses.filter((status) => status === 429)).toHaveLength(USERS - 2 * ALLOWED);
  const inactive = await clients[1]!.get('/Users?filter=active%20eq%20false&count=0');
  expect(inactive.body).toMatchObject({ totalResults: ALLOWED });
  for (const client of clients) {
    const refused = await client.delete(`/Users/${users[USERS - 1]}`);
    expect([refused.status, refused.headers['rollcall-reason']]).toEqual([429, 'guard']);
  }
  await one.guard.releaseHold(company.slug);
  expect((await clients[1]!.delete(`/Users/${users[USERS - 1]}`)).status).toBe(204);
});
