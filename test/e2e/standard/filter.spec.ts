import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimClient } from '../../support/scim-client.js';
import {
  createGroup,
  createUser,
  ENTERPRISE,
  expectRefusal,
  GROUP,
  groupOf,
  namesWhere,
  USER,
} from './messages.js';

let application: TestApplication;
let client: ScimClient;
let strict: ScimClient;
/** Ids by userName or displayName. */
const ids: Record<string, string> = {};

const PEOPLE = [
  {
    userName: 'ann',
    externalId: 'CaseMatters',
    name: { givenName: 'Ann', familyName: 'Berg' },
    title: 'Manager',
    emails: [
      { value: 'ann@work.example', type: 'work', primary: true },
      { value: 'ann@home.example', type: 'home' },
    ],
    [ENTERPRISE]: { employeeNumber: '007', department: 'Tours', manager: { value: 'boss' } },
  },
  {
    userName: 'Bob',
    externalId: 'casematters',
    name: { givenName: 'Bob', familyName: 'Ås' },
    title: 'tour guide',
    userType: 'Intern',
    active: false,
    emails: [{ value: 'bob@work.example', type: 'home', primary: false }],
    [ENTERPRISE]: { employeeNumber: '10', department: 'tours' },
  },
  {
    userName: 'cy',
    title: '',
    nickName: 'true',
    emails: [{ value: 'cy@work.example' }],
    x509Certificates: [{ value: 'TUlJ' }],
  },
  { userName: '100%_\\', displayName: 'a"b\\c', profileUrl: 'https://Example.org/A' },
] as const;

beforeAll(async () => {
  application = await startTestApplication();
  const company = await application.company();
  client = await company.client();
  strict = await company.client('strict');
  // The strict dialect keeps the empty title.
  for (const person of PEOPLE) ids[person.userName] = (await createUser(strict, person)).id;
  const inner = await groupOf(client, ids['ann']!);
  const outer = await createGroup(client, {
    displayName: 'Outer',
    externalId: 'O',
    members: [{ value: inner.id }, { value: ids['Bob'] }],
  });
  Object.assign(ids, { inner: inner.id, innerName: inner.displayName, outer: outer.id });
});
afterAll(() => application.close());

const users = (filter: string, own = client): Promise<string[]> => namesWhere(own, '/Users', filter);
const groups = (filter: string, own = client): Promise<string[]> => namesWhere(own, '/Groups', filter);
const ALL = PEOPLE.map(({ userName }) => userName as string).sort();
const others = (...names: string[]): string[] => ALL.filter((name) => !names.includes(name));

const refuse = async (path: string, filter: string, detail?: RegExp, own = client): Promise<void> =>
  expectRefusal(await own.get(`${path}?filter=${encodeURIComponent(filter)}`), 400, 'invalidFilter', detail);

it('FIL-01 nothing that matches is an empty list', async () => {
  const answer = await client.get('/Users?filter=userName%20eq%20%22nobody%22');
  expect([answer.status, answer.body.totalResults, answer.body.Resources]).toEqual([200, 0, []]);
  expect(await users('userName pr')).toEqual(ALL);
});

it.each<[string, readonly string[]]>([
  ['userName eq "ann"', ['ann']],
  ['userName ne "ann"', others('ann')],
  ['title co "a"', ['ann']],
  ['title co "ou"', ['Bob']],
  ['title sw "man"', ['ann']],
  ['title ew "GUIDE"', ['Bob']],
  ['title pr', ['Bob', 'ann']],
  ['name.givenName gt "Ann"', ['Bob']],
  ['name.givenName ge "ann"', ['Bob', 'ann']],
  ['name.givenName lt "bob"', ['ann']],
  ['name.givenName le "BOB"', ['Bob', 'ann']],
  ['active eq false', ['Bob']],
  ['active ne false', others('Bob')],
])('FIL-02 %s', async (filter, found) => {
  for (const own of [client, strict]) expect(await users(filter, own)).toEqual([...found].sort());
});

it('FIL-03 operators, words and names are read without regard to case', async () => {
  for (const own of [client, strict]) {
    expect(await users('USERNAME EQ "ANN" AND TITLE PR', own)).toEqual(['ann']);
    expect(await users('NOT (userName Eq "ann" Or username SW "b")', own)).toEqual(others('ann', 'Bob'));
  }
});

it.each<[string, readonly string[]]>([
  ['userName eq "cy" or userName eq "ann" and title eq "none"', ['cy']],
  ['(userName eq "cy" or userName eq "ann") and title eq "none"', []],
  ['userName eq "ann" and title eq "none" or userName eq "cy"', ['cy']],
  ['not (title pr) and userName eq "cy"', ['cy']],
  ['not (userName eq "ann") and active eq true', others('ann', 'Bob')],
  ['not (userName eq "ann" and active eq true)', others('ann')],
  ['not (not (userName eq "ann"))', ['ann']],
])('FIL-04 %s', async (filter, found) => {
  expect(await users(filter)).toEqual([...found].sort());
});

it('FIL-05 CHAR-05 CHAR-16 caseExact decides how texts are compared', async () => {
  expect(await users('userName eq "ANN"')).toEqual(['ann']);
  expect(await users('externalId eq "CaseMatters"')).toEqual(['ann']);
  expect(await users('externalId eq "CASEMATTERS"')).toEqual([]);
  expect(await users('externalId sw "case"')).toEqual(['Bob']);
  expect(await users('externalId co "Matters"')).toEqual(['ann']);
  expect(await users('profileUrl eq "https://Example.org/A"')).toEqual(['100%_\\']);
  expect(await users('profileUrl eq "https://example.org/a"')).toEqual([]);
  expect(await users('x509Certificates.value eq "TUlJ"')).toEqual(['cy']);
  expect(await users('x509Certificates.value eq "tuLJ"')).toEqual([]);
});

it('FIL-06 dateTimes are compared as instants', async () => {
  const { created } = (await client.get(`/Users/${ids['ann']}`)).body.meta;
  const shifted = (milliseconds: number): string =>
    new Date(Date.parse(created) + 2 * 3_600_000 + milliseconds).toISOString().replace('Z', '+02:00');
  const mine = `id eq "${ids['ann']}" and`;
  expect(await users(`${mine} meta.created eq "${shifted(0)}"`)).toEqual(['ann']);
  expect(await users(`${mine} meta.created ge "${shifted(0)}"`)).toEqual(['ann']);
  expect(await users(`${mine} meta.created gt "${shifted(0)}"`)).toEqual([]);
  expect(await users(`${mine} meta.created gt "${shifted(-1)}"`)).toEqual(['ann']);
  expect(await users(`${mine} meta.created lt "${shifted(1)}"`)).toEqual(['ann']);
  expect(await users(`${mine} meta.created eq "${created.replace('Z', '000Z')}"`)).toEqual(['ann']);
  await refuse('/Users', 'meta.created gt "2024-02-29"', /column 17/);
});

it.each([
  'active gt true',
  'active le false',
  'x509Certificates.value gt "a"',
  'emails.primary ge true',
  'active co "t"',
])('FIL-08 %s is refused', async (filter) => {
  for (const own of [client, strict]) await refuse('/Users', filter, /column/, own);
});

it('FIL-09 FIL-13 any value of a list may match', async () => {
  expect(await users('emails.type eq "home"')).toEqual(['Bob', 'ann']);
  expect(await users('emails co "home.example"')).toEqual(['ann']);
  expect(await users('emails eq "cy@work.example"')).toEqual(['cy']);
  expect(await users('emails.type ne "home"')).toEqual(others('Bob'));
});

it('FIL-10 in brackets all terms are about one value', async () => {
  for (const own of [client, strict]) {
    expect(await users('emails[type eq "home" and value co "@work.example"]', own)).toEqual(['Bob']);
    expect(await users('emails.type eq "home" and emails.value co "@work.example"', own)).toEqual([
      'Bob',
      'ann',
    ]);
    expect(await users('emails[type eq "work" and (value sw "a" or value sw "b")]', own)).toEqual(['ann']);
    expect(await users('emails[not (type pr)]', own)).toEqual(['cy']);
    expect(await users('not (emails[type eq "home"])', own)).toEqual(others('ann', 'Bob'));
  }
});

it('a value path with a sub-attribute behind it: read by the lenient dialect, invalidFilter in the strict one', async () => {
  const filter = 'emails[type eq "work"].value eq "ann@work.example"';
  expect(await users(filter)).toEqual(['ann']);
  expect(await users(`${USER}:${filter}`)).toEqual(['ann']);
  expect(await users('emails[type eq "home"].value eq "ann@work.example"')).toEqual([]);
  await refuse('/Users', filter, /column 23/, strict);
});

it('a value path with a comparison behind it: read by the lenient dialect as one of value, which has to be there', async () => {
  const filter = 'emails[type eq "work"] eq "ann@work.example"';
  expect(await users(filter)).toEqual(['ann']);
  expect(await users(`${USER}:${filter}`)).toEqual(['ann']);
  expect(await users('emails[type eq "home"] eq "ann@work.example"')).toEqual([]);
  await refuse('/Users', filter, /column 24/, strict);
  await refuse('/Users', 'addresses[type eq "work"] eq "x"', /value/);
});

it.each([
  'emails[userName eq "ann"]',
  'emails[foo eq "x"]',
  'emails[type[value eq "x"]]',
  'userName[value eq "ann"]',
  'emails[]',
])('FIL-11 %s is refused', async (filter) => {
  for (const own of [client, strict]) await refuse('/Users', filter, /column/, own);
});

it('FIL-11 and and groups may stand in brackets', async () => {
  expect(await users('emails[(type eq "work" and primary eq true)]')).toEqual(['ann']);
});

it('FIL-12 a complex attribute is compared by its value, or not at all', async () => {
  for (const filter of ['name eq "Ann"', 'addresses co "x"', 'meta eq "x"', 'name.foo eq "x"']) {
    await refuse('/Users', filter, /column 1/);
  }
  expect(await users('name pr')).toEqual(['Bob', 'ann']);
  expect(await users('addresses pr')).toEqual([]);
  expect(await users('meta pr')).toEqual(ALL);
  expect(await users(`${ENTERPRISE}:manager eq "boss"`)).toEqual(['ann']);
});

it('FIL-14 false is present, an empty text is not', async () => {
  expect(await users('active pr')).toEqual(ALL);
  expect(await users('title pr')).not.toContain('cy');
  expect(await users('emails pr')).toEqual(['Bob', 'ann', 'cy'].sort());
  expect(await users('userType pr')).toEqual(['Bob']);
});

it('FIL-15 CHAR-15 eq null finds what is unassigned', async () => {
  expect(await users('userType eq null')).toEqual(others('Bob'));
  expect(await users('userType ne null')).toEqual(['Bob']);
  expect(await users('emails eq null')).toEqual(['100%_\\']);
  expect(await users('emails.type eq null')).toEqual(['100%_\\', 'cy'].sort());
  await refuse('/Users', 'userType gt null', /column 13/);
});

it('ne holds for what is unassigned, and for a list when any value differs', async () => {
  expect(await users('userType ne "Intern"')).toEqual(others('Bob'));
  expect(await users('emails.type ne "work"')).toContain('ann');
  expect(await users('emails.type ne "work"')).toContain('100%_\\');
});

it('CHAR-13 primary eq false holds where primary is absent', async () => {
  expect(await users('emails[type eq "home" and primary eq false]')).toEqual(['Bob', 'ann']);
  expect(await users('emails[primary eq false]')).toEqual(['Bob', 'ann', 'cy'].sort());
  expect(await users('emails[primary eq true]')).toEqual(['ann']);
});

it('FIL-16 literals are JSON', async () => {
  expect(await users('displayName eq "a\\"b\\\\c"')).toEqual(['100%_\\']);
  expect(await users('userName eq "\\u0061nn"')).toEqual(['ann']);
  expect(await users('name.familyName eq "\\u00c5s"')).toEqual(['Bob']);
  const { id, userName } = await createUser(client, { displayName: 'x/\b\f\n\r\t\ud83d\ude00' });
  expect(await users('displayName eq "x\\/\\b\\f\\n\\r\\t\\ud83d\\ude00"')).toEqual([userName]);
  await client.delete(`/Users/${id}`);
  for (const filter of ['active eq TRUE', 'active eq "yes"', 'userName eq 5']) {
    await refuse('/Users', filter, /column/, strict);
  }
});

it('FIL-16 a boolean in quotes: read by the lenient dialect only', async () => {
  expect(await users('active eq "False"')).toEqual(['Bob']);
  await refuse('/Users', 'active eq "False"', /column 11/, strict);
});

it('an unquoted literal for a text is its source in the lenient dialect and refused in the strict one', async () => {
  expect(await users('userName eq ann')).toEqual(['ann']);
  expect(await users('employeeNumber eq 007')).toEqual(['ann']);
  expect(await users('(employeeNumber eq 10)')).toEqual(['Bob']);
  expect(await users('nickName eq true')).toEqual(['cy']);
  for (const filter of ['userName eq ann', 'employeeNumber eq 007', 'nickName eq true']) {
    await refuse('/Users', filter, /column/, strict);
  }
});

it.each([
  'userName',
  'userName eq',
  'userName xx "ann"',
  'userName eq "ann',
  'userName eq "ann" and',
  'and userName eq "ann"',
  '(userName eq "ann"',
  'userName eq "ann")',
  'userName eq "ann" userName eq "bob"',
  'not userName eq "ann"',
  'userName = "ann"',
  'userName eq "a\\x"',
  'pr userName',
  '[type eq "x"]',
  '"ann" eq userName',
  ' ',
  '!',
])('FIL-17 ERR-08 the broken filter %j is refused with a column', async (filter) => {
  for (const own of [client, strict]) await refuse('/Users', filter, /column \d+/, own);
});

it('FIL-17 an empty filter is refused in the strict dialect, and none in the lenient one', async () => {
  expectRefusal(await strict.get('/Users?filter='), 400, 'invalidFilter');
  expect((await client.get('/Users?filter=&count=0')).body).toEqual(
    (await client.get('/Users?count=0')).body,
  );
});

it('FIL-18 not, with and without a blank', async () => {
  for (const own of [client, strict]) {
    expect(await users('not(title pr)', own)).toEqual(others('ann', 'Bob'));
    expect(await users('not (title pr)', own)).toEqual(others('ann', 'Bob'));
  }
});

it('FIL-19 CHAR-21 names with their URN', async () => {
  for (const own of [client, strict]) {
    expect(await users(`${USER}:userName eq "ann"`, own)).toEqual(['ann']);
    expect(await users(`${USER.toUpperCase()}:NAME.givenName eq "ann"`, own)).toEqual(['ann']);
    expect(await users(`${ENTERPRISE}:department eq "TOURS"`, own)).toEqual(['Bob', 'ann']);
    expect(await users(`${ENTERPRISE}:manager.value eq "boss"`, own)).toEqual(['ann']);
    expect(await users(`${USER}:emails[type eq "work"]`, own)).toEqual(['ann']);
    expect(await groups(`${GROUP}:displayName eq "outer"`, own)).toEqual(['Outer']);
  }
});

it('FIL-20 an attribute of an extension without URN', async () => {
  expect(await users('employeeNumber eq "007"', strict)).toEqual(['ann']);
  expect(await users('manager.value eq "boss"', strict)).toEqual(['ann']);
  expect(await users('manager eq "boss"', strict)).toEqual(['ann']);
});

it.each([
  'favoriteColor eq "red"',
  'userName eq "ann" or favoriteColor pr',
  'name.foo pr',
  `${GROUP}:displayName pr`,
  'members eq "x"',
  'constructor pr',
  '__proto__ pr',
  'urn:example:X:foo pr',
])('FIL-22 the unknown attribute in %s is refused', async (filter) => {
  for (const own of [client, strict]) await refuse('/Users', filter, /column/, own);
});

it('FIL-23 schemas selects by extension', async () => {
  expect(await users(`schemas eq "${ENTERPRISE}"`)).toEqual(['Bob', 'ann']);
  expect(await users(`schemas eq "${USER}"`)).toEqual(ALL);
  expect(await users('schemas eq "urn:example:none"')).toEqual([]);
});

it('FIL-24 GRP-13 common and derived attributes', async () => {
  const ann = (await client.get(`/Users/${ids['ann']}`)).body;
  for (const filter of [
    `id eq "${ann.id}"`,
    `meta.location eq "${ann.meta.location}"`,
    `groups.value eq "${ids['inner']}"`,
    `groups[value eq "${ids['outer']}" and type eq "indirect"]`,
    `groups.display eq "${ids['innerName']}"`,
  ]) {
    expect([filter, await users(filter)]).toEqual([filter, ['ann']]);
  }
  expect(await users('meta.resourceType eq "User"')).toEqual(ALL);
  expect(await users('meta.resourceType eq "Group"')).toEqual([]);
  expect(await users(`groups.value eq "${ids['outer']}"`)).toEqual(['Bob', 'ann']);
  expect(await users(`groups eq "nobody"`)).toEqual([]);
  expect(
    await users(`id eq "${ann.id}" and meta.version eq "${ann.meta.version.replaceAll('"', '\\"')}"`),
  ).toEqual(['ann']);
  expect(await groups(`members.value eq "${ids['Bob']}"`)).toEqual(['Outer']);
  expect(await groups(`members eq "${ids['inner']}"`)).toEqual(['Outer']);
  expect(await groups(`id eq "${ids['outer']}" and members eq "${ids['ann']}"`)).toEqual([]);
  expect(await groups('members[type eq "Group"]')).toEqual(['Outer']);
  expect(await groups(`members.$ref eq "${application.base}/Users/${ids['Bob']}"`)).toEqual(['Outer']);
  expect(await groups('externalId eq "O"')).toEqual(['Outer']);
  expect(await groups('members eq "nobody"')).toEqual([]);
});

describe('CHAR-11 URIs of resources', () => {
  const forms = (path: string): string[] => [
    application.base + path,
    application.base.replace('/v2', '') + path,
    application.base.replace('http:', 'HTTP:') + path,
    new URL(application.base).pathname + path,
    `/v2${path}`,
    path,
    path.slice(1),
    `..${path}`,
  ];
  const strangers = (path: string): string[] => [
    `https://elsewhere.example/standard/scim/v2${path}`,
    `/elsewhere${path}`,
    path.includes('/Users/') ? path.replace('/Users/', '/Groups/') : path.replace('/Groups/', '/Users/'),
  ];

  it('are equal in every form, in filters on what the server refers to', async () => {
    for (const uri of forms(`/Users/${ids['Bob']}`)) {
      expect([uri, await groups(`members.$ref eq "${uri}"`)]).toEqual([uri, ['Outer']]);
      expect([uri, await groups(`members[type eq "User" and $ref eq "${uri}"]`)]).toEqual([uri, ['Outer']]);
      expect([uri, await users(`meta.location eq "${uri}"`)]).toEqual([uri, ['Bob']]);
      expect([uri, await users(`meta.location ne "${uri}" and id eq "${ids['Bob']}"`)]).toEqual([uri, []]);
    }
    for (const uri of forms(`/Groups/${ids['inner']}`)) {
      expect([uri, await users(`groups.$ref eq "${uri}"`)]).toEqual([uri, ['ann']]);
    }
  });

  it('are equal to those of no other resource and no other server', async () => {
    for (const uri of strangers(`/Users/${ids['Bob']}`)) {
      expect([uri, await groups(`members.$ref eq "${uri}"`)]).toEqual([uri, []]);
      expect([uri, await users(`meta.location eq "${uri}"`)]).toEqual([uri, []]);
    }
    for (const uri of strangers(`/Groups/${ids['inner']}`)) {
      expect([uri, await users(`groups.$ref eq "${uri}"`)]).toEqual([uri, []]);
    }
  });

  it('are found for managers too', async () => {
    const boss = await createUser(client);
    const { id } = await createUser(client, { [ENTERPRISE]: { manager: { value: boss.id } } });
    for (const uri of forms(`/Users/${boss.id}`)) {
      const { body } = await client.get(
        `/Users?filter=${encodeURIComponent(`${ENTERPRISE}:manager.$ref eq "${uri}"`)}`,
      );
      expect([uri, body.Resources.map((user: { id: string }) => user.id)]).toEqual([uri, [id]]);
    }
    for (const made of [id, boss.id]) await client.delete(`/Users/${made}`);
  });

  it('have parts as they are printed', async () => {
    const own = (filter: string): Promise<string[]> => groups(`id eq "${ids['outer']}" and ${filter}`);
    expect(await own(`members.$ref sw "${application.base}/Users/"`)).toEqual(['Outer']);
    expect(await own('members.$ref co "/v2/Users/"')).toEqual(['Outer']);
    expect(await own('members.$ref sw "/Users/"')).toEqual([]);
  });

  it('other URIs are compared as text', async () => {
    const { id, userName } = await createUser(client, {
      profileUrl: '/v2/Users/1',
      photos: [{ value: 'https://x/Users/1' }],
    });
    const own = (filter: string): Promise<string[]> => users(`id eq "${id}" and ${filter}`);
    expect(await own('profileUrl eq "/v2/Users/1"')).toEqual([userName]);
    expect(await own('profileUrl eq "/Users/1"')).toEqual([]);
    expect(await own('photos.value eq "https://x/v2/Users/1"')).toEqual([]);
    await client.delete(`/Users/${id}`);
  });
});

it.each<[string, readonly string[]]>([
  ['userName co "%"', ['100%_\\']],
  ['userName sw "100%"', ['100%_\\']],
  ['userName co "_"', ['100%_\\']],
  ['userName ew "\\\\"', ['100%_\\']],
  ['userName co "a%n"', []],
  ['userName eq "a_n"', []],
  ['userName co "*"', []],
  ['userName co ".*"', []],
  ['userName sw ""', ALL],
  ['emails co "_"', []],
  ['emails.value ew "%example"', []],
])('FIL-25 patterns have no meaning in %s', async (filter, found) => {
  expect(await users(filter)).toEqual([...found].sort());
});

it.each(["' OR 1=1 --", "'; DROP TABLE users; --", '*)(uid=*', '$(id)', "\\'", '${x}', '$1', '{"$ne":1}'])(
  'FIL-26 %s stays a value',
  async (value) => {
    for (const operator of ['eq', 'co', 'sw', 'ew']) {
      expect(await users(`userName ${operator} ${JSON.stringify(value)}`)).toEqual([]);
      expect(await users(`emails[value ${operator} ${JSON.stringify(value)}]`)).toEqual([]);
    }
    expect(await users('userName pr')).toEqual(ALL);
  },
);

it.each(['password pr', 'password eq "x"', 'password co "x"', `${USER}:password sw "x"`, 'PASSWORD eq null'])(
  'FIL-28 %s is refused',
  async (filter) => {
    for (const own of [client, strict]) await refuse('/Users', filter, /password/i, own);
  },
);

it('FIL-31 totalResults counts what matches, not the page', async () => {
  const { body } = await client.get('/Users?filter=title%20pr&count=1');
  expect([body.totalResults, body.itemsPerPage, body.Resources.length]).toEqual([2, 1, 1]);
});

it('FIL-32 SEC-12 filters without end are refused', async () => {
  for (const filter of [
    `${'('.repeat(2_000)}userName pr${')'.repeat(2_000)}`,
    `${'not('.repeat(1_000)}userName pr${')'.repeat(1_000)}`,
    Array.from({ length: 900 }, () => 'id pr').join(' or '),
  ]) {
    expectRefusal(await client.get(`/Users?filter=${encodeURIComponent(filter)}`), 400, 'invalidFilter');
  }
});

it('FIL-33 userName is compared without case, width and composition', async () => {
  const { id } = await createUser(client, { userName: 'Renée' });
  for (const form of ['RENE\u0301E', 'rene\u0301e', '\uff32\uff45\uff4e\u00e9\uff45']) {
    expect(await users(`userName eq "${form}"`)).toEqual(['Renée']);
  }
  await client.delete(`/Users/${id}`);
});
