import pg from 'pg';
import { startTestApplication, type TestApplication, type TestCompany } from '../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';
import { unique, userBody } from '../standard/messages.js';
import { clientsOfAllSurfaces, patchOf, WIRE_FORMS } from './wire-forms.js';

let application: TestApplication;

beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());

const switchTo = (company: TestCompany, uniqueExternalId: boolean): Promise<unknown> =>
  application.administration.setCompany(company.slug, { uniqueExternalId });

const create = (client: ScimClient, externalId?: string, userName = unique('user')): Promise<ScimAnswer> =>
  client.post('/Users', userBody({ userName, ...(externalId !== undefined && { externalId }) }));

describe('a company whose users have externalIds of their own', () => {
  let company: TestCompany;
  let clients: Readonly<Record<string, ScimClient>>;
  let standard: ScimClient;
  let taken: string;

  beforeAll(async () => {
    company = await application.company();
    await switchTo(company, true);
    clients = await clientsOfAllSurfaces(application, company);
    standard = clients['standard']!;
    taken = unique('external');
    await create(standard, taken);
  });

  describe.each(Object.entries(WIRE_FORMS))('on %s', (name, { resource, shown }) => {
    const post = (externalId: string): Promise<ScimAnswer> => {
      const userName = `${unique('user')}@example.com`;
      return clients[name]!.post('/Users', resource('User', { userName, externalId }));
    };

    it('a second user with one externalId is 409, by POST, PUT and PATCH', async () => {
      const made = await post(unique('external'));
      const { id } = shown(made.body, 'User');
      const path = `/Users/${id}`;
      const userName = `${unique('user')}@example.com`;
      const value = { externalId: taken };
      const change =
        name === 'oud' ? { op: 'replace', path: 'externalId', value: [taken] } : { op: 'replace', value };
      const refused = [
        await post(taken),
        await clients[name]!.put(path, resource('User', { userName, externalId: taken })),
        await clients[name]!.patch(path, patchOf(change)),
      ];
      for (const { status, text } of refused) {
        expect([status, text]).toEqual([409, expect.stringMatching(/externalId|already in use/)]);
        expect(text).not.toContain(taken);
      }
      expect((await clients[name]!.get(path)).status).toBe(200);
    });
  });

  it('a user keeps his own, and one that is free again can be taken', async () => {
    const externalId = unique('external');
    const { body } = await create(standard, externalId);
    const replaced = await standard.put(
      `/Users/${body.id}`,
      userBody({ userName: body.userName, externalId }),
    );
    expect(replaced.status).toBe(200);
    expect((await create(standard, externalId)).status).toBe(409);
    await standard.patch(`/Users/${body.id}`, [{ op: 'remove', path: 'externalId' }]);
    const next = await create(standard, externalId);
    expect(next.status).toBe(201);
    await standard.delete(`/Users/${next.body.id}`);
    expect((await create(standard, externalId)).status).toBe(201);
  });

  it('case counts, none is none, and groups and other companies are not asked', async () => {
    const externalId = unique('external');
    const statuses = [
      await create(standard, externalId),
      await create(standard, externalId.toUpperCase()),
      await create(standard),
      await create(standard),
      await standard.post('/Groups', { displayName: unique('Group'), externalId }),
      await standard.post('/Groups', { displayName: unique('Group'), externalId }),
      await create(await (await application.company()).client(), externalId),
    ].map(({ status }) => status);
    expect(statuses).toEqual([201, 201, 201, 201, 201, 201, 201]);
  });

  it.each(['standard', 'scaikey'])('bulk operations on %s are judged one by one', async (name) => {
    const externalId = unique('external');
    const Operations = [0, 1].map((index) => ({
      method: 'POST',
      path: '/Users',
      bulkId: `user${index}`,
      data: userBody({ externalId }),
    }));
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'];
    const { body } = await clients[name]!.post('/Bulk', { schemas, Operations });
    expect(body.Operations).toMatchObject([{ status: '201' }, { status: '409' }]);
  });

  it('of twenty at once one wins', async () => {
    const externalId = unique('external');
    const answers = await Promise.all(Array.from({ length: 20 }, () => create(standard, externalId)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
  });
});

describe('the setting', () => {
  it('is off by default; switched on, it holds for the users that are there', async () => {
    const company = await application.company();
    const client = await company.client();
    const [first, shared] = [unique('external'), unique('external')];
    await create(client, first);
    const twins = [await create(client, shared, 'ada'), await create(client, shared, 'bob')];
    expect(twins.map(({ status }) => status)).toEqual([201, 201]);

    await expect(switchTo(company, true)).rejects.toThrow(
      `externalIds can't be made unique while users share them: "${shared}" (ada, bob).`,
    );
    expect((await create(client, first)).status).toBe(201);
    for (const { totalResults, Resources } of [
      (await client.get(`/Users?filter=externalId%20eq%20%22${first}%22`)).body,
    ]) {
      expect(totalResults).toBe(2);
      await client.delete(`/Users/${Resources[1].id}`);
    }
    await client.delete(`/Users/${twins[1]!.body.id}`);
    await expect(switchTo(company, true)).resolves.toMatchObject({ settings: { uniqueExternalId: true } });
    for (const externalId of [first, shared]) expect((await create(client, externalId)).status).toBe(409);

    await switchTo(company, false);
    for (const externalId of [first, shared]) expect((await create(client, externalId)).status).toBe(201);
    await expect(switchTo(company, true)).rejects.toThrow(/users share them/);
  });

  it('lists no more than there is room for', async () => {
    const company = await application.company();
    const client = await company.client();
    for (let user = 0; user < 7; user++) await create(client, 'many', `user-${user}`);
    await expect(switchTo(company, true)).rejects.toThrow(
      '"many" (user-0, user-1, user-2, user-3, user-4 and 2 more)',
    );
  });

  it('lets no user escape who is written while it is switched on', async () => {
    const company = await application.company();
    const client = await company.client();
    const writes: Promise<ScimAnswer>[] = [];
    for (let round = 0; round < 30; round++) {
      writes.push(create(client, `external-${round}`));
      if (round === 10) writes.push(switchTo(company, true).then(() => create(client)));
    }
    await Promise.all(writes);
    for (let round = 0; round < 30; round++)
      expect((await create(client, `external-${round}`)).status).toBe(409);
    const database = new pg.Client({ connectionString: application.database.adminUrl });
    await database.connect();
    try {
      const { rows } = await database.query(
        `SELECT count(*) FILTER (WHERE NOT u.external_id_is_unique) AS unmarked, count(*) AS all
         FROM users u JOIN companies c ON c.id = u.company_id
         WHERE c.slug = $1 AND u.external_id IS NOT NULL`,
        [company.slug],
      );
      expect(rows).toEqual([{ unmarked: '0', all: '30' }]);
    } finally {
      await database.end();
    }
  });
});
