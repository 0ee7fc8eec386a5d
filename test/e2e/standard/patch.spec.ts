import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';
import {
  createGroup,
  createUser,
  ENTERPRISE,
  expectRefusal,
  GROUP,
  groupOf,
  memberIds,
  NOBODY,
  PATCH_OP,
  unique,
  USER,
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

type Operation = Readonly<Record<string, unknown>>;

const read = async (id: string): Promise<ScimAnswer['body']> => (await client.get(`/Users/${id}`)).body;

/** A new user after these operations, which must succeed. */
async function patched(
  own: ScimClient,
  part: Operation,
  ...operations: Operation[]
): Promise<ScimAnswer['body']> {
  const { id } = await createUser(client, part);
  const answer = await own.patch(`/Users/${id}`, operations);
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
  expect(await read(id)).toEqual(answer.body);
  return answer.body;
}

/** Asserts that a new user refuses these operations and stays as it is. */
async function expectRefused(
  own: ScimClient,
  part: Operation,
  operations: unknown,
  scimType: string,
  detail?: RegExp,
): Promise<void> {
  const before = await createUser(client, part);
  const answer = await own.patch(`/Users/${before.id}`, operations);
  expectRefusal(answer, scimType === 'uniqueness' ? 409 : 400, scimType, detail);
  expect(await read(before.id)).toEqual(before);
}

const dialects = ['lenient', 'strict'] as const;
const of = (dialect: (typeof dialects)[number]): ScimClient => (dialect === 'strict' ? strict : client);

const work = { value: 'w@example.org', type: 'work' };
const home = { value: 'h@example.org', type: 'home' };

describe('the message', () => {
  const operation = { op: 'replace', path: 'nickName', value: 'x' };

  it.each(dialects)('PAT-01 without operations is refused, %s', async (dialect) => {
    const schemas = [PATCH_OP];
    for (const body of [
      { schemas },
      { schemas, Operations: [] },
      { schemas, Operations: {} },
      { schemas, Operations: [5] },
    ]) {
      await expectRefused(of(dialect), {}, body, 'invalidSyntax', /Operations/);
    }
  });

  it.each([[undefined], [[]], [[USER]], ['x']])(
    'PAT-01 schemas %j: refused by the strict dialect only',
    async (schemas) => {
      const body = { schemas, Operations: [operation] };
      await expectRefused(strict, {}, body, 'invalidSyntax', /schemas/);
      const { id } = await createUser(client);
      expect((await client.patch(`/Users/${id}`, body)).body.nickName).toBe('x');
    },
  );

  it.each(['move', 'copy', 'test', '', undefined, null, 5])('PAT-02 op %j is refused', async (op) => {
    for (const own of [client, strict]) {
      await expectRefused(own, {}, [{ ...operation, op }], 'invalidSyntax', /Operations\[0\]\.op/);
    }
  });

  it.each(dialects)('PAT-03 op is read without regard to case, %s', async (dialect) => {
    const user = await patched(
      of(dialect),
      { title: 'x' },
      { op: 'Add', path: 'nickName', value: 'y' },
      { op: 'REMOVE', path: 'title' },
    );
    expect([user.nickName, user.title]).toEqual(['y', undefined]);
  });

  it('PAT-04 a user is answered whole, with its new ETag', async () => {
    const { id, meta } = await createUser(client);
    const answer = await client.patch(`/Users/${id}`, [operation]);
    expect([answer.status, answer.body]).toEqual([200, await read(id)]);
    expect(answer.headers.etag).toBe(answer.body.meta.version);
    expect(answer.headers.etag).not.toBe(meta.version);
  });

  it('PAT-04 a group is answered by 204 with its new ETag, or whole where the request asks for it', async () => {
    const { id, meta } = await createGroup(client);
    const rename = (value: string): Operation[] => [{ op: 'replace', path: 'displayName', value }];
    const silent = await client.patch(`/Groups/${id}`, rename(unique()));
    expect([silent.status, silent.text]).toEqual([204, '']);
    const { headers, body } = await client.get(`/Groups/${id}`);
    expect(silent.headers.etag).toBe(headers.etag);
    expect(silent.headers.etag).not.toBe(meta.version);
    expect(body.members).toEqual([]);
    const name = unique();
    const told = await client.patch(`/Groups/${id}`, rename(name), { Prefer: 'return=representation' });
    expect([told.status, told.body.displayName, told.body.members]).toEqual([200, name, []]);
  });

  it('PAT-05 ATT-01 attributes in the query are answered by 200 with a body', async () => {
    const user = await createUser(client, { title: 'x' });
    const answer = await client.patch(`/Users/${user.id}?attributes=userName`, [operation]);
    expect([answer.status, Object.keys(answer.body).sort()]).toEqual([200, ['id', 'schemas', 'userName']]);
    const group = await groupOf(client, user.id);
    const rename = [{ op: 'replace', path: 'externalId', value: 'e' }];
    const some = await client.patch(`/Groups/${group.id}?attributes=externalId`, rename);
    expect([some.status, some.body.externalId, some.body.members]).toEqual([200, 'e', undefined]);
    const most = await client.patch(`/Groups/${group.id}?excludedAttributes=members`, rename);
    expect([most.status, most.body.displayName, most.body.members]).toEqual([
      200,
      group.displayName,
      undefined,
    ]);
  });

  it.each(dialects)('PAT-06 one refused operation refuses all, %s', async (dialect) => {
    const good = { op: 'replace', path: 'nickName', value: 'x' };
    await expectRefused(
      of(dialect),
      {},
      [good, { op: 'add', path: 'active', value: 'perhaps' }],
      'invalidValue',
      /Operations\[1\]/,
    );
    await expectRefused(
      of(dialect),
      {},
      [good, { op: 'replace', path: 'emails[type eq "x"]', value: work }],
      'noTarget',
      /Operations\[1\]/,
    );
    const user = await createUser(client);
    const before = (await client.get(`/Groups/${(await groupOf(client, user.id)).id}`)).body;
    const refused = await of(dialect).patch(`/Groups/${before.id}`, [
      { op: 'remove', path: 'members' },
      { op: 'replace', path: 'displayName', value: unique() },
      { op: 'add', path: 'members', value: [{ value: NOBODY }] },
    ]);
    expectRefusal(refused, 400, 'invalidValue', /Operations\[2\]/);
    expect((await client.get(`/Groups/${before.id}`)).body).toEqual(before);
  });

  it('PAT-07 each operation sees what the one before did', async () => {
    const user = await patched(
      strict,
      {},
      { op: 'add', path: 'emails', value: [work] },
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'new@example.org' },
      { op: 'add', path: 'nickName', value: 'a' },
      { op: 'remove', path: 'nickName' },
    );
    expect([user.emails, user.nickName]).toEqual([[{ ...work, value: 'new@example.org' }], undefined]);
    const group = await groupOf(client, user.id);
    const member = { value: user.id };
    await client.patch(`/Groups/${group.id}`, [
      { op: 'remove', path: 'members', value: [member] },
      { op: 'add', path: 'members', value: [member] },
    ]);
    expect(await memberIds(client, group.id)).toEqual([user.id]);
    await client.patch(`/Groups/${group.id}`, [
      { op: 'add', path: 'members', value: [member] },
      { op: 'remove', path: `members[value eq "${user.id}"]` },
    ]);
    expect(await memberIds(client, group.id)).toEqual([]);
  });
});

describe('paths', () => {
  it.each(dialects)('PAT-08 PAT-39 PAT-40 CHAR-21 every form reaches its attribute, %s', async (dialect) => {
    const value = 'new';
    const emails = [work, home];
    const set = (path: string): Promise<ScimAnswer['body']> =>
      patched(
        of(dialect),
        { emails, name: { givenName: 'a', familyName: 'b' } },
        { op: 'replace', path, value },
      );
    for (const path of ['nickName', 'NICKNAME', `${USER}:nickName`, `${USER.toUpperCase()}:nickname`]) {
      expect((await set(path)).nickName).toBe(value);
    }
    for (const path of ['name.givenName', 'Name.GivenName', `${USER}:name.givenName`]) {
      expect((await set(path)).name).toEqual({ givenName: value, familyName: 'b' });
    }
    for (const path of [
      'emails[type eq "work"].value',
      'EMAILS[Type EQ "work"].Value',
      `${USER}:emails[type eq "work"].value`,
    ]) {
      expect((await set(path)).emails).toEqual([{ ...work, value }, home]);
    }
    for (const path of [`${ENTERPRISE}:department`, `${ENTERPRISE.toLowerCase()}:DEPARTMENT`]) {
      const user = await set(path);
      expect([user.schemas, user[ENTERPRISE]]).toEqual([[USER, ENTERPRISE], { department: value }]);
    }
    expect((await set(`${ENTERPRISE}:manager.value`))[ENTERPRISE]).toEqual({ manager: { value } });
  });

  it('PAT-08 attr[filter] takes a whole value', async () => {
    const user = await patched(
      strict,
      { emails: [work, home] },
      { op: 'replace', path: 'emails[type eq "home"]', value: { display: 'at home' } },
    );
    expect(user.emails).toEqual([work, { ...home, display: 'at home' }]);
  });

  it.each(dialects)('$ref and whole extension URNs are paths, %s', async (dialect) => {
    const user = await patched(
      of(dialect),
      { [ENTERPRISE]: { department: 'd', costCenter: 'c' } },
      { op: 'add', path: ENTERPRISE, value: { department: 'new', division: 'v' } },
    );
    expect(user[ENTERPRISE]).toEqual({ costCenter: 'c', department: 'new', division: 'v' });
    const cleared = await of(dialect).patch(`/Users/${user.id}`, [{ op: 'remove', path: ENTERPRISE }]);
    expect([cleared.body.schemas, cleared.body[ENTERPRISE]]).toEqual([[USER], undefined]);
    const group = await groupOf(client, user.id);
    const path = `members[$ref eq "${application.base}/Users/${user.id}"]`;
    expect((await of(dialect).patch(`/Groups/${group.id}`, [{ op: 'remove', path }])).status).toBe(204);
    expect(await memberIds(client, group.id)).toEqual([]);
  });

  it.each(dialects)('CHAR-11 a member is found by every form of its URI, %s', async (dialect) => {
    const [member, other] = [await createUser(client), await createUser(client)];
    const group = await groupOf(client, member.id, other.id);
    const base = new URL(application.base);
    for (const front of [
      application.base,
      base.pathname,
      '/standard/scim',
      '/v2',
      '',
      '..',
      'HTTP://' + base.host + base.pathname,
    ]) {
      const remove = { op: 'remove', path: `members[$ref eq "${front}/Users/${member.id}"]` };
      await client.patch(`/Groups/${group.id}`, [
        { op: 'add', path: 'members', value: [{ value: member.id }] },
      ]);
      expect([front, (await of(dialect).patch(`/Groups/${group.id}`, [remove])).status]).toEqual([
        front,
        204,
      ]);
      expect([front, await memberIds(client, group.id)]).toEqual([front, [other.id]]);
    }
    for (const uri of [
      `https://elsewhere.example/Users/${other.id}`,
      `/Groups/${other.id}`,
      `/x/Users/${other.id}`,
    ]) {
      await of(dialect).patch(`/Groups/${group.id}`, [{ op: 'remove', path: `members[$ref eq "${uri}"]` }]);
      expect([uri, await memberIds(client, group.id)]).toEqual([uri, [other.id]]);
    }
    const kept = { op: 'remove', path: `members[$ref ne "/Users/${other.id}"]` };
    expect((await of(dialect).patch(`/Groups/${group.id}`, [kept])).status).toBe(204);
    expect(await memberIds(client, group.id)).toEqual([other.id]);
  });

  it.each([
    'emails]',
    'emails[type eq "work"].',
    'emails[type eq "work"]value',
    'emails[type eq "work"].value.x',
    'name..givenName',
    '.nickName',
    'name.',
    'nick Name',
    '[type eq "work"]',
    'name[givenName eq "x"] and title',
    'a\u0000b',
    '__proto__',
    `${USER}:`,
  ])('PAT-09 the malformed path %j is invalidPath', async (path) => {
    for (const own of [client, strict]) {
      const { id } = await createUser(client, { emails: [work] });
      const answer = await own.patch(`/Users/${id}`, [{ op: 'replace', path, value: 'x' }]);
      expect(answer.status).toBe(400);
      expect(['invalidPath', ...(path.includes('\u0000') ? ['invalidValue'] : [])]).toContain(
        answer.body.scimType,
      );
    }
  });

  it.each([
    'emails[type zz "work"].value',
    'emails[].value',
    'emails[type eq "work"',
    'emails[type eq].value',
    'emails[foo eq "x"].value',
    'emails[primary gt true].value',
  ])('PAT-09 the filter of %j is refused', async (path) => {
    for (const own of [client, strict]) {
      const { id } = await createUser(client, { emails: [work] });
      const answer = await own.patch(`/Users/${id}`, [{ op: 'replace', path, value: 'x' }]);
      expect(answer.status).toBe(400);
      expect(['invalidPath', 'invalidFilter']).toContain(answer.body.scimType);
      expect((await read(id)).emails).toEqual([work]);
    }
  });

  it.each([
    'favoriteColor',
    'name.foo',
    'emails.foo',
    'constructor',
    'toString',
    'urn:example:X:foo',
    `${ENTERPRISE}:foo`,
  ])(
    'PAT-10 the unknown path %s is ignored by the lenient dialect and invalidPath in the strict one',
    async (path) => {
      const operation = { op: 'add', path, value: 'x' };
      await expectRefused(
        strict,
        { name: { givenName: 'a' } },
        [operation],
        'invalidPath',
        /Operations\[0\]/,
      );
      const before = await createUser(client, { name: { givenName: 'a' } });
      const answer = await client.patch(`/Users/${before.id}`, [operation]);
      expect([answer.status, answer.body]).toEqual([200, before]);
    },
  );

  it.each(['emails[0]', 'emails[0].value', '/nickName', '/emails/0', 'emails.0.value', 'emails/value'])(
    'PAT-11 %s is no path',
    async (path) => {
      await expectRefused(strict, { emails: [work] }, [{ op: 'replace', path, value: 'x' }], 'invalidPath');
      const { id } = await createUser(client, { emails: [work] });
      const answer = await client.patch(`/Users/${id}`, [{ op: 'replace', path, value: 'x' }]);
      expect([400, 200]).toContain(answer.status);
      expect((await read(id)).emails).toEqual([work]);
    },
  );

  it.each(dialects)(
    'PAT-46 quotes, brackets and words inside a literal do not end it, %s',
    async (dialect) => {
      for (const type of ['a"b', 'x] and type eq "y', '\\', 'not (a)', ' ', '.value', 'ä\u2028']) {
        const literal = JSON.stringify(type);
        const user = await patched(
          of(dialect),
          {
            emails: [
              { value: 'a', type },
              { value: 'b', type: 'work' },
            ],
          },
          { op: 'replace', path: `emails[type eq ${literal} and value pr].display`, value: 'hit' },
        );
        expect(user.emails).toEqual([
          { value: 'a', display: 'hit', type },
          { value: 'b', type: 'work' },
        ]);
      }
    },
  );
});

describe('add', () => {
  it.each(dialects)('PAT-12 without value is refused, %s', async (dialect) => {
    await expectRefused(of(dialect), {}, [{ op: 'add', path: 'nickName' }], 'invalidValue', /value/);
    await expectRefused(of(dialect), {}, [{ op: 'add' }], 'invalidValue', /value/);
  });

  it.each(dialects)('PAT-13 without path adds what the value names, %s', async (dialect) => {
    const value = {
      nickName: 'n',
      emails: [home],
      name: { givenName: 'g' },
      [ENTERPRISE]: { department: 'd' },
    };
    const user = await patched(
      of(dialect),
      { title: 't', emails: [work], name: { familyName: 'f' } },
      { op: 'add', value },
    );
    expect(user).toMatchObject({
      title: 't',
      nickName: 'n',
      emails: [work, home],
      name: { givenName: 'g', familyName: 'f' },
      [ENTERPRISE]: { department: 'd' },
    });
  });

  it('PAT-14 to a single value replaces it', async () => {
    const add = (value: string): Operation => ({ op: 'add', path: 'nickName', value });
    expect((await patched(strict, {}, add('a'))).nickName).toBe('a');
    expect((await patched(strict, { nickName: 'z' }, add('a'), add('b'))).nickName).toBe('b');
  });

  it('PAT-15 to a complex value sets the given parts and keeps the others', async () => {
    const user = await patched(
      strict,
      { name: { givenName: 'a', familyName: 'b' } },
      { op: 'add', path: 'name', value: { givenName: 'c', middleName: 'd' } },
    );
    expect(user.name).toEqual({ familyName: 'b', givenName: 'c', middleName: 'd' });
  });

  it('PAT-16 to a list appends, one value or an array', async () => {
    const other = { value: 'o@example.org', type: 'other' };
    expect(
      (await patched(strict, { emails: [work] }, { op: 'add', path: 'emails', value: home })).emails,
    ).toEqual([work, home]);
    const user = await patched(
      strict,
      { emails: [work] },
      { op: 'add', path: 'emails', value: [home, other] },
    );
    expect(user.emails).toEqual([work, home, other]);
  });

  it.each(dialects)(
    'PAT-17 PAT-18 GRP-07 READ-10 ETAG-07 of what is there changes nothing, %s',
    async (dialect) => {
      const before = await createUser(client, {
        emails: [work, home],
        nickName: 'n',
        name: { givenName: 'g' },
      });
      const same: Operation[] = [
        { op: 'add', path: 'emails', value: [home] },
        { op: 'add', path: 'nickName', value: 'n' },
        { op: 'replace', path: 'emails', value: [work, home] },
        { op: 'replace', path: 'name', value: { givenName: 'g' } },
        { op: 'replace', value: { active: true } },
        { op: 'remove', path: 'title' },
      ];
      const answer = await of(dialect).patch(`/Users/${before.id}`, same);
      expect([answer.status, answer.body]).toEqual([200, before]);
      const group = await groupOf(client, before.id);
      const member = { value: before.id };
      for (const operation of [
        { op: 'add', path: 'members', value: [member, member] },
        { op: 'replace', path: 'members', value: [member] },
        { op: 'remove', path: 'members', value: [{ value: NOBODY }] },
        { op: 'replace', path: 'displayName', value: group.displayName },
      ]) {
        const { status, headers } = await of(dialect).patch(`/Groups/${group.id}`, [operation]);
        expect([status, headers.etag]).toEqual([204, group.meta.version]);
      }
      expect((await client.get(`/Groups/${group.id}`)).body).toEqual(group);
    },
  );

  it('PAT-18 unless another operation changes something', async () => {
    const user = await createUser(client);
    const group = await groupOf(client, user.id);
    const answer = await client.patch(`/Groups/${group.id}`, [
      { op: 'add', path: 'members', value: [{ value: user.id }] },
      { op: 'replace', path: 'externalId', value: 'e' },
    ]);
    const after = (await client.get(`/Groups/${group.id}`)).body;
    expect(answer.headers.etag).toBe(after.meta.version);
    expect(after.meta.version).not.toBe(group.meta.version);
    expect(after.meta.lastModified > group.meta.lastModified).toBe(true);
  });

  it.each(dialects)('PAT-19 to attr[filter].sub without a match creates the value, %s', async (dialect) => {
    const add = (path: string, value: unknown): Operation => ({ op: 'add', path, value });
    const user = await patched(
      of(dialect),
      {},
      add('addresses[type eq "work"].formatted', 'f'),
      add('addresses[type eq "work"].locality', 'l'),
      add('emails[type eq "work"].value', 'w'),
    );
    expect(user.addresses).toEqual([{ formatted: 'f', locality: 'l', type: 'work' }]);
    expect(user.emails).toEqual([{ value: 'w', type: 'work' }]);
  });

  it.each(dialects)(
    'PAT-19 to attr[filter].sub whose filter gives no value is noTarget, %s',
    async (dialect) => {
      await expectRefused(
        of(dialect),
        {},
        [{ op: 'add', path: 'emails[value co "x"].display', value: 'd' }],
        'noTarget',
      );
    },
  );
});

describe('remove', () => {
  it.each(dialects)('PAT-20 without path is noTarget, %s', async (dialect) => {
    await expectRefused(of(dialect), { nickName: 'n' }, [{ op: 'remove' }], 'noTarget', /path/);
    await expectRefused(
      of(dialect),
      { nickName: 'n' },
      [{ op: 'remove', value: { nickName: 'n' } }],
      'noTarget',
      /path/,
    );
  });

  it.each(dialects)('PAT-21 unassigns an attribute of any kind, %s', async (dialect) => {
    const paths = ['nickName', 'name', 'emails', 'active', 'externalId', `${ENTERPRISE}:department`];
    const part = {
      nickName: 'n',
      name: { givenName: 'g' },
      emails: [work],
      externalId: 'e',
      [ENTERPRISE]: { department: 'd' },
    };
    const user = await patched(of(dialect), part, ...paths.map((path) => ({ op: 'remove', path })));
    expect(Object.keys(user).sort()).toEqual(['id', 'meta', 'schemas', 'userName']);
    expect(user.schemas).toEqual([USER]);
    const part2 = await patched(
      of(dialect),
      { name: { givenName: 'g', familyName: 'f' } },
      { op: 'remove', path: 'name.givenName' },
    );
    expect(part2.name).toEqual({ familyName: 'f' });
  });

  it.each(dialects)('PAT-22 PAT-23 with a filter takes exactly what matches, %s', async (dialect) => {
    const remove = (path: string): Operation => ({ op: 'remove', path });
    const emails = [work, home, { value: 'x@example.org', type: 'work' }];
    const some = await patched(of(dialect), { emails }, remove('emails[type eq "work"]'));
    expect(some.emails).toEqual([home]);
    const none = await patched(of(dialect), { emails }, remove('emails[value pr]'));
    expect(none).not.toHaveProperty('emails');
    const parts = await patched(of(dialect), { emails }, remove('emails[type eq "home"].type'));
    expect(parts.emails).toEqual([work, { value: home.value }, emails[2]]);
  });

  it.each(dialects)('PAT-24 of what is not there succeeds and changes nothing, %s', async (dialect) => {
    const before = await createUser(client, { emails: [work] });
    const paths = [
      'nickName',
      'name.givenName',
      'emails[type eq "other"]',
      'emails[type eq "other"].value',
      `${ENTERPRISE}:manager`,
    ];
    const answer = await of(dialect).patch(
      `/Users/${before.id}`,
      paths.map((path) => ({ op: 'remove', path })),
    );
    expect([answer.status, answer.body]).toEqual([200, before]);
    const group = await createGroup(client);
    for (const operation of [
      { op: 'remove', path: `members[value eq "${before.id}"]` },
      { op: 'remove', path: 'members[value eq "nobody"]' },
      { op: 'remove', path: 'members', value: [{ value: before.id }, { value: 'nobody' }] },
      { op: 'remove', path: 'members' },
    ]) {
      const { status, headers } = await of(dialect).patch(`/Groups/${group.id}`, [operation]);
      expect([status, headers.etag]).toEqual([204, group.meta.version]);
    }
  });

  it.each(['userName', 'id', 'meta', 'meta.created', 'groups', 'schemas', `${USER}:userName`])(
    'PAT-25 of %s is mutability',
    async (path) => {
      for (const own of [client, strict]) {
        await expectRefused(own, {}, [{ op: 'remove', path }], 'mutability');
      }
    },
  );

  it('PAT-25 of the displayName of a group is mutability', async () => {
    const group = await createGroup(client);
    for (const own of [client, strict]) {
      expectRefusal(
        await own.patch(`/Groups/${group.id}`, [{ op: 'remove', path: 'displayName' }]),
        400,
        'mutability',
      );
    }
    expect((await client.get(`/Groups/${group.id}`)).body).toEqual(group);
  });

  it.each(dialects)('PAT-26 of members with a value removes these only, %s', async (dialect) => {
    const [a, b, c] = [await createUser(client), await createUser(client), await createUser(client)];
    const group = await groupOf(client, a.id, b.id, c.id);
    const remove = async (operation: Operation): Promise<string[]> => {
      const answer = await of(dialect).patch(`/Groups/${group.id}`, [
        { op: 'remove', path: 'members', ...operation },
      ]);
      expect(answer.status).toBe(204);
      return memberIds(client, group.id);
    };
    expect(await remove({ value: [{ value: a.id }] })).toEqual([b.id, c.id].sort());
    expect(await remove({ value: [] })).toEqual([b.id, c.id].sort());
    expect(await remove({ value: [{ value: b.id, $ref: null, display: 'x' }] })).toEqual([c.id]);
    expect(await remove({})).toEqual([]);
  });

  it('PAT-26 of another list with a value removes these only', async () => {
    const user = await patched(
      strict,
      { emails: [work, home] },
      { op: 'remove', path: 'emails', value: [work] },
    );
    expect(user.emails).toEqual([home]);
  });
});

describe('replace', () => {
  it.each(dialects)('PAT-27 PAT-28 without path replaces what it names, %s', async (dialect) => {
    const user = await patched(
      of(dialect),
      { title: 't', nickName: 'n', emails: [work] },
      { op: 'replace', value: { nickName: 'new', emails: [home], displayName: 'added' } },
    );
    expect(user).toMatchObject({ title: 't', nickName: 'new', emails: [home], displayName: 'added' });
  });

  it.each(dialects)('PAT-27 without path leaves members alone unless it names them, %s', async (dialect) => {
    const user = await createUser(client);
    const group = await groupOf(client, user.id);
    const rename = { op: 'replace', value: { displayName: unique(), externalId: 'e' } };
    expect((await of(dialect).patch(`/Groups/${group.id}`, [rename])).status).toBe(204);
    expect(await memberIds(client, group.id)).toEqual([user.id]);
    const empty = { op: 'replace', value: { members: [] } };
    expect((await of(dialect).patch(`/Groups/${group.id}`, [empty])).status).toBe(204);
    expect(await memberIds(client, group.id)).toEqual([]);
  });

  it('PAT-29 of a complex value keeps the parts that are not named', async () => {
    const part = { name: { givenName: 'a', familyName: 'b' } };
    const whole = await patched(strict, part, { op: 'replace', path: 'name', value: { givenName: 'c' } });
    expect(whole.name).toEqual({ familyName: 'b', givenName: 'c' });
    const pathless = await patched(strict, part, { op: 'replace', value: { name: { givenName: 'c' } } });
    expect(pathless.name).toEqual({ familyName: 'b', givenName: 'c' });
    const cleared = await patched(strict, part, { op: 'replace', path: 'name', value: { givenName: null } });
    expect(cleared.name).toEqual({ familyName: 'b' });
  });

  it('PAT-30 of a list replaces all its values', async () => {
    const user = await patched(strict, { emails: [work] }, { op: 'replace', path: 'emails', value: [home] });
    expect(user.emails).toEqual([home]);
    const other = await createUser(client);
    const group = await groupOf(client, user.id);
    await strict.patch(`/Groups/${group.id}`, [
      { op: 'replace', path: 'members', value: [{ value: other.id }] },
    ]);
    expect(await memberIds(client, group.id)).toEqual([other.id]);
  });

  it('PAT-31 with a filter changes all values that match', async () => {
    const addresses = ['a', 'b', 'c'].map((formatted) => ({
      formatted,
      locality: formatted === 'c' ? 'Rome' : 'Oslo',
    }));
    const user = await patched(
      strict,
      { addresses },
      { op: 'replace', path: 'addresses[locality eq "oslo"].country', value: 'NO' },
    );
    expect(user.addresses.map(({ country }: { country?: string }) => country)).toEqual([
      'NO',
      'NO',
      undefined,
    ]);
  });

  it.each(dialects)('PAT-32 with attr[filter] and no match is noTarget, %s', async (dialect) => {
    const operation = { op: 'replace', path: 'emails[type eq "other"]', value: { value: 'x' } };
    await expectRefused(of(dialect), { emails: [work] }, [operation], 'noTarget', /emails/);
  });

  it('PAT-32 with attr[filter].sub and no match is noTarget in the strict dialect and creates in the lenient one', async () => {
    const operation = { op: 'replace', path: 'emails[type eq "other"].value', value: 'x' };
    await expectRefused(strict, { emails: [work] }, [operation], 'noTarget', /emails/);
    expect((await patched(client, { emails: [work] }, operation)).emails).toEqual([
      work,
      { value: 'x', type: 'other' },
    ]);
    const vague = { op: 'replace', path: 'emails[value co "zz"].display', value: 'x' };
    await expectRefused(client, { emails: [work] }, [vague], 'noTarget', /emails/);
  });

  it('replace of attr[filter] with an object merges', async () => {
    const user = await patched(
      strict,
      { emails: [{ ...work, display: 'd', primary: true }] },
      { op: 'replace', path: 'emails[type eq "work"]', value: { value: 'new@example.org' } },
    );
    expect(user.emails).toEqual([{ ...work, value: 'new@example.org', display: 'd', primary: true }]);
  });

  it.each(dialects)('PAT-33 by null or [] unassigns, %s', async (dialect) => {
    const part = { nickName: 'n', emails: [work], name: { givenName: 'g' }, roles: [{ value: 'r' }] };
    const user = await patched(
      of(dialect),
      part,
      { op: 'replace', path: 'nickName', value: null },
      { op: 'replace', path: 'emails', value: [] },
      { op: 'replace', path: 'roles', value: null },
      { op: 'replace', value: { name: null } },
    );
    expect(Object.keys(user).sort()).toEqual(['active', 'id', 'meta', 'schemas', 'userName']);
    await expectRefused(
      of(dialect),
      {},
      [{ op: 'replace', path: 'userName', value: null }],
      'invalidValue',
      /userName/,
    );
    await expectRefused(
      of(dialect),
      {},
      [{ op: 'replace', value: { userName: '' } }],
      'invalidValue',
      /userName/,
    );
  });

  it('an empty text clears in the lenient dialect and is stored in the strict one', async () => {
    const operation = { op: 'replace', path: 'nickName', value: '' };
    expect(await patched(client, { nickName: 'n' }, operation)).not.toHaveProperty('nickName');
    expect((await patched(strict, { nickName: 'n' }, operation)).nickName).toBe('');
  });
});

describe('primary', () => {
  const one = { ...work, primary: true };

  it.each([
    { op: 'add', path: 'emails', value: [{ ...home, primary: true }] },
    { op: 'add', path: 'emails', value: { ...home, primary: true } },
    { op: 'add', value: { emails: [{ ...home, primary: true }] } },
  ])('PAT-34 that is added takes it from the others: %j', async (operation) => {
    for (const own of [client, strict]) {
      const user = await patched(own, { emails: [one] }, operation);
      expect(user.emails).toEqual([
        { ...work, primary: false },
        { ...home, primary: true },
      ]);
    }
  });

  it.each([
    { op: 'replace', path: 'emails[type eq "home"].primary', value: true },
    { op: 'replace', path: 'emails[type eq "home"]', value: { primary: true } },
    { op: 'add', path: 'emails[type eq "home"].primary', value: true },
  ])('PAT-34 that is set by a filter takes it from the others: %j', async (operation) => {
    for (const own of [client, strict]) {
      const user = await patched(own, { emails: [one, home] }, operation);
      expect(user.emails).toEqual([
        { ...work, primary: false },
        { ...home, primary: true },
      ]);
    }
  });

  it('PAT-35 two at once: 400 in the strict dialect, the first one in the lenient one', async () => {
    const both = [one, { ...home, primary: true }];
    for (const operation of [
      { op: 'replace', path: 'emails', value: both },
      { op: 'add', path: 'emails', value: both },
      { op: 'replace', path: 'emails.primary', value: true },
    ]) {
      await expectRefused(strict, { emails: [work, home] }, [operation], 'invalidValue', /emails/);
      const user = await patched(client, { emails: [work, home] }, operation);
      expect(user.emails.filter(({ primary }: { primary?: boolean }) => primary)).toEqual([one]);
    }
  });
});

describe('mutability', () => {
  it.each([
    'id',
    'meta',
    'meta.lastModified',
    'groups',
    'groups.value',
    'groups[value eq "x"].display',
    `${ENTERPRISE}:manager.displayName`,
  ])('PAT-36 CHAR-02 a path to %s is refused', async (path) => {
    for (const own of [client, strict]) {
      await expectRefused(own, {}, [{ op: 'replace', path, value: 'x' }], 'mutability', /read-only/);
    }
  });

  it('PAT-36 PAT-37 a read-only value without path: ignored by the lenient dialect, refused by the strict one', async () => {
    for (const value of [{ id: 'x' }, { meta: { resourceType: 'Group' } }, { groups: [{ value: 'x' }] }]) {
      await expectRefused(
        strict,
        {},
        [{ op: 'replace', value: { ...value, nickName: 'n' } }],
        'mutability',
        /Operations\[0\]/,
      );
      expect(
        (await patched(client, {}, { op: 'replace', value: { ...value, nickName: 'n' } })).nickName,
      ).toBe('n');
    }
  });

  it('PAT-36 PAT-37 the same for a group', async () => {
    const group = await createGroup(client);
    const path = `/Groups/${group.id}`;
    expectRefusal(
      await strict.patch(path, [{ op: 'replace', value: { id: 'x', externalId: 'e' } }]),
      400,
      'mutability',
      /id/,
    );
    expect((await client.get(path)).body).toEqual(group);
    const repeated = { id: group.id, schemas: group.schemas, meta: group.meta, externalId: 'e' };
    expect((await strict.patch(path, [{ op: 'replace', value: repeated }])).status).toBe(204);
    expect((await client.patch(path, [{ op: 'replace', value: { id: 'x', externalId: 'f' } }])).status).toBe(
      204,
    );
    expect((await client.get(path)).body).toMatchObject({ id: group.id, externalId: 'f' });
  });

  it.each(dialects)(
    'PAT-37 a whole representation, sent back in place, changes what it changes, %s',
    async (dialect) => {
      const { id } = await createUser(client, {
        [ENTERPRISE]: { manager: { value: (await createUser(client)).id } },
      });
      await groupOf(client, id);
      const whole = await read(id);
      expect(whole.groups).toHaveLength(1);
      const answer = await of(dialect).patch(`/Users/${id}`, [
        { op: 'replace', value: { ...whole, nickName: 'n' } },
      ]);
      expect([answer.status, answer.body.nickName, answer.body.groups]).toEqual([200, 'n', whole.groups]);
    },
  );

  it.each(dialects)(
    'PAT-38 GRP-03 CHAR-03 a member is added or removed, not changed, %s',
    async (dialect) => {
      const [a, b] = [await createUser(client), await createUser(client)];
      const group = await groupOf(client, a.id);
      for (const operation of [
        { op: 'replace', path: `members[value eq "${a.id}"].value`, value: b.id },
        { op: 'replace', path: 'members.value', value: b.id },
        { op: 'replace', path: `members[value eq "${a.id}"].type`, value: 'Group' },
        { op: 'replace', path: `members[value eq "${a.id}"]`, value: { value: b.id } },
      ]) {
        expectRefusal(
          await of(dialect).patch(`/Groups/${group.id}`, [operation]),
          400,
          'mutability',
          /members/,
        );
      }
      expect((await client.get(`/Groups/${group.id}`)).body).toEqual(group);
    },
  );
});

describe('values and targets', () => {
  it.each([
    ['active', 'perhaps'],
    ['nickName', [5, 6]],
    ['emails', 5],
    ['emails[type eq "work"].value', [5, 6]],
    ['emails[type eq "work"].primary', 'x'],
    ['name', 'x'],
    ['name.givenName', {}],
    [`${ENTERPRISE}:department`, {}],
  ])('PAT-41 a value of the wrong type for %s is refused', async (path, value) => {
    for (const own of [client, strict]) {
      await expectRefused(
        own,
        { emails: [work] },
        [{ op: 'replace', path, value }],
        'invalidValue',
        /Operations\[0\]/,
      );
    }
  });

  it.each(['True', 'false'])('PAT-41 %j as a boolean: read by the lenient dialect only', async (value) => {
    const operation = { op: 'replace', path: 'active', value };
    await expectRefused(strict, {}, [operation], 'invalidValue', /active/);
    expect((await patched(client, {}, operation)).active).toBe(value === 'True');
  });

  it.each([
    [{ active: 'False' }, { active: false }],
    [{ title: 5, nickName: '' }, { title: '5' }],
    [{ emails: { value: 'a@example.org' } }, { emails: [{ value: 'a@example.org' }] }],
    [
      { 'name.givenName': 'D', department: 'dd' },
      { name: { givenName: 'D' }, [ENTERPRISE]: { department: 'dd' } },
    ],
  ])('PAT-41 %j below the URN of the core schema is read as without it', async (value, expected) => {
    const user = await patched(client, { nickName: 'n' }, { op: 'replace', value: { [USER]: value } });
    expect(user).toMatchObject(expected);
  });

  it.each(['one', ['one']])(
    'PAT-41 members as %j below the URN of the core schema are read too',
    async (form) => {
      const { id: member } = await createUser(client);
      const { id } = await createGroup(client);
      const members = form === 'an id' ? member : [member];
      const added = await client.patch(`/Groups/${id}`, [{ op: 'add', value: { [GROUP]: { members } } }]);
      expect([200, 204]).toContain(added.status);
      expect((await client.get(`/Groups/${id}`)).body.members).toMatchObject([{ value: member }]);
    },
  );

  it.each(dialects)('PAT-42 ERR-07 a name that is taken is 409, %s', async (dialect) => {
    const { userName } = await createUser(client);
    await expectRefused(
      of(dialect),
      {},
      [{ op: 'replace', path: 'userName', value: userName.toUpperCase() }],
      'uniqueness',
      /userName/,
    );
    const [first, second] = [await createGroup(client), await createGroup(client)];
    const rename = [{ op: 'replace', path: 'displayName', value: first.displayName }];
    expectRefusal(await of(dialect).patch(`/Groups/${second.id}`, rename), 409, 'uniqueness', /displayName/);
    expect((await client.get(`/Groups/${second.id}`)).body).toEqual(second);
  });

  it('a user may change the case of its own userName', async () => {
    const userName = unique('mine');
    const value = userName.toUpperCase();
    expect((await patched(strict, { userName }, { op: 'replace', path: 'userName', value })).userName).toBe(
      value,
    );
  });

  it.each(dialects)('PAT-43 IDP-04 a password is accepted and told to nobody, %s', async (dialect) => {
    const value = 'canary-Passw0rd';
    const before = await createUser(client);
    for (const operation of [
      { op: 'replace', path: 'password', value },
      { op: 'add', value: { password: value } },
      { op: 'replace', path: `${USER}:password`, value },
    ]) {
      const answer = await of(dialect).patch(`/Users/${before.id}`, [operation]);
      expect([answer.status, answer.body]).toEqual([200, before]);
    }
  });

  it.each(['/Users', '/Groups'])(
    'PAT-45 an unknown id under %s is 404, whatever the operations are',
    async (path) => {
      for (const own of [client, strict]) {
        for (const id of [NOBODY, '0000000000000001', 'x', '1', 'a%27b', '😀'].map(encodeURI)) {
          expectRefusal(
            await own.patch(`${path}/${id}`, [{ op: 'replace', path: 'externalId', value: 'x' }]),
            404,
          );
          expectRefusal(await own.patch(`${path}/${id}`, [{ op: 'move' }]), 404);
        }
      }
    },
  );
});

describe('members', () => {
  it.each(dialects)('GRP-08 unknown ones are named with their operation, %s', async (dialect) => {
    const user = await createUser(client);
    const group = await createGroup(client);
    const operations = [
      { op: 'add', path: 'members', value: [{ value: user.id }] },
      { op: 'add', path: 'members', value: [{ value: NOBODY }, { value: 'bjensen' }] },
    ];
    const answer = await of(dialect).patch(`/Groups/${group.id}`, operations);
    expectRefusal(answer, 400, 'invalidValue', new RegExp(`${NOBODY}.*Operations\\[1\\].*bjensen`));
    const replaced = await of(dialect).patch(`/Groups/${group.id}`, [
      { op: 'replace', path: 'members', value: [{ value: 'x' }] },
    ]);
    expectRefusal(replaced, 400, 'invalidValue', /Operations\[0\]/);
    expect((await client.get(`/Groups/${group.id}`)).body).toEqual(group);
  });

  it("TEN-06 another company's user is as unknown as nobody", async () => {
    const stranger = await createUser(await (await application.company()).client());
    const group = await createGroup(client);
    const add = [{ op: 'add', path: 'members', value: [{ value: stranger.id }] }];
    expectRefusal(await client.patch(`/Groups/${group.id}`, add), 400, 'invalidValue', /no such/);
    expect(await memberIds(client, group.id)).toEqual([]);
  });
});
