import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimClient } from '../../support/scim-client.js';
import {
  createGroup,
  createUser,
  ENTERPRISE,
  expectRefusal,
  GROUP,
  groupBody,
  groupOf,
  memberIds,
  namesWhere,
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

const total = async (path: string): Promise<number> =>
  (await client.get(`${path}?count=0`)).body.totalResults;

describe('the answer', () => {
  const full = {
    externalId: 'E-1',
    name: { formatted: 'Ms. Ada King', familyName: 'King', givenName: 'Ada', honorificPrefix: 'Ms.' },
    displayName: 'Ada King',
    nickName: 'Ada',
    profileUrl: 'https://example.org/ada',
    title: 'Countess',
    userType: 'Employee',
    preferredLanguage: 'en-GB, en;q=0.7',
    locale: 'en-GB',
    timezone: 'Europe/London',
    active: false,
    emails: [
      { value: 'ada@example.org', type: 'work', primary: true },
      { value: 'ada@home.example', type: 'home' },
    ],
    phoneNumbers: [{ value: '+44 20 7946 0000', type: 'work' }],
    ims: [{ value: 'ada', type: 'xmpp' }],
    photos: [{ value: 'https://example.org/ada.png', type: 'photo' }],
    addresses: [
      { streetAddress: '12 St James Sq', locality: 'London', country: 'GB', type: 'work', primary: true },
    ],
    entitlements: [{ value: 'engine' }],
    roles: [{ value: 'author', primary: true }],
    x509Certificates: [{ value: 'TUlJ' }],
    [ENTERPRISE]: { employeeNumber: '1815', department: 'Engines', manager: { value: 'someone' } },
  };

  it('CRE-01 CRE-19 holds a user whole', async () => {
    const sent = userBody(full);
    const { status, body } = await strict.post('/Users', sent);
    expect(status).toBe(201);
    const { id, meta, ...rest } = body;
    expect(rest).toEqual(sent);
    expect([typeof id, meta.resourceType]).toEqual(['string', 'User']);
    expect((await client.get(`/Users/${id}`)).body).toEqual(body);
  });

  it('CRE-01 holds a minimal user and a minimal group', async () => {
    expect(Object.keys(await createUser(client)).sort()).toEqual([
      'active',
      'id',
      'meta',
      'schemas',
      'userName',
    ]);
    const group = await createGroup(client);
    expect(Object.keys(group).sort()).toEqual(['displayName', 'id', 'members', 'meta', 'schemas']);
    expect(group.members).toEqual([]);
  });

  it.each(['/Users', '/Groups'])('CRE-02 of %s has a Location that leads to it', async (path) => {
    const answer = await client.post(path, path === '/Users' ? userBody() : groupBody());
    expect(answer.headers.location).toBe(answer.body.meta.location);
    expect(answer.headers.location).toBe(`${application.base}${path}/${answer.body.id}`);
    expect((await client.get(`${path}/${answer.body.id}`)).body).toEqual(answer.body);
  });

  it('CRE-03 CRE-04 CRE-24 has id, schemas and meta of the server', async () => {
    for (const body of [await createUser(client), await createGroup(client)]) {
      expect(body.id).toMatch(/^[0-9a-f]{16}$/);
      expect(body.schemas).toHaveLength(1);
      expect(body.meta.created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(body.meta.lastModified).toBe(body.meta.created);
      expect(Math.abs(Date.parse(body.meta.created) - Date.now())).toBeLessThan(60_000);
    }
  });

  it('CRE-05 has an ETag equal to meta.version', async () => {
    for (const [path, body] of [
      ['/Users', userBody()],
      ['/Groups', groupBody()],
    ] as const) {
      const answer = await client.post(path, body);
      expect(answer.headers.etag).toMatch(/^W\/"[^"]+"$/);
      expect(answer.headers.etag).toBe(answer.body.meta.version);
    }
  });

  it('CRE-21 ATT-01 is projected', async () => {
    const some = await client.post('/Users?attributes=userName', userBody({ nickName: 'x' }));
    expect([some.status, Object.keys(some.body).sort()]).toEqual([201, ['id', 'schemas', 'userName']]);
    expect(some.headers.location).toBe(`${application.base}/Users/${some.body.id}`);
    const most = await client.post('/Users?excludedAttributes=meta,nickName', userBody({ nickName: 'x' }));
    expect(Object.keys(most.body).sort()).toEqual(['active', 'id', 'schemas', 'userName']);
    expect((await client.get(`/Users/${most.body.id}`)).body.nickName).toBe('x');
  });

  it('CRE-23 FIL-27 a user is active unless it says otherwise, and is found so', async () => {
    const { id, active, userName } = await createUser(client);
    expect([active, (await client.get(`/Users/${id}`)).body.active]).toEqual([true, true]);
    expect(await namesWhere(client, '/Users', `active eq true and userName eq "${userName}"`)).toEqual([
      userName,
    ]);
  });
});

describe('what is ignored', () => {
  it.each(['lenient', 'strict'] as const)('CRE-06 CRE-07 CHAR-02 read-only values, %s', async (dialect) => {
    const own = dialect === 'strict' ? strict : client;
    const group = await createGroup(client);
    const sent = {
      id: NOBODY,
      meta: { created: '1999-01-01T00:00:00Z', resourceType: 'Group', location: 'x', version: 'W/"9"' },
      groups: [{ value: group.id }],
      [ENTERPRISE]: { manager: { value: 'm', displayName: 'Nobody' }, department: 'd' },
    };
    const { status, body } = await own.post('/Users', userBody(sent));
    expect(status).toBe(201);
    expect(body.id).not.toBe(NOBODY);
    expect(body.meta.created).not.toMatch(/^1999/);
    expect(body.meta).toMatchObject({ resourceType: 'User', version: expect.not.stringMatching(/"9"/) });
    expect(body).not.toHaveProperty('groups');
    expect(body[ENTERPRISE]).toEqual({ department: 'd', manager: { value: 'm' } });
    expect(await memberIds(client, group.id)).toEqual([]);
  });

  it.each(['lenient', 'strict'] as const)('CRE-20 unknown attributes, %s', async (dialect) => {
    const own = dialect === 'strict' ? strict : client;
    const { status, body } = await own.post('/Users', userBody({ foo: 1, name: { givenName: 'A', bar: 2 } }));
    expect([status, body.name]).toEqual([201, { givenName: 'A' }]);
    expect(JSON.stringify((await client.get(`/Users/${body.id}`)).body)).not.toMatch(/foo|bar/);
  });

  it('CRE-15 CHAR-15 null and [] mean unassigned', async () => {
    const body = userBody({
      nickName: null,
      emails: [],
      name: null,
      addresses: null,
      roles: [null],
      title: 'x',
    });
    const user = await createUser(strict, body);
    expect(Object.keys(user).sort()).toEqual(['active', 'id', 'meta', 'schemas', 'title', 'userName']);
    for (const name of ['nickName', 'emails', 'name', 'addresses', 'roles']) {
      expect(await namesWhere(client, '/Users', `${name} pr and id eq "${user.id}"`)).toEqual([]);
      expect(await namesWhere(client, '/Users', `${name} eq null and id eq "${user.id}"`)).toEqual([
        user.userName,
      ]);
    }
  });

  it('an empty text on an optional attribute clears it in the lenient dialect and is stored in the strict one', async () => {
    expect(await createUser(client, { nickName: '', title: 'x' })).not.toHaveProperty('nickName');
    const user = await createUser(strict, { nickName: '' });
    expect((await client.get(`/Users/${user.id}`)).body.nickName).toBe('');
    expect(await namesWhere(client, '/Users', `nickName pr and id eq "${user.id}"`)).toEqual([]);
  });
});

describe('what is refused', () => {
  it.each([[{}], [{ userName: '' }], [{ userName: null }]])(
    'CRE-08 a user without a userName: %j',
    async (part) => {
      for (const own of [client, strict]) {
        expectRefusal(
          await own.post('/Users', { schemas: [USER], ...part }),
          400,
          'invalidValue',
          /userName/,
        );
      }
    },
  );

  it.each([[{}], [{ displayName: '' }], [{ displayName: null }]])(
    'CRE-08 GRP-01 a group without a displayName: %j',
    async (part) => {
      for (const own of [client, strict]) {
        expectRefusal(
          await own.post('/Groups', { schemas: [GROUP], ...part }),
          400,
          'invalidValue',
          /displayName/,
        );
      }
    },
  );

  it.each([
    [undefined],
    [null],
    [[]],
    [''],
    [['urn:example:other']],
    [[USER, 'urn:example:other']],
    [[USER, 5]],
  ])('CRE-09 schemas %j: assumed in the lenient dialect, refused in the strict one', async (schemas) => {
    const before = await total('/Users');
    const body = { ...userBody(), schemas };
    expectRefusal(await strict.post('/Users', body), 400, 'invalidValue', /schemas/);
    expect(await total('/Users')).toBe(before);
    const answer = await client.post('/Users', body);
    expect([answer.status, answer.body.schemas]).toEqual([201, [USER]]);
  });

  it('CRE-09 a URI that stands twice comes back once', async () => {
    for (const own of [client, strict]) {
      const user = await createUser(own, { schemas: [USER, USER] });
      expect(user.schemas).toEqual([USER]);
    }
  });

  it('CRE-10 the order of schemas has no effect', async () => {
    const body = userBody({ schemas: [ENTERPRISE, USER], [ENTERPRISE]: { department: 'd' } });
    expect((await createUser(strict, body)).schemas).toEqual([USER, ENTERPRISE]);
  });

  it('CRE-19 an extension is found by its data, not by schemas', async () => {
    for (const own of [client, strict]) {
      const unnamed = await createUser(own, { schemas: [USER], [ENTERPRISE]: { department: 'd' } });
      expect([unnamed.schemas, unnamed[ENTERPRISE]]).toEqual([[USER, ENTERPRISE], { department: 'd' }]);
      const empty = await createUser(own, { schemas: [USER, ENTERPRISE] });
      expect(empty.schemas).toEqual([USER]);
    }
  });

  it.each(['lenient', 'strict'] as const)('CRE-16 a body of another type, %s', async (dialect) => {
    const own = dialect === 'strict' ? strict : client;
    expectRefusal(
      await own.post('/Users', { ...groupBody(), userName: unique() }),
      400,
      'invalidValue',
      /schemas/,
    );
    expectRefusal(
      await own.post('/Groups', { ...userBody(), displayName: unique() }),
      400,
      'invalidValue',
      /schemas/,
    );
  });

  it.each([
    [{ active: 'x' }, /active/],
    [{ active: 1 }, /active/],
    [{ emails: 'a' }, /emails/],
    [{ emails: [5] }, /emails\[0\]/],
    [{ emails: [{ value: {} }] }, /emails\[0\]\.value/],
    [{ emails: [{ value: 'a', primary: 'yes' }] }, /emails\[0\]\.primary/],
    [{ name: 'b' }, /name/],
    [{ name: { givenName: {} } }, /name\.givenName/],
    [{ userName: { a: 5 } }, /userName/],
    [{ externalId: [5, 6] }, /externalId/],
    [{ displayName: ['a', 'b'] }, /displayName/],
    [{ [ENTERPRISE]: 'x' }, /enterprise/],
    [{ [ENTERPRISE]: { department: [5, 6] } }, /department/],
    [{ [ENTERPRISE]: { manager: { value: {} } } }, /manager\.value/],
  ])('CRE-17 CHAR-08 a value of the wrong type: %j', async (part, place) => {
    for (const own of [client, strict]) {
      expectRefusal(await own.post('/Users', userBody(part)), 400, 'invalidValue', place);
    }
  });

  it.each([
    [{ emails: [{ value: 5 }] }, /emails\[0\]\.value/, { emails: [{ value: '5' }] }],
    [{ externalId: 5 }, /externalId/, { externalId: '5' }],
    [{ [ENTERPRISE]: { department: 5 } }, /department/, { [ENTERPRISE]: { department: '5' } }],
    [
      { [ENTERPRISE]: { manager: { value: 5 } } },
      /manager\.value/,
      { [ENTERPRISE]: { manager: { value: '5' } } },
    ],
  ])(
    'CRE-17 the number in %j is a text in the lenient dialect and refused in the strict one',
    async (part, place, read) => {
      expectRefusal(await strict.post('/Users', userBody(part)), 400, 'invalidValue', place);
      expect(await createUser(client, part)).toMatchObject(read);
    },
  );

  it.each([
    [{ emails: { value: 'a@example.org' } }],
    [{ active: 'True' }],
    [{ [ENTERPRISE]: { manager: 'm' } }],
  ])('CRE-17 %j is read in the lenient dialect and refused in the strict one', async (part) => {
    expectRefusal(await strict.post('/Users', userBody(part)), 400, 'invalidValue');
    const user = await createUser(client, part);
    const [name] = Object.keys(part) as [string];
    const expected: Record<string, unknown> = {
      emails: [{ value: 'a@example.org' }],
      active: true,
      [ENTERPRISE]: { manager: { value: 'm' } },
    };
    expect((await client.get(`/Users/${user.id}`)).body[name]).toEqual(expected[name]);
  });

  it('CRE-17 CHAR-08 "false" is a boolean in the lenient dialect only', async () => {
    expect((await createUser(client, { active: 'False' })).active).toBe(false);
    expectRefusal(await strict.post('/Users', userBody({ active: 'false' })), 400, 'invalidValue', /active/);
  });

  it('CRE-18 CHAR-13 PAT-35 two primaries: the first one wins, or 400 in the strict dialect', async () => {
    const emails = [
      { value: 'a@example.org', primary: true },
      { value: 'b@example.org', primary: true },
    ];
    expectRefusal(await strict.post('/Users', userBody({ emails })), 400, 'invalidValue', /emails/);
    const user = await createUser(client, { emails });
    expect(user.emails.filter(({ primary }: { primary?: boolean }) => primary)).toEqual([emails[0]]);
  });
});

describe('uniqueness', () => {
  it('CRE-11 ERR-07 a userName and the displayName of a group are unique', async () => {
    const { userName } = await createUser(client);
    const { displayName } = await createGroup(client);
    const [users, groups] = [await total('/Users'), await total('/Groups')];
    for (const own of [client, strict]) {
      expectRefusal(await own.post('/Users', userBody({ userName })), 409, 'uniqueness', /userName/);
      expectRefusal(await own.post('/Groups', groupBody({ displayName })), 409, 'uniqueness', /displayName/);
    }
    expect([await total('/Users'), await total('/Groups')]).toEqual([users, groups]);
  });

  it.each([
    ['bjensen', 'BJENSEN'],
    ['Jos\u00e9', 'JOSE\u0301'],
    ['wide', '\uff37\uff29\uff24\uff25'],
    ['ΟΔΟΣ', 'οδος'],
  ])('CRE-12 FIL-33 %s and %s are one userName', async (first, second) => {
    const user = await createUser(client, { userName: first });
    expectRefusal(await client.post('/Users', userBody({ userName: second })), 409, 'uniqueness');
    expect(await namesWhere(client, '/Users', `userName eq "${second}"`)).toEqual([first]);
    expect((await client.get(`/Users/${user.id}`)).body.userName).toBe(first);
  });

  it('CRE-12 the displayName of a group is compared without case', async () => {
    await createGroup(client, { displayName: 'Tour Guides' });
    expectRefusal(await client.post('/Groups', groupBody({ displayName: 'TOUR guides' })), 409, 'uniqueness');
  });

  it('CRE-13 IDP-06 IDP-07 an externalId is not', async () => {
    const first = await createUser(client, { externalId: 'same' });
    const second = await createUser(client, { externalId: 'same' });
    expect(await namesWhere(client, '/Users', 'externalId eq "same"')).toEqual(
      [first.userName, second.userName].sort(),
    );
    const groups = [
      await createGroup(client, { externalId: 'same' }),
      await createGroup(client, { externalId: 'same' }),
    ];
    expect(groups.map(({ externalId }) => externalId)).toEqual(['same', 'same']);
  });

  it('CRE-14 DEL-04 the userName of a deleted user is free', async () => {
    const { id, userName } = await createUser(client);
    await client.delete(`/Users/${id}`);
    const again = await createUser(client, { userName });
    expect(again.id).not.toBe(id);
  });

  it('the userName of an inactive user is taken', async () => {
    const { userName } = await createUser(client, { active: false });
    expectRefusal(await client.post('/Users', userBody({ userName })), 409, 'uniqueness');
  });

  it('CRE-25 50 clients that create one userName at once: one does', async () => {
    const body = userBody();
    const answers = await Promise.all(Array.from({ length: 50 }, () => client.post('/Users', body)));
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(49);
    for (const answer of refused) expectRefusal(answer, 409, 'uniqueness');
    expect(await namesWhere(client, '/Users', `userName eq "${String(body['userName'])}"`)).toHaveLength(1);
  });

  it('CRE-26 an id cannot be created', async () => {
    expectRefusal(await client.post(`/Users/${NOBODY}`, userBody()), 405);
  });
});

describe('members', () => {
  it('are stored once each, whoever they are', async () => {
    const user = await createUser(client);
    const inner = await createGroup(client);
    const group = await groupOf(client, user.id, inner.id, user.id);
    expect(group.members.map(({ value, type }: { value: string; type: string }) => [value, type])).toEqual([
      [user.id, 'User'],
      [inner.id, 'Group'],
    ]);
  });

  it('GRP-08 an unknown one refuses the group', async () => {
    const user = await createUser(client);
    const body = groupBody({ members: [{ value: user.id }, { value: NOBODY }, { value: 'bjensen' }] });
    for (const own of [client, strict]) {
      expectRefusal(await own.post('/Groups', body), 400, 'invalidValue', new RegExp(`${NOBODY}.*bjensen`));
    }
    expect(await namesWhere(client, '/Groups', `displayName eq "${String(body['displayName'])}"`)).toEqual(
      [],
    );
  });

  it('GRP-08 unknown ones are named, twenty at most', async () => {
    const members = Array.from({ length: 30 }, (_, index) => ({ value: `nobody-${index}` }));
    const answer = await client.post('/Groups', groupBody({ members }));
    expectRefusal(answer, 400, 'invalidValue', /and 10 more/);
    expect(answer.body.detail.match(/nobody-\d+/g)).toHaveLength(20);
  });

  it('GRP-08 a company may ignore unknown ones', async () => {
    const company = await application.company();
    await application.administration.setCompany(company.slug, { unknownMembers: 'ignore' });
    const own = await company.client();
    const user = await createUser(own);
    const group = await groupOf(own, NOBODY, user.id);
    expect(await memberIds(own, group.id)).toEqual([user.id]);
    const added = await own.patch(`/Groups/${group.id}`, [
      { op: 'add', path: 'members', value: [{ value: 'nobody' }] },
    ]);
    expect([added.status, await memberIds(own, group.id)]).toEqual([204, [user.id]]);
  });

  it.each([[5], ['x'], [[5]], [[{ value: 5 }]], [[{}]], [[[]]]])(
    'CRE-17 members %j are refused',
    async (members) => {
      expectRefusal(await strict.post('/Groups', groupBody({ members })), 400, 'invalidValue', /members/);
    },
  );
});
