import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';
import {
  createGroup,
  createUser,
  ENTERPRISE,
  expectRefusal,
  groupBody,
  groupOf,
  memberIds,
  NOBODY,
  unique,
  USER,
  userBody,
} from './messages.js';

let application: TestApplication;
let client: ScimClient;
let strict: ScimClient;

beforeAll(async () => {
  application = await startTestApplication();
  const company = await application.company();
  client = await company.client();
  strict = await company.client('strict');
});
afterAll(() => application.close());

const get = async (path: string): Promise<ScimAnswer['body']> => (await client.get(path)).body;

describe('PUT of a user', () => {
  it('PUT-01 PUT-04 answers the whole resource, with its lists replaced', async () => {
    const emails = [
      { value: 'a@example.org', type: 'work' },
      { value: 'b@example.org', type: 'home' },
    ];
    const { id } = await createUser(client, { emails, nickName: 'n', title: 't' });
    const sent = userBody({ emails: [emails[1]], nickName: 'new', [ENTERPRISE]: { department: 'd' } });
    const answer = await strict.put(`/Users/${id}`, sent);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ ...sent, id });
    expect(answer.body).not.toHaveProperty('title');
    expect(await get(`/Users/${id}`)).toEqual(answer.body);
    expect(answer.headers.etag).toBe(answer.body.meta.version);
  });

  it.each(['/Users', '/Groups'])('PUT-02 never creates under %s', async (path) => {
    const before = (await get(`${path}?count=0`)).totalResults;
    for (const own of [client, strict]) {
      const body = path === '/Users' ? userBody() : groupBody();
      expectRefusal(await own.put(`${path}/${NOBODY}`, body), 404);
      expectRefusal(await own.put(`${path}/new-id`, body), 404);
      expectRefusal(await own.put(`${path}/new-id`, {}), 404);
    }
    expect((await get(`${path}?count=0`)).totalResults).toBe(before);
  });

  it.each(['lenient', 'strict'] as const)('PUT-03 CHAR-02 ignores read-only values, %s', async (dialect) => {
    const own = dialect === 'strict' ? strict : client;
    const before = await createUser(client);
    const sent = userBody({
      id: NOBODY,
      meta: { created: '1999-01-01T00:00:00Z' },
      groups: [{ value: 'x' }],
      nickName: 'n',
    });
    const answer = await own.put(`/Users/${before.id}`, sent);
    expect([answer.status, answer.body.id, answer.body.meta.created]).toEqual([
      200,
      before.id,
      before.meta.created,
    ]);
    expect(answer.body).not.toHaveProperty('groups');
  });

  it('PUT-05 clears what it omits, but keeps active and externalId', async () => {
    const part = {
      nickName: 'n',
      emails: [{ value: 'a' }],
      externalId: 'e',
      active: false,
      [ENTERPRISE]: { department: 'd' },
    };
    for (const own of [client, strict]) {
      const { id } = await createUser(client, part);
      const { body } = await own.put(`/Users/${id}`, userBody());
      expect(Object.keys(body).sort()).toEqual(['active', 'externalId', 'id', 'meta', 'schemas', 'userName']);
      expect([body.active, body.externalId, body.schemas]).toEqual([false, 'e', [USER]]);
      expect(await get(`/Users/${id}`)).toEqual(body);
    }
  });

  it('PUT-06 null and [] clear', async () => {
    const { id } = await createUser(client, {
      title: 't',
      emails: [{ value: 'a' }],
      externalId: 'e',
      active: false,
    });
    const { status, body } = await strict.put(
      `/Users/${id}`,
      userBody({ title: null, emails: [], externalId: null }),
    );
    expect([status, Object.keys(body).sort(), body.active]).toEqual([
      200,
      ['active', 'id', 'meta', 'schemas', 'userName'],
      false,
    ]);
  });

  it('active in the body counts', async () => {
    const { id } = await createUser(client, { active: false });
    expect((await client.put(`/Users/${id}`, userBody({ active: true }))).body.active).toBe(true);
    expect((await client.put(`/Users/${id}`, userBody({ active: false }))).body.active).toBe(false);
  });

  it.each(['lenient', 'strict'] as const)(
    'PUT-07 a missing required attribute is refused, %s',
    async (dialect) => {
      const own = dialect === 'strict' ? strict : client;
      const before = await createUser(client);
      for (const part of [{}, { userName: null }, { userName: '' }]) {
        expectRefusal(
          await own.put(`/Users/${before.id}`, { schemas: [USER], ...part }),
          400,
          'invalidValue',
          /userName/,
        );
      }
      expect(await get(`/Users/${before.id}`)).toEqual(before);
      const group = await createGroup(client);
      expectRefusal(
        await own.put(`/Groups/${group.id}`, { schemas: group.schemas }),
        400,
        'invalidValue',
        /displayName/,
      );
    },
  );

  it('PUT-09 a password is accepted and told to nobody', async () => {
    for (const own of [client, strict]) {
      const { id } = await createUser(client);
      const answer = await own.put(`/Users/${id}`, userBody({ password: 'canary-Passw0rd' }));
      expect(answer.status).toBe(200);
      expect(answer.text).not.toMatch(/password|canary/i);
    }
  });

  it('PUT-10 ERR-07 a name that is taken is 409, the own one is not', async () => {
    const [first, second] = [await createUser(client), await createUser(client)];
    expectRefusal(
      await client.put(`/Users/${second.id}`, userBody({ userName: first.userName })),
      409,
      'uniqueness',
      /userName/,
    );
    expect(await get(`/Users/${second.id}`)).toEqual(second);
    expect(
      (await client.put(`/Users/${second.id}`, userBody({ userName: second.userName, title: 't' }))).status,
    ).toBe(200);
    const [one, two] = [await createGroup(client), await createGroup(client)];
    expectRefusal(
      await client.put(`/Groups/${two.id}`, groupBody({ displayName: one.displayName })),
      409,
      'uniqueness',
    );
    expect(await get(`/Groups/${two.id}`)).toEqual(two);
  });

  it('PUT-11 created stays, lastModified and version move', async () => {
    const before = await createUser(client);
    const { body } = await client.put(`/Users/${before.id}`, userBody());
    expect(body.meta.created).toBe(before.meta.created);
    expect(body.meta.lastModified > before.meta.lastModified).toBe(true);
    expect(body.meta.version).not.toBe(before.meta.version);
  });

  it('PUT-12 ETAG-07 what is sent back as it was read changes nothing', async () => {
    const manager = await createUser(client, { displayName: 'Boss' });
    const { id } = await createUser(client, {
      [ENTERPRISE]: { manager: { value: manager.id } },
      emails: [{ value: 'a', primary: true }],
    });
    const group = await groupOf(client, id);
    for (const own of [client, strict]) {
      for (const path of [`/Users/${id}`, `/Groups/${group.id}`]) {
        const whole = await get(path);
        for (let times = 0; times < 2; times++) {
          const answer = await own.put(path, whole);
          expect([answer.status, answer.body]).toEqual([200, whole]);
        }
      }
    }
  });

  it('PUT-13 ETAG-04 a stale If-Match is 412 and changes nothing', async () => {
    const before = await createUser(client);
    const headers = { 'If-Match': 'W/"999"' };
    expectRefusal(await client.put(`/Users/${before.id}`, userBody(), headers), 412);
    expect(await get(`/Users/${before.id}`)).toEqual(before);
  });

  it('PUT-14 without an id is 405', async () => {
    expectRefusal(await client.put('/Users', userBody()), 405);
    expectRefusal(await client.put('/Groups', groupBody()), 405);
  });

  it('PUT-15 ATT-01 is projected', async () => {
    const { id } = await createUser(client);
    const { body } = await client.put(
      `/Users/${id}?attributes=title`,
      userBody({ title: 't', nickName: 'n' }),
    );
    expect(body).toEqual({ schemas: [USER], id, title: 't' });
    const group = await groupOf(client, id);
    const most = await client.put(`/Groups/${group.id}?excludedAttributes=members`, {
      ...group,
      externalId: 'e',
    });
    expect([most.body.externalId, 'members' in most.body]).toEqual(['e', false]);
    expect(await memberIds(client, group.id)).toEqual([id]);
  });

  it('a body of the wrong shape is refused as by POST', async () => {
    const before = await createUser(client);
    for (const part of [{ active: 'x' }, { emails: 'a' }, { name: 5 }]) {
      expectRefusal(
        await client.put(`/Users/${before.id}`, userBody(part)),
        400,
        'invalidValue',
        new RegExp(Object.keys(part)[0]!),
      );
    }
    expectRefusal(await client.put(`/Users/${before.id}`, '{'), 400, 'invalidSyntax');
    expectRefusal(
      await strict.put(`/Users/${before.id}`, { userName: unique() }),
      400,
      'invalidValue',
      /schemas/,
    );
    expect(await get(`/Users/${before.id}`)).toEqual(before);
    expect((await client.put(`/Users/${before.id}`, { userName: unique() })).status).toBe(200);
  });
});

describe('PUT of a group', () => {
  it('replaces its members', async () => {
    const [a, b] = [await createUser(client), await createUser(client)];
    const group = await groupOf(client, a.id);
    const { status, body } = await strict.put(`/Groups/${group.id}`, {
      ...group,
      members: [{ value: b.id }],
    });
    expect([status, body.members.map(({ value }: { value: string }) => value)]).toEqual([200, [b.id]]);
    expect(await memberIds(client, group.id)).toEqual([b.id]);
  });

  it('without members empties it, and keeps an externalId that it omits', async () => {
    const user = await createUser(client);
    const group = await createGroup(client, { externalId: 'e', members: [{ value: user.id }] });
    const { body } = await client.put(`/Groups/${group.id}`, groupBody());
    expect([body.members, body.externalId]).toEqual([[], 'e']);
    expect(await memberIds(client, group.id)).toEqual([]);
  });

  it('GRP-08 an unknown member refuses it whole', async () => {
    const user = await createUser(client);
    const group = await groupOf(client, user.id);
    const answer = await client.put(`/Groups/${group.id}`, groupBody({ members: [{ value: NOBODY }] }));
    expectRefusal(answer, 400, 'invalidValue', new RegExp(NOBODY));
    expect(await get(`/Groups/${group.id}`)).toEqual(group);
  });
});
