import { ADMIN_TOKEN, AdminClient } from '../../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';

/** Many more calls at once than wait for their turn. */
const FLOOD = 120;

let service: TestApplication;
let operator: AdminClient;

beforeAll(async () => {
  service = await startTestApplication({ settings: { ADMIN_TOKEN } });
  operator = new AdminClient(service);
});
afterAll(() => service.close());

/** A company with an administrator. */
async function administered(company: string): Promise<AdminClient> {
  await service.company(company);
  const { body } = await operator.post('/admin-credentials', {
    name: `of ${company}`,
    scopes: [`admin:${company}`],
  });
  return new AdminClient(service, `Bearer ${body.secret}`);
}

/** Calls again and again until it is stopped. */
function flood(call: () => Promise<number>): { readonly stop: () => Promise<ReadonlySet<number>> } {
  let stopped = false;
  const statuses = new Set<number>();
  const senders = Array.from({ length: FLOOD }, async () => {
    while (!stopped) statuses.add(await call());
  });
  return { stop: () => ((stopped = true), Promise.all(senders).then(() => statuses)) };
}

const callsOf = async (client: AdminClient, path: string): Promise<ReadonlySet<number>> => {
  const statuses = new Set<number>();
  for (let call = 0; call < 10; call += 1) statuses.add((await client.get(path)).status);
  return statuses;
};

it('the administrator of one company keeps neither that of another nor an operator out', async () => {
  const [busy, other] = [await administered('acme'), await administered('birch')];
  expect((await other.get('/companies/birch/activity')).status).toBe(200);
  const flooding = flood(() => busy.get('/companies/acme/activity?count=200').then(({ status }) => status));
  try {
    expect([...(await callsOf(other, '/companies/birch/activity'))]).toEqual([200]);
    expect([...(await callsOf(operator, '/companies'))]).toEqual([200]);
  } finally {
    expect([...(await flooding.stop())].sort()).toEqual([200, 503]);
  }
});
