import { DIALECTS, startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';
import {
  createGroup,
  createUser,
  ENTERPRISE,
  expectRefusal,
  groupBody,
  groupOf,
  NOBODY,
  unique,
  userBody,
} from './messages.js';

let application: TestApplication;
let client: ScimClient;

beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());

const get = async (path: string): Promise<ScimAnswer['body']> => (await client.get(path)).body;
const tagOf = async (path: string): Promise<string> => (await client.get(path)).headers.etag ?? '';
const rename = (): unknown[] => [{ op: 'replace', path: 'externalId', value: unique() }];

describe.each(DIALECTS)('in the %s dialect', (dialect) => {
  beforeAll(async () => {
    client = await (await application.company()).client(dialect);
  });

  describe.each([
    ['/Users', () => createUser(client), userBody],
    ['/Groups', () => createGroup(client), groupBody],
  ] as const)('%s', (type, create, bodyOf) => {
    it('ETAG-01 ETAG-02 every answer about one resource has its tag, a weak one', async () => {
      const { id } = await create();
      const path = `${type}/${id}`;
      const answers = [
        await client.get(path),
        await client.post(type, bodyOf()),
        await client.put(path, bodyOf()),
        await client.patch(`${path}?excludedAttributes=externalId`, rename()),
      ];
      for (const { headers, body } of answers) {
        expect(headers.etag).toMatch(/^W\/"[^"]+"$/);
        expect(headers.etag).toBe(body.meta.version);
      }
      expect(new Set([answers[0], answers[2], answers[3]].map((answer) => answer?.headers.etag)).size).toBe(
        3,
      );
    });

    it('ETAG-03 If-None-Match: what the client has is not sent again', async () => {
      const { id, meta } = await create();
      const path = `${type}/${id}`;
      const strong = meta.version.slice(2);
      for (const header of [meta.version, strong, '*', `"x", ${meta.version} , W/"y"`]) {
        const answer = await client.get(path, { 'If-None-Match': header });
        expect([answer.status, answer.text, answer.headers.etag]).toEqual([304, '', meta.version]);
      }
      for (const header of ['W/"999"', '"x"', 'nonsense', '']) {
        const answer = await client.get(path, { 'If-None-Match': header });
        expect([answer.status, answer.body.id]).toEqual([200, id]);
      }
      await client.patch(path, rename());
      expect((await client.get(path, { 'If-None-Match': meta.version })).status).toBe(200);
      expectRefusal(await client.get(`${type}/${NOBODY}`, { 'If-None-Match': '*' }), 404);
    });

    it('ETAG-04 ETAG-05 PAT-44 PUT-13 DEL-06 If-Match: the present version is changed, an older one is not', async () => {
      const { id, meta } = await create();
      const path = `${type}/${id}`;
      expect((await client.patch(path, rename(), { 'If-Match': meta.version })).status).toBeLessThan(300);
      const before = await get(path);
      for (const header of [meta.version, '"x"', 'W/""', 'W/"99999999999999999999"', 'W/"-1"']) {
        const headers = { 'If-Match': header };
        for (const answer of [
          await client.patch(path, rename(), headers),
          await client.put(path, bodyOf(), headers),
          await client.delete(path, headers),
        ]) {
          expectRefusal(answer, 412);
        }
      }
      expect(await get(path)).toEqual(before);
      const strong = before.meta.version.slice(2);
      expect((await client.put(path, bodyOf(), { 'If-Match': `"x", ${strong}` })).status).toBe(200);
      expect((await client.delete(path, { 'If-Match': await tagOf(path) })).status).toBe(204);
    });

    it('ETAG-06 If-Match: * asks for nothing but existence', async () => {
      const { id } = await create();
      const headers = { 'If-Match': '*' };
      expect((await client.patch(`${type}/${id}`, rename(), headers)).status).toBeLessThan(300);
      for (const answer of [
        await client.patch(`${type}/${NOBODY}`, rename(), headers),
        await client.put(`${type}/${NOBODY}`, bodyOf(), headers),
        await client.delete(`${type}/${NOBODY}`, headers),
      ]) {
        expectRefusal(answer, 404);
      }
    });

    it('ETAG-11 If-None-Match: * on a write asks that there be no resource', async () => {
      const { id, meta } = await create();
      const path = `${type}/${id}`;
      for (const header of ['*', meta.version, meta.version.slice(2), `"x", ${meta.version}`]) {
        const headers = { 'If-None-Match': header };
        for (const answer of [
          await client.put(path, bodyOf(), headers),
          await client.patch(path, rename(), headers),
          await client.delete(path, headers),
        ]) {
          expectRefusal(answer, 412, undefined, /If-None-Match/);
        }
      }
      expect((await get(path)).meta).toEqual(meta);
      expectRefusal(await client.put(`${type}/${NOBODY}`, bodyOf(), { 'If-None-Match': '*' }), 404);
      const other = { 'If-None-Match': 'W/"77"' };
      expect((await client.put(path, bodyOf(), other)).status).toBe(200);
      expectRefusal(await client.put(path, bodyOf(), { 'If-None-Match': 'nonsense' }), 400, 'invalidValue');
      const both = { 'If-Match': await tagOf(path), 'If-None-Match': '*' };
      expectRefusal(await client.put(path, bodyOf(), both), 412);
    });

    it('ETAG-11 a POST makes what is not there yet, whatever If-None-Match says', async () => {
      const body = bodyOf();
      expect((await client.post(type, body, { 'If-None-Match': '*' })).status).toBe(201);
      expectRefusal(await client.post(type, body, { 'If-None-Match': '*' }), 409, 'uniqueness');
    });

    it('ETAG-04 an If-Match that is no list of tags is 400', async () => {
      const { id } = await create();
      for (const header of ['nonsense', 'W/3', '"a" "b"', '"open']) {
        expectRefusal(
          await client.patch(`${type}/${id}`, rename(), { 'If-Match': header }),
          400,
          'invalidValue',
          /If-Match/,
        );
      }
    });

    it('ETAG-08 ETAG-09 of 20 writers with one tag one succeeds', async () => {
      const { id, meta } = await create();
      const answers = await Promise.all(
        Array.from({ length: 20 }, () =>
          client.patch(`${type}/${id}`, rename(), { 'If-Match': meta.version }),
        ),
      );
      expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 412)).toHaveLength(19);
    });

    it('ETAG-10 says that it can, and does', async () => {
      expect((await get('/ServiceProviderConfig')).etag).toEqual({ supported: true });
      const { id, meta } = await create();
      expect((await client.get(`${type}/${id}`, { 'If-None-Match': meta.version })).status).toBe(304);
      expectRefusal(await client.delete(`${type}/${id}`, { 'If-Match': 'W/"77"' }), 412);
    });
  });

  it('ETAG-07 the version moves with a change and only then', async () => {
    const { id, meta } = await createUser(client, { nickName: 'a' });
    const path = `/Users/${id}`;
    await client.patch(path, [{ op: 'replace', path: 'nickName', value: 'a' }]);
    await client.get(path);
    expect((await get(path)).meta).toEqual(meta);
    await client.patch(path, [{ op: 'replace', path: 'nickName', value: 'A' }]);
    const moved = (await get(path)).meta;
    expect([moved.version === meta.version, moved.lastModified > meta.lastModified]).toEqual([false, true]);
  });

  it('ETAG-12 GRP-12 a membership moves the group, and shows in the tag of the user', async () => {
    const user = await createUser(client);
    const group = await createGroup(client);
    await client.patch(`/Groups/${group.id}`, [{ op: 'add', path: 'members', value: [{ value: user.id }] }]);
    const after = await get(`/Groups/${group.id}`);
    expect(after.meta.version).not.toBe(group.meta.version);
    expect(after.meta.lastModified > group.meta.lastModified).toBe(true);
    const read = await get(`/Users/${user.id}`);
    expect(read.meta.version).toMatch(new RegExp(`^${user.meta.version.slice(0, -1)}\\.`));
    expect(read.meta.lastModified).toBe(user.meta.lastModified);
    const answer = await client.get(`/Users/${user.id}`, { 'If-None-Match': user.meta.version });
    expect([answer.status, answer.body.groups.length]).toEqual([200, 1]);
    expect(
      (await client.patch(`/Users/${user.id}`, rename(), { 'If-Match': user.meta.version })).status,
    ).toBe(200);
  });

  it('ETAG-07 derived values do not move a version', async () => {
    const boss = await createUser(client, { displayName: 'Before' });
    const user = await createUser(client, { [ENTERPRISE]: { manager: { value: boss.id } } });
    const group = await groupOf(client, boss.id);
    await client.patch(`/Users/${boss.id}`, [{ op: 'replace', path: 'displayName', value: 'After' }]);
    const renamed = await get(`/Groups/${group.id}`);
    expect([renamed.meta.version, renamed.members[0].display]).toEqual([group.meta.version, 'After']);
    const report = await get(`/Users/${user.id}`);
    expect([report[ENTERPRISE].manager.displayName, report.meta.lastModified]).toEqual([
      'After',
      user.meta.lastModified,
    ]);
    expect(report.meta.version).not.toBe(user.meta.version);
    expect(report.meta.version.split('.')[0]).toBe(user.meta.version.split('.')[0]);
  });
});
