import { DIALECTS, startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';
import {
  createGroup,
  createUser,
  ENTERPRISE,
  expectRefusal,
  GROUP,
  groupOf,
  memberIds,
  namesWhere,
  NOBODY,
  USER,
  userBody,
} from './messages.js';

let application: TestApplication;
let client: ScimClient;

beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());

const keys = (value: object): string[] => Object.keys(value).sort();
const get = async (path: string): Promise<ScimAnswer['body']> => (await client.get(path)).body;

/** Ids that name nothing, of every shape. */
const STRANGE_IDS = [
  NOBODY,
  '0000000000000001',
  '1',
  'x',
  '00000000-0000-0000-0000-000000000000',
  'ffffffffffffffffff',
  '-1',
  '0x10',
  '%27%20OR%201=1',
  '%00',
  '%F0%9F%98%80',
  '__proto__',
  'constructor',
  'a'.repeat(3000),
];

describe.each(DIALECTS)('in the %s dialect', (dialect) => {
  beforeAll(async () => {
    client = await (await application.company()).client(dialect);
  });

  describe('reading', () => {
    it.each(['/Users', '/Groups'])('READ-01 an unknown id under %s is 404', async (path) => {
      for (const id of STRANGE_IDS)
        expectRefusal(await client.get(`${path}/${id}`), 404, undefined, /not found/);
    });

    it('READ-01 ids of users are no ids of groups', async () => {
      expectRefusal(await client.get(`/Groups/${(await createUser(client)).id}`), 404);
      expectRefusal(await client.get(`/Users/${(await createGroup(client)).id}`), 404);
    });

    it('READ-02 the case of an id counts', async () => {
      let { id } = await createUser(client);
      while (!/[a-f]/.test(id)) ({ id } = await createUser(client));
      expectRefusal(await client.get(`/Users/${id.toUpperCase()}`), 404);
    });

    it('READ-03 READ-08 shows what is assigned, and nothing of what is not', async () => {
      const { id } = await createUser(client, {
        nickName: 'n',
        name: { givenName: 'g' },
        emails: [{ value: 'v' }],
      });
      const answer = await client.get(`/Users/${id}`);
      expect([answer.status, keys(answer.body)]).toEqual([
        200,
        ['active', 'emails', 'id', 'meta', 'name', 'nickName', 'schemas', 'userName'],
      ]);
      expect(answer.text).not.toMatch(/null|\[\]|\{\}|:""/);
      expect(keys(answer.body.meta)).toEqual([
        'created',
        'lastModified',
        'location',
        'resourceType',
        'version',
      ]);
    });

    it('READ-04 READ-05 schemas is in every representation and names what is there', async () => {
      const own = await (await application.company()).client(dialect);
      const bare = await createUser(own);
      const extended = await createUser(own, { [ENTERPRISE]: { department: 'd' } });
      for (const query of ['', '?attributes=userName', '?excludedAttributes=schemas,userName']) {
        const { Resources } = (await own.get(`/Users${query}`)).body;
        const [first, second] = Resources.map(({ schemas }: { schemas: string[] }) => schemas);
        expect([first, second[0]]).toEqual([[USER], USER]);
        expect((await own.get(`/Users/${bare.id}${query}`)).body.schemas).toEqual([USER]);
      }
      expect(extended.schemas).toEqual([USER, ENTERPRISE]);
      await createGroup(own);
      expect((await own.get('/Groups?attributes=id')).body.Resources[0].schemas).toEqual([GROUP]);
    });

    it('READ-06 READ-09 meta.location and every $ref lead to what they name', async () => {
      const boss = await createUser(client);
      const user = await createUser(client, { [ENTERPRISE]: { manager: { value: boss.id } } });
      const group = await groupOf(client, user.id);
      const read = await get(`/Users/${user.id}`);
      const links: [string, string][] = [
        [read.meta.location, user.id],
        [read.groups[0].$ref, group.id],
        [read[ENTERPRISE].manager.$ref, boss.id],
        [group.members[0].$ref, user.id],
        [group.meta.location, group.id],
      ];
      for (const [link, id] of links) {
        expect(link.startsWith(`${application.base}/`)).toBe(true);
        expect((await get(link.slice(application.base.length))).id).toBe(id);
      }
    });

    it('READ-07 dateTimes have date, time and zone', async () => {
      const { meta } = await createGroup(client);
      for (const value of [meta.created, meta.lastModified]) {
        expect(value).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
      }
    });

    it('READ-10 no value stands twice in a list', async () => {
      const value = { value: 'v', type: 'work' };
      const { id, emails } = await createUser(client, { emails: [value, value] });
      expect(emails).toEqual([value]);
      await client.patch(`/Users/${id}`, [{ op: 'add', path: 'emails', value: [value, value] }]);
      expect((await get(`/Users/${id}`)).emails).toEqual([value]);
    });

    it('READ-11 a filter on one resource is ignored', async () => {
      const user = await createUser(client);
      for (const filter of ['userName eq "other"', '(((']) {
        expect((await client.get(`/Users/${user.id}?filter=${encodeURIComponent(filter)}`)).body).toEqual(
          user,
        );
      }
    });

    it('manager.value is stored as sent; its name and URI appear where it names a user of the company', async () => {
      const boss = await createUser(client, { displayName: 'Boss' });
      const stranger = await createUser(await (await application.company()).client(dialect));
      const managerOf = async (value: string): Promise<unknown> =>
        (await createUser(client, { [ENTERPRISE]: { manager: { value } } }))[ENTERPRISE].manager;
      expect(await managerOf(boss.id)).toEqual({
        value: boss.id,
        $ref: boss.meta.location,
        displayName: 'Boss',
      });
      for (const value of ['someone', stranger.id, NOBODY]) expect(await managerOf(value)).toEqual({ value });
    });

    it('an inactive user stays visible and keeps its memberships', async () => {
      const user = await createUser(client);
      const group = await groupOf(client, user.id);
      await client.patch(`/Users/${user.id}`, [{ op: 'replace', path: 'active', value: false }]);
      const read = await get(`/Users/${user.id}`);
      expect([read.active, read.groups.map(({ value }: { value: string }) => value)]).toEqual([
        false,
        [group.id],
      ]);
      expect(await memberIds(client, group.id)).toEqual([user.id]);
      expect(
        await namesWhere(client, '/Users', `userName eq "${user.userName}" and active eq false`),
      ).toEqual([user.userName]);
    });
  });

  describe('deleting', () => {
    it.each(['/Users', '/Groups'])(
      'DEL-01 DEL-02 DEL-05 DEL-10 under %s is 204, and 404 ever after',
      async (path) => {
        const { id, ...rest } = path === '/Users' ? await createUser(client) : await createGroup(client);
        const answer = await client.delete(`${path}/${id}`);
        expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([204, '', undefined]);
        expectRefusal(await client.get(`${path}/${id}`), 404);
        expectRefusal(await client.put(`${path}/${id}`, rest), 404);
        expectRefusal(await client.patch(`${path}/${id}`, [{ op: 'remove', path: 'externalId' }]), 404);
        expectRefusal(await client.delete(`${path}/${id}`), 404);
        const name =
          path === '/Users' ? `userName eq "${rest.userName}"` : `displayName eq "${rest.displayName}"`;
        expect(await namesWhere(client, path, name)).toEqual([]);
        expect(await namesWhere(client, path, `id eq "${id}"`)).toEqual([]);
      },
    );

    it.each(['/Users', '/Groups'])('DEL-05 an unknown id under %s is 404', async (path) => {
      for (const id of STRANGE_IDS) expectRefusal(await client.delete(`${path}/${id}`), 404);
    });

    it('DEL-06 ETAG-04 a stale If-Match is 412 and deletes nothing', async () => {
      for (const [path, { id, meta }] of [
        ['/Users', await createUser(client)],
        ['/Groups', await createGroup(client)],
      ] as const) {
        expectRefusal(await client.delete(`${path}/${id}`, { 'If-Match': 'W/"77"' }), 412);
        expect((await client.get(`${path}/${id}`)).status).toBe(200);
        expect((await client.delete(`${path}/${id}`, { 'If-Match': meta.version })).status).toBe(204);
      }
    });

    it('DEL-07 IDP-05 ids are never given again, and users and groups share none', async () => {
      const ids = new Set<string>();
      for (let round = 0; round < 15; round++) {
        for (const [path, { id }] of [
          ['/Users', await createUser(client)],
          ['/Groups', await createGroup(client)],
        ] as const) {
          expect(ids.has(id)).toBe(false);
          ids.add(id);
          await client.delete(`${path}/${id}`);
        }
      }
    });

    it('DEL-08 a deleted user leaves its groups, whose versions move', async () => {
      const [gone, stays] = [await createUser(client), await createUser(client)];
      const report = await createUser(client, { [ENTERPRISE]: { manager: { value: gone.id } } });
      const group = await groupOf(client, gone.id, stays.id);
      await client.delete(`/Users/${gone.id}`);
      const after = await get(`/Groups/${group.id}`);
      expect(after.members.map(({ value }: { value: string }) => value)).toEqual([stays.id]);
      expect(after.meta.version).not.toBe(group.meta.version);
      expect((await get(`/Users/${report.id}`))[ENTERPRISE].manager).toEqual({ value: gone.id });
    });

    it('DEL-08 DEL-09 a deleted group leaves its groups and its members', async () => {
      const user = await createUser(client);
      const inner = await groupOf(client, user.id);
      const outer = await groupOf(client, inner.id);
      expect((await get(`/Users/${user.id}`)).groups).toHaveLength(2);
      await client.delete(`/Groups/${inner.id}`);
      expect(await get(`/Users/${user.id}`)).not.toHaveProperty('groups');
      const after = await get(`/Groups/${outer.id}`);
      expect([after.members, after.meta.version === outer.meta.version]).toEqual([[], false]);
    });
  });

  describe('attributes and excludedAttributes', () => {
    let id: string;
    let group: ScimAnswer['body'];
    const read = async (query: string): Promise<ScimAnswer['body']> => get(`/Users/${id}?${query}`);

    beforeAll(async () => {
      ({ id } = await createUser(client, {
        nickName: 'n',
        name: { givenName: 'g', familyName: 'f' },
        emails: [
          { value: 'a', type: 'work' },
          { value: 'b', type: 'home', primary: true },
        ],
        [ENTERPRISE]: { department: 'd', costCenter: 'c', manager: { value: 'm' } },
      }));
      group = await groupOf(client, id);
    });

    it('ATT-02 ATT-03 only what is named, besides id and schemas', async () => {
      expect(keys(await read('attributes=userName'))).toEqual(['id', 'schemas', 'userName']);
      expect(keys(await read('attributes=meta'))).toEqual(['id', 'meta', 'schemas']);
    });

    it('ATT-01 in lists', async () => {
      const { Resources } = await get('/Users?attributes=nickName');
      for (const user of Resources)
        expect(['id,nickName,schemas', 'id,schemas']).toContain(keys(user).join());
      const groups = (await get('/Groups?excludedAttributes=members')).Resources;
      expect(groups.length).toBeGreaterThan(0);
      for (const one of groups) expect(keys(one)).toEqual(['displayName', 'id', 'meta', 'schemas']);
    });

    it('ATT-04 ATT-05 sub-attributes', async () => {
      expect((await read('attributes=name.givenName')).name).toEqual({ givenName: 'g' });
      expect((await read('attributes=emails.value')).emails).toEqual([{ value: 'a' }, { value: 'b' }]);
      expect(keys((await read('attributes=meta.version')).meta)).toEqual(['version']);
    });

    it('ATT-06 several, in any case, with blanks', async () => {
      expect(keys(await read('attributes=USERNAME,%20emails%20,,Nickname'))).toEqual([
        'emails',
        'id',
        'nickName',
        'schemas',
        'userName',
      ]);
    });

    it('ATT-07 ATT-16 CHAR-21 with URN', async () => {
      expect((await read(`attributes=${ENTERPRISE}:department`))[ENTERPRISE]).toEqual({ department: 'd' });
      expect((await read(`attributes=${ENTERPRISE.toUpperCase()}:manager.value`))[ENTERPRISE]).toEqual({
        manager: { value: 'm' },
      });
      expect(keys(await read(`attributes=${USER}:userName`))).toEqual(['id', 'schemas', 'userName']);
      const extension = await read(`attributes=${ENTERPRISE}`);
      expect(keys(extension)).toEqual(['id', 'schemas', ENTERPRISE]);
      expect(extension[ENTERPRISE]).toEqual({ department: 'd', costCenter: 'c', manager: { value: 'm' } });
      expect((await read(`excludedAttributes=${ENTERPRISE}:department`))[ENTERPRISE]).toEqual({
        costCenter: 'c',
        manager: { value: 'm' },
      });
    });

    it('ATT-09 CHAR-04 a password does not come when asked for', async () => {
      expect(keys(await read('attributes=password'))).toEqual(['id', 'schemas']);
    });

    it('ATT-10 id and schemas cannot be left out', async () => {
      const user = await read('excludedAttributes=id,schemas,userName');
      expect([user.id, user.schemas, user.userName]).toEqual([id, [USER, ENTERPRISE], undefined]);
    });

    it('ATT-11 GRP-09 members', async () => {
      const without = await get(`/Groups/${group.id}?excludedAttributes=members`);
      const { members, ...rest } = await get(`/Groups/${group.id}`);
      expect([without, members.length]).toEqual([rest, 1]);
      expect(keys(await get(`/Groups/${group.id}?attributes=displayName`))).toEqual([
        'displayName',
        'id',
        'schemas',
      ]);
      expect((await get(`/Groups/${group.id}?attributes=members.value`)).members).toEqual([{ value: id }]);
      expect(
        (await get(`/Groups/${group.id}?excludedAttributes=members.display,members.$ref`)).members,
      ).toEqual([{ value: id, type: 'User' }]);
    });

    it('ATT-12 excluded sub-attributes', async () => {
      const user = await read('excludedAttributes=emails.type,name.givenName');
      expect([user.emails, user.name]).toEqual([
        [{ value: 'a' }, { value: 'b', primary: true }],
        { familyName: 'f' },
      ]);
    });

    it('ATT-14 both at once are refused', async () => {
      expectRefusal(
        await client.get(`/Users/${id}?attributes=userName&excludedAttributes=emails`),
        400,
        'invalidValue',
        /attributes/,
      );
    });

    it.each(['foo', 'name.foo', '__proto__', 'constructor', 'a%20b', '[', 'urn:x:y', '%00'])(
      'ATT-15 the unknown name %s is ignored',
      async (name) => {
        const only = await client.get(`/Users/${id}?attributes=${name}`);
        expect([only.status, keys(only.body)]).toEqual([200, ['id', 'schemas']]);
        const all = await client.get(`/Users/${id}?excludedAttributes=${name}`);
        expect([all.status, all.body]).toEqual([200, await get(`/Users/${id}`)]);
      },
    );

    it('ATT-17 the ETag is that of the resource', async () => {
      const { etag } = (await client.get(`/Users/${id}`)).headers;
      expect((await client.get(`/Users/${id}?attributes=userName`)).headers.etag).toBe(etag);
      expect((await client.get(`/Groups/${group.id}?excludedAttributes=members`)).headers.etag).toBe(
        (await client.get(`/Groups/${group.id}`)).headers.etag,
      );
      const [listed] = (await get(`/Users?filter=id%20eq%20%22${id}%22&attributes=meta.version`)).Resources;
      expect(listed.meta.version).toBe(etag);
    });
  });

  describe('password, id and externalId', () => {
    const password = 'canary-Passw0rd';

    it('IDP-01 IDP-02 CHAR-04 a password is in no answer', async () => {
      const own = await (await application.company()).client(dialect);
      const created = await own.post('/Users', userBody({ password }));
      expect(created.status).toBe(201);
      const path = `/Users/${created.body.id}`;
      const answers = [
        created,
        await own.get(path),
        await own.get('/Users'),
        await own.put(path, userBody({ PASSWORD: password })),
        await own.patch(path, [{ op: 'add', path: 'password', value: password }]),
        await own.get(`${path}?attributes=password`),
        await own.post('/Users', userBody({ password, active: 'perhaps' })),
        await own.post('/Users', userBody({ password: { value: password } })),
        await own.patch(path, [{ op: 'replace', path: 'password[x', value: password }]),
      ];
      for (const { text, status } of answers) {
        expect(text).not.toMatch(/canary/);
        expect(status).toBeLessThan(500);
      }
      expect(answers[1]?.text).not.toMatch(/password/i);
    });

    it('IDP-04 ERR-15 no policy is feigned: changePassword is not supported', async () => {
      expect((await get('/ServiceProviderConfig')).changePassword).toEqual({ supported: false });
      expect((await client.post('/Users', userBody({ password: '1' }))).status).toBe(201);
    });

    it('IDP-08 CHAR-16 an externalId is not invented and not changed', async () => {
      const { id } = await createUser(client);
      expect(await get(`/Users/${id}`)).not.toHaveProperty('externalId');
      const externalId = ' Ä/1 ';
      expect((await get(`/Users/${(await createUser(client, { externalId })).id}`)).externalId).toBe(
        externalId,
      );
      expect((await get(`/Groups/${(await createGroup(client, { externalId })).id}`)).externalId).toBe(
        externalId,
      );
    });

    it('IDP-06 IDP-09 TEN-04 one person in two companies has two ids', async () => {
      const other = await (await application.company()).client(dialect);
      const body = userBody({ externalId: 'e' });
      const [here, there] = [await client.post('/Users', body), await other.post('/Users', body)];
      expect([here.status, there.status]).toEqual([201, 201]);
      expect(here.body.id).not.toBe(there.body.id);
      expectRefusal(await other.get(`/Users/${here.body.id}`), 404);
    });
  });

  describe('characteristics', () => {
    it('CHAR-05 CHAR-07 CHAR-18 values are stored as sent', async () => {
      const part = {
        emails: [
          { value: 'Ann@EXAMPLE.Org', type: 'custom' },
          { value: 'no e-mail', type: 'WORK' },
        ],
        phoneNumbers: [{ value: 'tel:+1-201-555-0123;ext=5' }, { value: 'call me' }],
        addresses: [{ country: 'USA', formatted: 'a\nb' }],
        locale: 'xx_nowhere',
        preferredLanguage: '*',
        timezone: 'Mars/Base',
        profileUrl: 'no url at all',
        nickName: '  blanks  ',
      };
      const { id } = await createUser(client, part);
      expect(await get(`/Users/${id}`)).toMatchObject(part);
    });

    it('CHAR-10 binary is base64, with or without padding', async () => {
      for (const value of ['TUlJ', 'TUk=', 'TUk']) {
        expect((await createUser(client, { x509Certificates: [{ value }] })).x509Certificates).toEqual([
          { value },
        ]);
      }
      for (const value of ['not base64!', 'TU-_', '=TUk', 5]) {
        expectRefusal(
          await client.post('/Users', userBody({ x509Certificates: [{ value }] })),
          400,
          'invalidValue',
          /x509Certificates/,
        );
      }
    });

    it.each(['\u0000', 'a\u0000b', '\ud800', 'x\udc00'])(
      'SEC-12 text that no store can keep (%j) is refused',
      async (value) => {
        for (const part of [
          { userName: value },
          { displayName: value },
          { emails: [{ value }] },
          { externalId: value },
          { [value]: 'x' },
        ]) {
          const answer = await client.post('/Users', userBody(part));
          expectRefusal(answer, 400, undefined === answer.body?.scimType ? undefined : answer.body.scimType);
          expect(['invalidValue', 'invalidSyntax']).toContain(answer.body.scimType);
        }
        const filter = encodeURIComponent(`userName eq ${JSON.stringify(value)}`);
        const found = await client.get(`/Users?filter=${filter}`);
        expect(found.status).toBeLessThan(500);
      },
    );

    it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
      'CHAR-20 %s is no attribute',
      async (name) => {
        const body = `{"schemas":["${USER}"],"userName":"u-${name}","${name}":{"polluted":true},"name":{"givenName":"g","${name}":"x"}}`;
        const answer = await client.post('/Users', body);
        expect([answer.status, answer.body.name]).toEqual([201, { givenName: 'g' }]);
        expect(answer.text).not.toContain('polluted');
        expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
        const member = { schemas: [GROUP], displayName: `g-${name}`, members: [{ value: name }] };
        expectRefusal(await client.post('/Groups', member), 400, 'invalidValue', new RegExp(name));
      },
    );
  });
});
