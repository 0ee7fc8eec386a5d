import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';
import { ENTERPRISE, expectRefusal, GROUP, namesWhere, unique, USER, userBody } from './messages.js';
import { idsOn, walk } from './walks.js';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '../../support/schemas');
const VALUES = 'urn:example:schemas:values:1.0:User';
const GROUP_VALUES = 'urn:example:schemas:values:1.0:Group';
const ACCESS = 'urn:example:schemas:access:1.0:User';
const CONTRACT = 'urn:example:schemas:contract:1.0';
const COST = 'urn:example:schemas:cost:1.0';

let application: TestApplication;
let strict: ScimClient;
let lenient: ScimClient;

beforeAll(async () => {
  application = await startTestApplication({ settings: { SCHEMAS_DIR: FOLDER } });
  const company = await application.company();
  strict = await company.client('strict');
  lenient = await company.client();
});
afterAll(() => application.close());

type Part = Readonly<Record<string, unknown>>;

/** Creates a user with this extension and answers his id. */
async function userWith(urn: string, extension: Part, part: Part = {}): Promise<string> {
  const answer = await strict.post('/Users', userBody({ [urn]: extension, ...part }));
  if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
  return answer.body.id as string;
}

/** What a client reads of a user's extension, asking for nothing in particular or for these attributes. */
async function read(id: string, urn: string, query = ''): Promise<unknown> {
  const answer = await strict.get(`/Users/${id}${query}`);
  expect(answer.status).toBe(200);
  return answer.body[urn];
}

/** What the database holds. */
async function lookUp(text: string, values: unknown[]): Promise<pg.QueryResult> {
  const client = new pg.Client(application.database.adminUrl);
  await client.connect();
  try {
    return await client.query(text, values);
  } finally {
    await client.end();
  }
}

const groupBody = (part: Part = {}): Part => ({
  schemas: [GROUP],
  displayName: unique('Group'),
  [COST]: { center: 'C1' },
  ...part,
});

const patch = (id: string, op: string, path: string, value?: unknown): Promise<ScimAnswer> =>
  strict.patch(`/Users/${id}`, [{ op, path, ...(value !== undefined && { value }) }]);

/** A value of every type, as sent and as read. */
const SINGLE = {
  text: 'Ωmega',
  exact: 'CaSe',
  link: '../Users/17',
  blob: 'AAEC/w==',
  moment: '2026-02-28T23:59:59.125+01:00',
  flag: false,
  whole: 0,
  measure: -0.1,
};
const PLURAL = {
  texts: ['a', 'b'],
  exacts: ['a', 'A'],
  links: ['https://host/a', 'urn:x:y'],
  blobs: ['AAEC', ''],
  moments: ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.5'],
  flags: [true, false],
  wholes: [2 ** 31, -1, 9007199254740991],
  measures: [0.30000000000000004, 1e-7, 1.5],
};

describe('discovery', () => {
  it('DISC-07 DISC-09 CHAR-01 publishes every schema with all characteristics', async () => {
    const { body } = await strict.get('/Schemas');
    const ids = (body.Resources as { id: string }[]).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([USER, ENTERPRISE, VALUES, ACCESS, CONTRACT, GROUP, COST]));
    expect(new Set(ids).size).toBe(ids.length);
    const access = await strict.get(`/Schemas/${ACCESS}`);
    expect(access.body).toMatchObject({ id: ACCESS, name: 'Access', meta: { resourceType: 'Schema' } });
    expect(access.body.attributes[0]).toEqual({
      name: 'bare',
      type: 'string',
      multiValued: false,
      description: 'bare',
      required: false,
      caseExact: false,
      mutability: 'readWrite',
      returned: 'default',
      uniqueness: 'none',
    });
  });

  it('DISC-16 DISC-17 resource types name them, and say which are required', async () => {
    const { body } = await strict.get('/ResourceTypes');
    const [user, group] = body.Resources as { schemaExtensions: unknown }[];
    expect(user?.schemaExtensions).toEqual([
      { schema: ENTERPRISE, required: false },
      { schema: CONTRACT, required: false },
      { schema: ACCESS, required: false },
      { schema: VALUES, required: false },
    ]);
    expect(group?.schemaExtensions).toEqual([
      { schema: expect.stringContaining('oracle'), required: false },
      { schema: COST, required: true },
      { schema: GROUP_VALUES, required: false },
    ]);
    for (const { schema } of [user, group].flatMap(
      (type) => type?.schemaExtensions as { schema: string }[],
    )) {
      expect((await strict.get(`/Schemas/${schema}`)).status).toBe(200);
    }
  });

  it('CHAR-21 finds a schema by its URN in any case', async () => {
    expect((await strict.get(`/Schemas/${ACCESS.toUpperCase()}`)).body.id).toBe(ACCESS);
  });

  it('DISC-09 a resource names the schemas of what it holds', async () => {
    const id = await userWith(VALUES, { text: 'a' }, { [ACCESS]: { bare: 'b' } });
    const { body } = await strict.get(`/Users/${id}`);
    expect(body.schemas).toEqual([USER, ACCESS, VALUES]);
  });

  it.each(['paradigm', 'scaikey', 'oud', 'strongdm'])('%s publishes them too', async (surface) => {
    const company = await application.company();
    const paths: Record<string, string> = {
      paradigm: 'scim/v2',
      scaikey: `api/v1/tenants/${company.slug}/scim/v2`,
      oud: 'iam/directory/oud/scim/v1',
      strongdm: 'provisioning/generic/v2',
    };
    const client = application.scim(await company.token(), `${application.origin}/${paths[surface]}`);
    const { body } = await client.get('/Schemas');
    expect((body.Resources as { id: string }[]).map(({ id }) => id)).toContain(ACCESS);
  });
});

describe('values of every type', () => {
  it('CHAR-05 CHAR-08 CHAR-09 CHAR-10 come back as they were sent, by POST, PUT and PATCH', async () => {
    const extension = {
      ...SINGLE,
      ...PLURAL,
      record: { ...SINGLE, ...PLURAL },
      records: [
        { value: 'a', type: 'work', primary: true, ...SINGLE, ...PLURAL },
        { value: 'b', type: 'custom', ...SINGLE },
      ],
    };
    const created = await strict.post('/Users', userBody({ [VALUES]: extension }));
    expect(created.status).toBe(201);
    expect(created.body[VALUES]).toEqual(extension);
    const { id, userName } = created.body;
    expect(await read(id, VALUES)).toEqual(extension);
    const swapped = { ...extension, whole: 7, texts: ['c'] };
    const replaced = await strict.put(`/Users/${id}`, { schemas: [USER], userName, [VALUES]: swapped });
    expect(replaced.body[VALUES]).toEqual(swapped);
    const patched = await strict.patch(`/Users/${id}`, [{ op: 'replace', value: { [VALUES]: extension } }]);
    expect(patched.status).toBe(200);
    expect(patched.body[VALUES]).toEqual(extension);
  });

  it.each<[string, unknown]>([
    ['text', 7],
    ['link', true],
    ['blob', 'no base64!'],
    ['moment', '2026-02-28'],
    ['moment', '2026-02-30T00:00:00Z'],
    ['flag', 'true'],
    ['whole', 1.5],
    ['whole', '7'],
    ['measure', '1.5'],
    ['texts', 'a'],
    ['texts', [7]],
    ['wholes', [1, 1.5]],
    ['flags', [0]],
    ['record', 'a'],
    ['record', { whole: 'a' }],
    ['record', { wholes: 7 }],
    ['records', [{ moment: 'noon' }]],
    ['records', { text: 'a' }],
  ])('CHAR-08 CHAR-09 CHAR-10 PAT-41 %s refuses %j, and its place is named', async (name, value) => {
    const place = new RegExp(`${VALUES}:${name}`.replaceAll('.', '\\.'));
    const body = userBody({ [VALUES]: { [name]: value } });
    expectRefusal(await strict.post('/Users', body), 400, 'invalidValue', place);
    const id = await userWith(VALUES, { text: 'a' });
    const operation = { op: 'replace', path: `${VALUES}:${name}`, value };
    expectRefusal(await strict.patch(`/Users/${id}`, [operation]), 400, 'invalidValue', place);
    expect(await read(id, VALUES)).toEqual({ text: 'a' });
  });

  it('lenient reads booleans as texts, a bare value as a list, and an empty text as none', async () => {
    const sent = { flag: 'True', text: '', flags: ['False'], record: { flag: 'true', text: 'x' } };
    const answer = await lenient.post('/Users', userBody({ [VALUES]: sent }));
    expect(answer.body[VALUES]).toEqual({ flag: true, flags: [false], record: { flag: true, text: 'x' } });
  });

  it('CHAR-07 takes other values than the usual ones', async () => {
    expect(await read(await userWith(ACCESS, { color: 'blue' }), ACCESS)).toEqual({ color: 'blue' });
  });

  it('leaves out what no schema defines', async () => {
    const id = await userWith(VALUES, { text: 'a', wrong: 1, record: { text: 'b', wrong: 2 } });
    expect(await read(id, VALUES)).toEqual({ text: 'a', record: { text: 'b' } });
  });
});

describe('filters', () => {
  let names: Record<'first' | 'second' | 'none', string>;
  let client: ScimClient;

  beforeAll(async () => {
    client = await (await application.company()).client('strict');
    names = { first: unique('f'), second: unique('f'), none: unique('f') };
    const [first, second] = [
      {
        ...SINGLE,
        ...PLURAL,
        record: { whole: 1, texts: ['x', 'y'], wholes: [3] },
        records: [
          { value: 'r', type: 'work', whole: 1, texts: ['x'] },
          { value: 's', type: 'home', whole: 2, texts: ['y'], primary: true },
        ],
      },
      {
        text: 'beta',
        exact: 'case',
        moment: '2027-01-01T00:00:00Z',
        flag: true,
        whole: 9,
        measure: 10.5,
        texts: ['B', 'c'],
        wholes: [5],
        record: { texts: ['z'] },
      },
    ];
    await client.post(
      '/Users',
      userBody({ userName: names.first, [VALUES]: first, [ACCESS]: { text: 'q' } }),
    );
    await client.post('/Users', userBody({ userName: names.second, [VALUES]: second }));
    await client.post('/Users', userBody({ userName: names.none }));
  });

  it.each<[string, readonly ('first' | 'second' | 'none')[]]>([
    ['text eq "ωMEGA"', ['first']],
    ['exact eq "case"', ['second']],
    ['exact ne "CaSe"', ['none', 'second']],
    ['link eq "../Users/17"', ['first']],
    ['blob eq "AAEC/w=="', ['first']],
    ['moment eq "2026-02-28T22:59:59.125Z"', ['first']],
    ['moment gt "2026-06-01T00:00:00Z"', ['second']],
    ['flag eq false', ['first']],
    ['whole eq 0', ['first']],
    ['whole ge 0', ['first', 'second']],
    ['measure lt 10', ['first']],
    ['measure eq 10.50', ['second']],
    ['text pr', ['first', 'second']],
    ['not (text pr)', ['none']],
    ['texts eq "b"', ['first', 'second']],
    ['texts sw "C"', ['second']],
    ['texts[value eq "b"]', ['first', 'second']],
    ['texts[value eq "a" or value eq "c"]', ['first', 'second']],
    ['texts[value eq "a" and value eq "b"]', []],
    ['exacts eq "A"', ['first']],
    ['exacts ne "A"', ['first', 'none', 'second']],
    ['moments eq "2026-01-01T01:00:00+01:00"', ['first']],
    ['flags eq true', ['first']],
    ['wholes gt 4', ['first', 'second']],
    ['wholes[value gt 4 and value lt 10]', ['second']],
    ['measures eq 0.30000000000000004', ['first']],
    ['blobs co "AEC"', ['first']],
    ['links sw "https:"', ['first']],
    ['record.whole eq 1', ['first']],
    ['record.texts eq "X"', ['first']],
    ['record.wholes gt 2', ['first']],
    ['record[texts eq "y" and whole eq 1]', ['first']],
    ['records.texts eq "y"', ['first']],
    ['records[texts eq "y" and type eq "work"]', []],
    ['records[texts eq "y" and type eq "home"]', ['first']],
    ['records eq "s"', ['first']],
    ['records.primary eq true', ['first']],
  ])('FIL-02 FIL-05 FIL-07 FIL-09 FIL-10 FIL-19 %s', async (filter, expected) => {
    const wanted = expected.map((name) => names[name]).sort();
    const full = filter.replace(/^(not \()?/, `$1${VALUES}:`);
    expect(await namesWhere(client, '/Users', full)).toEqual(wanted);
    const upper = filter.replace(/^(not \()?/, `$1${VALUES.toUpperCase()}:`);
    expect(await namesWhere(client, '/Users', upper)).toEqual(wanted);
    const search = await client.post('/Users/.search', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      filter: full,
    });
    expect(search.body.totalResults).toBe(wanted.length);
  });

  it('FIL-20 an attribute without its URN is found where one schema has it, and refused where two have', async () => {
    expect(await namesWhere(client, '/Users', 'whole eq 9')).toEqual([names.second]);
    const answer = await client.get(`/Users?filter=${encodeURIComponent('text eq "q"')}`);
    expectRefusal(answer, 400, 'invalidFilter', /urn:example:schemas:access.*urn:example:schemas:values/);
    expect(await namesWhere(client, '/Users', `${ACCESS}:text eq "q"`)).toEqual([names.first]);
  });

  it('FIL-23 schemas tells who has an extension', async () => {
    expect(await namesWhere(client, '/Users', `schemas eq "${VALUES}"`)).toEqual(
      [names.first, names.second].sort(),
    );
  });

  it.each<[string, string]>([
    ['whole eq "0"', 'invalidFilter'],
    ['flag gt true', 'invalidFilter'],
    ['blob gt "A"', 'invalidFilter'],
    ['record eq "x"', 'invalidFilter'],
    ['texts[type eq "x"]', 'invalidFilter'],
    ['whole[value eq 0]', 'invalidFilter'],
    ['record.texts[value eq "x"]', 'invalidFilter'],
    ['moment eq "noon"', 'invalidFilter'],
  ])('FIL-03 FIL-12 refuses %s', async (filter, scimType) => {
    const answer = await client.get(`/Users?filter=${encodeURIComponent(`${VALUES}:${filter}`)}`);
    expectRefusal(answer, 400, scimType, /column/);
  });

  it('FIL-21 the root finds users by what groups lack', async () => {
    const answer = await client.get(`/?filter=${encodeURIComponent(`${VALUES}:whole eq 9`)}`);
    expect((answer.body.Resources as { userName: string }[]).map(({ userName }) => userName)).toEqual([
      names.second,
    ]);
  });
});

describe('sorting', () => {
  let client: ScimClient;
  const order = ['one', 'two', 'three', 'none'];

  beforeAll(async () => {
    client = await (await application.company()).client('strict');
    const values = [
      {
        text: 'a',
        exact: 'Z',
        whole: 9,
        measure: 9.5,
        moment: '2026-01-01T05:00:00+05:00',
        texts: ['a', 'z'],
      },
      { text: 'B', exact: 'a', whole: 10, measure: 10.25, moment: '2026-01-01T00:00:01Z', texts: ['b', 'a'] },
      { text: 'c', exact: 'b', whole: 100, measure: 1e15, moment: '2026-01-01T00:00:02', texts: ['C'] },
    ].map((single, index) => ({
      ...single,
      wholes: [single.whole, -index],
      flags: [index > 0, index === 0],
      record: { whole: single.whole, texts: single.texts },
      records: [
        { value: 'x', whole: 50 - index, texts: single.texts },
        { value: 'y', whole: single.whole, primary: true, texts: single.texts },
      ],
    }));
    for (const [index, extension] of [...values.entries()].reverse()) {
      await client.post('/Users', userBody({ userName: order[index], [VALUES]: extension }));
    }
    await client.post('/Users', userBody({ userName: 'none' }));
  });

  const namesIn = (answer: ScimAnswer): string[] =>
    (answer.body.Resources as { userName: string }[]).map(({ userName }) => userName);

  it.each([
    'text',
    'exact',
    'whole',
    'measure',
    'moment',
    'texts',
    'wholes',
    'record.whole',
    'record.texts',
    'records.whole',
    'records.texts',
  ])('SORT-03 SORT-04 SORT-05 SORT-06 SORT-07 by %s', async (name) => {
    const path = `/Users?sortBy=${VALUES}:${name}`;
    expect(namesIn(await client.get(path))).toEqual(order);
    expect(namesIn(await client.get(`${path}&sortOrder=descending`))).toEqual([...order].reverse());
  });

  it('SORT-05 several booleans go by the first', async () => {
    expect(namesIn(await client.get(`/Users?sortBy=${VALUES}:flags`))[0]).toBe('one');
  });

  it('CUR-01 pages by cursor in that order', async () => {
    for (const name of ['whole', 'moment', 'texts', 'record.texts']) {
      const path = `/Users?sortBy=${VALUES}:${name}`;
      const all = (await client.get(path)).body.Resources as { id: string }[];
      expect(idsOn(await walk(client, { path: `${path}&count=1` }))).toEqual(all.map(({ id }) => id));
    }
  });

  it('SORT-08 SORT-11 refuses what has no order or is never returned', async () => {
    for (const name of [`${VALUES}:record`, `${ACCESS}:hidden`, `${ACCESS}:pin`, `${ACCESS}:vault`, 'text']) {
      expectRefusal(await client.get(`/Users?sortBy=${name}`), 400, 'invalidValue', /sortBy/);
    }
  });
});

describe('PATCH', () => {
  it('PAT-39 PAT-40 the first attribute brings the extension, the last one takes it away', async () => {
    const { id } = (await strict.post('/Users', userBody())).body;
    const added = await patch(id, 'add', `${VALUES}:record.whole`, 3);
    expect(added.body).toMatchObject({ schemas: [USER, VALUES], [VALUES]: { record: { whole: 3 } } });
    const removed = await patch(id, 'remove', `${VALUES}:record.whole`);
    expect(removed.body.schemas).toEqual([USER]);
    expect(removed.body).not.toHaveProperty([VALUES]);
  });

  it.each<[string, string, unknown, Part, Part]>([
    ['add', ':texts', ['c', 'A'], { texts: ['a'] }, { texts: ['a', 'c'] }],
    ['add', ':exacts', ['A'], { exacts: ['a'] }, { exacts: ['a', 'A'] }],
    ['add', ':wholes', 2, { wholes: [1] }, { wholes: [1, 2] }],
    ['replace', ':texts', ['b'], { texts: ['a'] }, { texts: ['b'] }],
    ['remove', ':texts[value eq "A"]', undefined, { texts: ['a', 'b'] }, { texts: ['b'] }],
    ['remove', ':texts', ['A'], { texts: ['a', 'b'] }, { texts: ['b'] }],
    ['replace', ':wholes[value lt 2]', 7, { wholes: [1, 2] }, { wholes: [7, 2] }],
    [
      'remove',
      ':moments[value lt "2026-06-01T00:00:00Z"]',
      undefined,
      { moments: ['2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'] },
      { moments: ['2027-01-01T00:00:00Z'] },
    ],
    ['remove', ':flags[value eq true]', undefined, { flags: [true, false] }, { flags: [false] }],
    ['add', ':record', { whole: 2 }, { record: { text: 'a' } }, { record: { text: 'a', whole: 2 } }],
    ['replace', ':record.measure', 0.5, { record: { text: 'a' } }, { record: { text: 'a', measure: 0.5 } }],
    ['add', ':record.texts', 'b', { record: { texts: ['a'] } }, { record: { texts: ['a', 'b'] } }],
    ['remove', ':record.texts', ['a'], { record: { texts: ['a', 'b'] } }, { record: { texts: ['b'] } }],
    [
      'add',
      ':records[whole eq 1].texts',
      ['b'],
      { records: [{ whole: 1, texts: ['a'] }, { whole: 2 }] },
      { records: [{ whole: 1, texts: ['a', 'b'] }, { whole: 2 }] },
    ],
    [
      'replace',
      ':records[value eq "a"].moment',
      '2026-01-01T00:00:00Z',
      { records: [{ value: 'a' }] },
      { records: [{ value: 'a', moment: '2026-01-01T00:00:00Z' }] },
    ],
    [
      'replace',
      ':records[value eq "b"].primary',
      true,
      { records: [{ value: 'a', primary: true }, { value: 'b' }] },
      {
        records: [
          { value: 'a', primary: false },
          { value: 'b', primary: true },
        ],
      },
    ],
    ['replace', ':text', null, { text: 'a', whole: 1 }, { whole: 1 }],
  ])('PAT-08 PAT-16 PAT-22 PAT-23 PAT-31 %s %s %j', async (op, path, value, before, after) => {
    const id = await userWith(VALUES, before);
    const answer = await patch(id, op, VALUES + path, value);
    expect([answer.status, answer.body[VALUES]]).toEqual([200, after]);
    expect(await read(id, VALUES)).toEqual(after);
  });

  it('PAT-17 PAT-18 what is there already changes nothing', async () => {
    const id = await userWith(VALUES, { texts: ['a'], record: { texts: ['b'] } });
    const { etag } = (await strict.get(`/Users/${id}`)).headers;
    const answer = await strict.patch(`/Users/${id}`, [
      { op: 'add', path: `${VALUES}:texts`, value: ['A'] },
      { op: 'add', path: `${VALUES}:record.texts`, value: ['B'] },
      { op: 'remove', path: `${VALUES}:texts[value eq "x"]` },
    ]);
    expect([answer.status, answer.headers.etag]).toEqual([200, etag]);
  });

  it('PAT-10 PAT-32 refuses what does not exist', async () => {
    const id = await userWith(VALUES, { texts: ['a'] });
    expectRefusal(await patch(id, 'add', `${VALUES}:wrong`, 1), 400, 'invalidPath');
    expectRefusal(await patch(id, 'add', `${VALUES}:record.wrong`, 1), 400, 'invalidPath');
    expectRefusal(await patch(id, 'replace', `${VALUES}:texts[value eq "b"]`, 'c'), 400, 'noTarget');
  });

  it('an attribute called manager or password of another extension is nothing special', async () => {
    const manager = { value: 'x', $ref: '../Users/x', displayName: 'X' };
    const id = await userWith(ACCESS, { manager, password: 'p' });
    expect(await read(id, ACCESS)).toEqual({ manager, password: 'p' });
    expect(await namesWhere(strict, '/Users', `${ACCESS}:manager.displayName eq "x"`)).toHaveLength(1);
    expect(await namesWhere(strict, '/Users', `${ACCESS}:password eq "P"`)).toHaveLength(1);
  });

  it('BULK-01 operations of a bulk job do the same', async () => {
    const { id } = (await strict.post('/Users', userBody())).body;
    const answer = await strict.post('/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [
        { method: 'POST', path: '/Users', bulkId: 'a', data: userBody({ [VALUES]: { wholes: [1] } }) },
        {
          method: 'PATCH',
          path: `/Users/${id}`,
          data: {
            schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
            Operations: [{ op: 'add', path: `${VALUES}:links`, value: ['bulkId:a'] }],
          },
        },
        { method: 'POST', path: '/Users', bulkId: 'b', data: userBody({ [CONTRACT]: { note: 'x' } }) },
      ],
    });
    const [made, changed, refused] = answer.body.Operations as ScimAnswer['body'][];
    expect([made.status, changed.status, refused.status]).toEqual(['201', '200', '400']);
    expect(refused.response).toMatchObject({ scimType: 'invalidValue' });
    expect(await read(id, VALUES)).toEqual({ links: [String(made.location).split('/').at(-1)] });
  });
});

describe('mutability', () => {
  const HIRED = {
    hireId: 'Ab1',
    hireMoment: '2026-01-01T00:00:00Z',
    hireCodes: ['a', 'B'],
    hireRecord: { place: 'X', room: 1 },
    desk: { number: 1, lamp: 'l' },
  };
  /** The same values, in other words where these do not count. */
  const MATCHING = {
    hireId: 'aB1',
    hireMoment: '2026-01-01T01:00:00+01:00',
    hireCodes: ['b', 'A'],
    hireRecord: { room: 1, place: 'x' },
    desk: { number: 1, lamp: 'm' },
  };
  const KEPT = { ...HIRED, desk: { number: 1, lamp: 'm' } };

  it.each(['PUT', 'PATCH'])(
    'CHAR-03 PUT-08 PAT-38 immutable: %s sets it once and then matches',
    async (method) => {
      const { id, userName } = (await strict.post('/Users', userBody())).body;
      const write = (extension: Part): Promise<ScimAnswer> =>
        method === 'PUT'
          ? strict.put(`/Users/${id}`, { schemas: [USER], userName, [ACCESS]: extension })
          : strict.patch(`/Users/${id}`, [{ op: 'add', value: { [ACCESS]: extension } }]);
      expect((await write(HIRED)).body[ACCESS]).toEqual(HIRED);
      expect((await write(MATCHING)).body[ACCESS]).toEqual(KEPT);
      for (const [name, value] of Object.entries({
        hireId: 'x',
        hireMoment: '2026-01-01T00:00:01Z',
        hireCodes: ['a', 'c'],
        hireRecord: { place: 'X', room: 2 },
        desk: { number: 2 },
      })) {
        const place = new RegExp(`${ACCESS.replaceAll('.', '\\.')}:${name}.*immutable`);
        expectRefusal(await write({ ...MATCHING, [name]: value }), 400, 'mutability', place);
      }
      expect(await read(id, ACCESS)).toEqual(KEPT);
    },
  );

  it('PUT-08 what a PUT leaves out stays', async () => {
    const id = await userWith(ACCESS, HIRED);
    const { userName } = (await strict.get(`/Users/${id}`)).body;
    const answer = await strict.put(`/Users/${id}`, { schemas: [USER], userName, [ACCESS]: { bare: 'b' } });
    expect(answer.body[ACCESS]).toEqual({ bare: 'b', ...HIRED, desk: { number: 1 } });
    const without = await strict.put(`/Users/${id}`, { schemas: [USER], userName });
    expect(without.body[ACCESS]).toEqual({ ...HIRED, desk: { number: 1 } });
  });

  it.each<[string, string, unknown]>([
    ['remove', ':hireId', undefined],
    ['remove', ':hireCodes[value eq "a"]', undefined],
    ['remove', ':hireCodes', ['a']],
    ['add', ':hireCodes', ['c']],
    ['replace', ':hireRecord.room', 2],
    ['remove', ':hireRecord.room', undefined],
    ['remove', ':hireRecord', undefined],
    ['remove', ':desk.number', undefined],
    ['remove', ':desk', undefined],
    ['remove', '', undefined],
    ['replace', ':keys[value eq "k"].code', 'd'],
    ['remove', ':keys[value eq "k"].code', undefined],
    ['add', ':keys', [{ value: 'k', code: 'd' }]],
  ])('PAT-38 %s %s %j is refused', async (op, path, value) => {
    const id = await userWith(ACCESS, { ...HIRED, keys: [{ value: 'k', code: 'c' }] });
    expectRefusal(await patch(id, op, ACCESS + path, value), 400, 'mutability', /immutable/);
  });

  it('PAT-38 what is not immutable beside it can be changed', async () => {
    const id = await userWith(ACCESS, { ...HIRED, keys: [{ value: 'k', code: 'c' }] });
    const answer = await strict.patch(`/Users/${id}`, [
      { op: 'replace', path: `${ACCESS}:desk.lamp`, value: 'm' },
      { op: 'add', path: `${ACCESS}:keys`, value: [{ value: 'k', note: 'n' }] },
      { op: 'replace', path: `${ACCESS}:keys[value eq "k"].code`, value: 'C' },
    ]);
    expect(answer.body[ACCESS]).toMatchObject({
      desk: { number: 1, lamp: 'm' },
      keys: [{ value: 'k', code: 'c', note: 'n' }],
    });
    expect((await patch(id, 'remove', `${ACCESS}:keys[value eq "k"]`)).status).toBe(200);
  });

  it('CHAR-02 PAT-36 readOnly: no client writes it', async () => {
    const sent = { bare: 'b', issued: '2026-01-01T00:00:00Z' };
    const id = await userWith(ACCESS, sent);
    expect(await read(id, ACCESS)).toEqual({ bare: 'b' });
    const { userName } = (await strict.get(`/Users/${id}`)).body;
    const replaced = await strict.put(`/Users/${id}`, { schemas: [USER], userName, [ACCESS]: sent });
    expect(replaced.body[ACCESS]).toEqual({ bare: 'b' });
    const path = `${ACCESS}:issued`;
    expectRefusal(await patch(id, 'add', path, sent.issued), 400, 'mutability', /read-only/);
    expectRefusal(await patch(id, 'remove', path), 400, 'mutability', /read-only/);
    const claim = await strict.patch(`/Users/${id}`, [{ op: 'add', value: { [ACCESS]: sent } }]);
    expectRefusal(claim, 400, 'mutability', /read-only/);
    expect((await lenient.patch(`/Users/${id}`, [{ op: 'add', value: { [ACCESS]: sent } }])).status).toBe(
      200,
    );
    expect(await read(id, ACCESS)).toEqual({ bare: 'b' });
  });
});

describe('what is returned', () => {
  const SECRETS = {
    pin: 'secret-1',
    hidden: 'secret-2',
    hiddens: ['secret-3'],
    vault: { label: 'l', value: 'secret-4' },
  };

  it('CHAR-04 ATT-09 CRE-22 writeOnly and never: stored, and in no answer', async () => {
    const created = await strict.post('/Users', userBody({ [ACCESS]: { ...SECRETS, bare: 'b' } }));
    const { id, userName } = created.body;
    expect(created.body[ACCESS]).toEqual({ bare: 'b', vault: { label: 'l' } });
    const names = ['pin', 'hidden', 'hiddens', 'vault.value', 'vault'].map((name) => `${ACCESS}:${name}`);
    const answers = [
      created,
      await strict.get(`/Users/${id}`),
      await strict.get(`/Users/${id}?attributes=${names.join(',')},${ACCESS}`),
      await strict.get(`/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}`),
      await strict.put(`/Users/${id}`, { schemas: [USER], userName, [ACCESS]: { ...SECRETS, bare: 'b' } }),
      await patch(id, 'replace', `${ACCESS}:pin`, 'secret-1'),
    ];
    for (const { text, status } of answers) {
      expect(status).toBeLessThan(300);
      expect(text).not.toContain('secret');
    }
    const { rows } = await lookUp('SELECT attributes -> $1 AS kept FROM users WHERE user_name_key = $2', [
      ACCESS,
      userName,
    ]);
    expect(rows).toEqual([{ kept: { ...SECRETS, bare: 'b' } }]);
  });

  it.each(['pin', 'hidden', 'hiddens', 'vault.value', 'vault'])(
    'FIL-28 %s can be asked by no filter',
    async (name) => {
      for (const filter of [`${ACCESS}:${name} eq "secret"`, `${ACCESS}:${name} sw "s"`]) {
        expectRefusal(await strict.get(`/Users?filter=${encodeURIComponent(filter)}`), 400, 'invalidFilter');
      }
    },
  );

  it('FIL-28 nor inside brackets, where a PATCH has a filter either', async () => {
    const filter = encodeURIComponent(`${ACCESS}:vault[value eq "x"]`);
    expectRefusal(await strict.get(`/Users?filter=${filter}`), 400, 'invalidFilter');
  });

  const ASKED = {
    asked: 'a',
    askeds: [1],
    askedRecord: { place: 'x', room: 1 },
    mixed: { plain: 'p', asked: 'q' },
  };

  it('ATT-08 ATT-13 request: where attributes names it, and nowhere else', async () => {
    const id = await userWith(ACCESS, { ...ASKED, bare: 'b' });
    expect(await read(id, ACCESS)).toEqual({ bare: 'b', mixed: { plain: 'p' } });
    expect(await read(id, ACCESS, '?excludedAttributes=userName')).toEqual({
      bare: 'b',
      mixed: { plain: 'p' },
    });
    expect(await read(id, ACCESS, `?attributes=${ACCESS}:asked`)).toEqual({ asked: 'a' });
    expect(await read(id, ACCESS, `?attributes=${ACCESS}:askedRecord.room,askeds`)).toEqual({
      askeds: [1],
      askedRecord: { room: 1 },
    });
    expect(await read(id, ACCESS, `?attributes=${ACCESS}:mixed.asked`)).toEqual({ mixed: { asked: 'q' } });
    const listed = await strict.get(`/Users?attributes=${ACCESS}:asked&filter=id%20eq%20%22${id}%22`);
    expect(listed.body.Resources[0][ACCESS]).toEqual({ asked: 'a' });
  });

  it('CRE-22 request: in the answer to the write that sent it', async () => {
    const created = await strict.post('/Users', userBody({ [ACCESS]: { ...ASKED, bare: 'b' } }));
    expect(created.body[ACCESS]).toEqual({ ...ASKED, bare: 'b' });
    const { id, userName } = created.body;
    const without = await strict.put(`/Users/${id}`, { schemas: [USER], userName, [ACCESS]: { bare: 'c' } });
    expect(without.body[ACCESS]).toEqual({ bare: 'c' });
    const put = await strict.put(`/Users/${id}`, { schemas: [USER], userName, [ACCESS]: ASKED });
    expect(put.body[ACCESS]).toEqual(ASKED);
    const one = await patch(id, 'replace', `${ACCESS}:asked`, 'z');
    expect(one.body[ACCESS]).toEqual({ asked: 'z', mixed: { plain: 'p' } });
    const part = await patch(id, 'replace', `${ACCESS}:askedRecord.room`, 2);
    expect(part.body[ACCESS]).toEqual({ askedRecord: { place: 'x', room: 2 }, mixed: { plain: 'p' } });
    const mixed = await strict.patch(`/Users/${id}`, [
      { op: 'add', value: { [ACCESS]: { mixed: { asked: 'r' } } } },
    ]);
    expect(mixed.body[ACCESS]).toEqual({ mixed: { plain: 'p', asked: 'r' } });
    const removed = await patch(id, 'remove', `${ACCESS}:asked`);
    expect(removed.body[ACCESS]).toEqual({ mixed: { plain: 'p' } });
  });

  it('CRE-22 ATT-01 what attributes and excludedAttributes say goes first', async () => {
    const body = userBody({ [ACCESS]: ASKED });
    const only = await strict.post('/Users?attributes=userName', body);
    expect(only.body).not.toHaveProperty([ACCESS]);
    const except = await strict.put(
      `/Users/${only.body.id}?excludedAttributes=${ACCESS}:asked,${ACCESS}:askedRecord.place`,
      body,
    );
    const { asked: _asked, ...rest } = ASKED;
    expect(except.body[ACCESS]).toEqual({ ...rest, askedRecord: { room: 1 } });
  });

  it('ATT-10 always: whatever a request excludes or asks for', async () => {
    const id = await userWith(ACCESS, { shown: 's', bare: 'b' });
    expect(await read(id, ACCESS, `?excludedAttributes=${ACCESS}:shown,${ACCESS}`)).toEqual({ shown: 's' });
    expect(await read(id, ACCESS, '?attributes=userName')).toEqual({ shown: 's' });
  });

  it('ATT-04 ATT-05 ATT-16 sub-attributes and whole extensions', async () => {
    const id = await userWith(VALUES, {
      text: 'a',
      record: { whole: 1, texts: ['x'] },
      records: [{ value: 'v', texts: ['y'] }],
    });
    expect(await read(id, VALUES, `?attributes=${VALUES}:record.texts,${VALUES}:records.texts`)).toEqual({
      record: { texts: ['x'] },
      records: [{ texts: ['y'] }],
    });
    expect(await read(id, VALUES, `?excludedAttributes=${VALUES}:record.texts,${VALUES}:records`)).toEqual({
      text: 'a',
      record: { whole: 1 },
    });
    expect(await read(id, VALUES, `?attributes=${VALUES.toUpperCase()}`)).toMatchObject({ text: 'a' });
  });

  it.each(['iam/directory/oud/scim/v1', 'provisioning/generic/v2'])('%s tells no more', async (path) => {
    const company = await application.company();
    const writer = await company.client('strict');
    const extension = { ...SECRETS, ...ASKED, bare: 'seen' };
    const { id } = (await writer.post('/Users', userBody({ [ACCESS]: extension }))).body;
    const reader = application.scim(await company.token('lenient'), `${application.origin}/${path}`);
    const { text } = await reader.get('/Users');
    expect(text).toContain(id);
    expect(text).toContain('seen');
    expect(text).not.toMatch(/secret|"asked/);
  });
});

describe('what is required', () => {
  it('CHAR-01 an extension has what it requires, or is not there', async () => {
    const missing = new RegExp(`${CONTRACT.replaceAll('.', '\\.')}:number: is required`);
    const post = await strict.post('/Users', userBody({ [CONTRACT]: { note: 'n' } }));
    expectRefusal(post, 400, 'invalidValue', missing);
    const { id, userName } = (await strict.post('/Users', userBody())).body;
    const put = await strict.put(`/Users/${id}`, { schemas: [USER], userName, [CONTRACT]: { note: 'n' } });
    expectRefusal(put, 400, 'invalidValue', missing);
    expectRefusal(await patch(id, 'add', `${CONTRACT}:note`, 'n'), 400, 'invalidValue', missing);
    expect(await read(id, CONTRACT)).toBeUndefined();
    const both = await strict.patch(`/Users/${id}`, [
      { op: 'add', path: `${CONTRACT}:note`, value: 'n' },
      { op: 'add', path: `${CONTRACT}:number`, value: '1' },
    ]);
    expect(both.body[CONTRACT]).toEqual({ number: '1', note: 'n' });
    expectRefusal(await patch(id, 'remove', `${CONTRACT}:number`), 400, 'mutability', /required/);
    expectRefusal(await patch(id, 'replace', `${CONTRACT}:number`, null), 400, 'invalidValue', /required/);
    expect((await patch(id, 'remove', CONTRACT)).body).not.toHaveProperty([CONTRACT]);
  });

  it('CHAR-01 so has a complex value', async () => {
    const id = await userWith(CONTRACT, { number: '1', seat: { floor: 1 }, parties: [{ value: 'a' }] });
    const seat = /seat\.floor: is required/;
    const post = await strict.post('/Users', userBody({ [CONTRACT]: { number: '1', seat: { side: 'l' } } }));
    expectRefusal(post, 400, 'invalidValue', seat);
    expectRefusal(await patch(id, 'remove', `${CONTRACT}:seat.floor`), 400, 'mutability', seat);
    expect((await patch(id, 'remove', `${CONTRACT}:seat`)).status).toBe(200);
    expectRefusal(await patch(id, 'add', `${CONTRACT}:seat.side`, 'l'), 400, 'invalidValue', seat);
    const parties = /parties(\[0\])?\.value: is required/;
    expectRefusal(
      await patch(id, 'add', `${CONTRACT}:parties`, [{ role: 'r' }]),
      400,
      'invalidValue',
      parties,
    );
    const created = await patch(id, 'add', `${CONTRACT}:parties[role eq "x"].role`, 'x');
    expectRefusal(created, 400, 'invalidValue', parties);
    expectRefusal(await patch(id, 'remove', `${CONTRACT}:parties.value`), 400, 'mutability', parties);
  });

  it('DISC-17 a group without a required extension is refused', async () => {
    const without = { schemas: [GROUP], displayName: unique('Group') };
    const missing = new RegExp(`${COST.replaceAll('.', '\\.')}: is required`);
    expectRefusal(await strict.post('/Groups', without), 400, 'invalidValue', missing);
    expectRefusal(await lenient.post('/Groups', without), 400, 'invalidValue', missing);
    const { id } = (await strict.post('/Groups', groupBody())).body;
    expectRefusal(await strict.put(`/Groups/${id}`, without), 400, 'invalidValue', missing);
  });

  it('DISC-17 PAT-25 nor can a PATCH take it away', async () => {
    const { id } = (await strict.post('/Groups', groupBody())).body;
    for (const path of [COST, `${COST}:center`]) {
      const answer = await strict.patch(`/Groups/${id}`, [{ op: 'remove', path }]);
      expectRefusal(answer, 400, 'mutability', /required/);
    }
    expect((await strict.get(`/Groups/${id}`)).body[COST]).toEqual({ center: 'C1' });
  });
});

describe('groups', () => {
  it('CHAR-19 have theirs, beside members', async () => {
    const { id: member } = (await strict.post('/Users', userBody())).body;
    const extension = { ...SINGLE, ...PLURAL };
    const body = groupBody({ [GROUP_VALUES]: extension, members: [{ value: member }] });
    const created = await strict.post('/Groups', body);
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ [GROUP_VALUES]: extension, [COST]: { center: 'C1' } });
    const { id, displayName } = created.body;
    const patched = await strict.patch(`/Groups/${id}?attributes=members,${GROUP_VALUES}:wholes`, [
      { op: 'add', path: `${GROUP_VALUES}:wholes`, value: [5] },
      { op: 'remove', path: `members[value eq "${member}"]` },
    ]);
    expect(patched.body[GROUP_VALUES]).toEqual({ wholes: [...PLURAL.wholes, 5] });
    expect(patched.body.members).toEqual([]);
    for (const filter of ['wholes eq 5', 'exacts eq "A"', 'flag eq false', 'texts[value eq "B"]']) {
      expect(await namesWhere(strict, '/Groups', `${GROUP_VALUES}:${filter}`)).toEqual([displayName]);
    }
    const sorted = await strict.get(`/Groups?sortBy=${GROUP_VALUES}:measure&sortOrder=ascending`);
    expect(sorted.body.Resources[0].id).toBe(id);
  });
});

interface Published {
  readonly name: string;
  readonly type: string;
  readonly multiValued: boolean;
  readonly mutability: string;
  readonly returned: string;
  readonly caseExact?: boolean;
  readonly subAttributes?: readonly Published[];
}

const SAMPLES: Readonly<Record<string, unknown>> = {
  string: 'Sample',
  reference: 'https://host/Sample',
  binary: 'U2FtcGxl',
  dateTime: '2026-05-05T05:05:05Z',
  boolean: true,
  integer: 5,
  decimal: 5.5,
};

function sampleOf({ type, multiValued, subAttributes = [] }: Published): unknown {
  const parts = subAttributes.filter(({ mutability }) => mutability !== 'readOnly');
  const one =
    type === 'complex' ? Object.fromEntries(parts.map((part) => [part.name, sampleOf(part)])) : SAMPLES[type];
  return multiValued ? [one] : one;
}

/** What is seen of a value by a client that asks for nothing. */
function seenOf(attribute: Published, value: unknown): unknown {
  if (
    attribute.returned === 'never' ||
    attribute.returned === 'request' ||
    attribute.mutability === 'readOnly'
  ) {
    return undefined;
  }
  if (attribute.type !== 'complex') return value;
  const seen = (element: unknown): unknown =>
    Object.fromEntries(
      Object.entries(element as Part).flatMap(([name, part]) => {
        const definition = attribute.subAttributes?.find((candidate) => candidate.name === name);
        const shown = definition && seenOf(definition, part);
        return shown === undefined ? [] : [[name, shown]];
      }),
    );
  return attribute.multiValued ? (value as unknown[]).map(seen) : seen(value);
}

describe('a probe for each published attribute', () => {
  it.each([VALUES, ACCESS])('DISC-11 %s behaves as /Schemas says', async (urn) => {
    const client = await (await application.company()).client('strict');
    const attributes = (await client.get(`/Schemas/${urn}`)).body.attributes as Published[];
    expect(attributes.length).toBeGreaterThan(15);
    for (const attribute of attributes) {
      const { name, type, mutability, returned } = attribute;
      const sample = sampleOf(attribute);
      const created = await client.post('/Users', userBody({ [urn]: { [name]: sample } }));
      const { id } = created.body;
      const seen = seenOf(attribute, sample);
      const { body } = await client.get(`/Users/${id}`);
      expect([name, body[urn]]).toEqual([name, seen === undefined ? undefined : { [name]: seen }]);
      const asked = (await client.get(`/Users/${id}?attributes=${urn}:${name}`)).body[urn];
      const isTold = returned !== 'never' && mutability !== 'readOnly';
      expect([name, asked !== undefined]).toEqual([name, isTold]);
      const patched = await client.patch(`/Users/${id}`, [
        { op: 'replace', path: `${urn}:${name}`, value: sample },
      ]);
      expect([name, patched.status]).toEqual([name, mutability === 'readOnly' ? 400 : 200]);
      if (type === 'complex') continue;
      const [literal] = [sample].flat();
      const variant = typeof literal === 'string' && type !== 'dateTime' ? literal.toUpperCase() : literal;
      const answer = await client.get(
        `/Users?filter=${encodeURIComponent(`id eq "${id}" and ${urn}:${name} eq ${JSON.stringify(variant)}`)}`,
      );
      const counts = mutability !== 'readOnly' && (variant === literal || attribute.caseExact === false);
      expect([name, answer.status === 200 ? answer.body.totalResults : answer.status]).toEqual([
        name,
        returned === 'never' ? 400 : counts ? 1 : 0,
      ]);
    }
  });
});
