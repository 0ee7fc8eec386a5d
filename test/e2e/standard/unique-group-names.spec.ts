import { request as openRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestApplication, type TestApplication, type TestCompany } from '../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';

/** Long enough for a request to be authenticated, before the rest of its body comes. */
const HELD_MS = 500;

let application: TestApplication;
let company: TestCompany;
let client: ScimClient;

beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());
beforeEach(async () => {
  company = await application.company();
  client = await company.client('lenient');
});

const allowDuplicates = (duplicateGroupNames: boolean): Promise<unknown> =>
  application.administration.setCompany(company.slug, { duplicateGroupNames });

const create = (displayName: string): Promise<ScimAnswer> => client.post('/Groups', { displayName });

const groupsNamed = async (displayName: string): Promise<number> =>
  (await client.get(`/Groups?filter=displayName%20eq%20"${displayName}"`)).body.totalResults as number;

/**
 * A request the body of which is held back until `finish` is called, which answers the status. It has a token of its own, so that
 * the company is looked up for it, before its body is there.
 */
async function sendSlowly(
  method: string,
  path: string,
  message: object,
): Promise<{ finish(): Promise<number> }> {
  const { token } = await company.client('lenient');
  const body = JSON.stringify(message);
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/scim+json',
    'content-length': Buffer.byteLength(body),
  };
  const outgoing = openRequest(`${application.base}${path}`, { method, headers });
  const answered = new Promise<number>((resolve, reject) => {
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      incoming.resume();
      resolve(incoming.statusCode!);
    });
  });
  outgoing.write(body.slice(0, 5));
  return {
    finish: () => {
      outgoing.end(body.slice(5));
      return answered;
    },
  };
}

describe('where several groups might have one name, and may no more', () => {
  it('a request whose body comes later makes no second group of a name', async () => {
    await allowDuplicates(true);
    const other = (await create('Sales')).body.id as string;
    const slow = [
      await sendSlowly('POST', '/Groups', { displayName: 'Finance' }),
      await sendSlowly('PUT', `/Groups/${other}`, { displayName: 'Finance' }),
      await sendSlowly('PATCH', `/Groups/${other}`, {
        Operations: [{ op: 'replace', path: 'displayName', value: 'Finance' }],
      }),
    ];
    await sleep(HELD_MS);
    await allowDuplicates(false);
    expect((await create('Finance')).status).toBe(201);
    for (const request of slow) expect(await request.finish()).toBe(409);
    expect(await groupsNamed('Finance')).toBe(1);
    expect((await create('FINANCE')).status).toBe(409);
  });

  it('no group escapes that is written while that is switched', async () => {
    await allowDuplicates(true);
    const writes: Promise<ScimAnswer>[] = [];
    for (let round = 0; round < 30; round++) {
      writes.push(create(`group ${round}`));
      if (round === 10) writes.push(allowDuplicates(false).then(() => create('last')));
    }
    for (const { status } of await Promise.all(writes)) expect(status).toBe(201);
    for (let round = 0; round < 30; round++) expect((await create(`group ${round}`)).status).toBe(409);
  });
});

it('a request whose body comes later is let where several groups may have one name by then', async () => {
  await create('Finance');
  const slow = await sendSlowly('POST', '/Groups', { displayName: 'Finance' });
  await sleep(HELD_MS);
  await allowDuplicates(true);
  expect(await slow.finish()).toBe(201);
  expect((await create('Finance')).status).toBe(201);
  expect(await groupsNamed('Finance')).toBe(3);
});
