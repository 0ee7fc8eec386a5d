import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimAnswer } from '../../support/scim-client.js';
import { Caller, CALLERS, LENIENT_CALLERS } from './callers.js';
import { titled } from '../../support/titled.js';

const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

let application: TestApplication;
beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());

const idsIn = ({ status, body }: ScimAnswer): unknown => [status, body.Resources?.length];

describe.each(titled(CALLERS, 'name'))('%s', (_, kind) => {
  let caller: Caller;
  beforeAll(async () => {
    caller = await Caller.open(application, kind);
    for (const userName of ['ada', 'bob', 'cy']) await caller.user({ userName });
  });
  const get = (query: string): Promise<ScimAnswer> => caller.client.get(`/Users?${query}`);
  const ADA = `filter=${encodeURIComponent('userName eq "ada"')}`;

  it('a parameter in another case is read leniently and refused strictly, and never passed over', async () => {
    for (const name of ['Filter', 'FILTER', 'fILTER']) {
      const answer = await get(ADA.replace('filter', name));
      if (kind.lenient) expect([name, idsIn(answer)]).toEqual([name, [200, 1]]);
      else expect([name, answer.status]).toEqual([name, 400]);
    }
    const page = await get('COUNT=1&startindex=2');
    if (kind.lenient) expect(idsIn(page)).toEqual([200, 1]);
    else expect(page.status).toBe(400);
  });

  it('one in two spellings is one that is given twice', async () => {
    const { status } = await get(`${ADA}&${ADA.replace('filter', 'Filter')}`);
    expect(status).toBe(kind.surface === 'scaikey' && kind.lenient ? 200 : 400);
  });

  it('others are ignored in any case', async () => {
    expect(idsIn(await get('aadOptscim062020&Foo=bar&trailing'))).toEqual([200, 3]);
  });

  it('a filter that was joined to the URL wrongly is refused, since everybody would be listed', async () => {
    for (const query of [`?${ADA}`, `x/Users?${ADA}`, `count=9&amp;${ADA}`]) {
      const { status, text } = await get(query);
      expect([query, status]).toEqual([query, 400]);
      if (kind.surface !== 'strongdm') expect(text).toContain('filter: stands behind');
    }
    expect(idsIn(await get(`${ADA}&amp;filter=x`))).toEqual([200, 1]);
  });

  const readsEmpty = kind.lenient || kind.surface === 'scaikey';

  it(`an empty filter or order is ${readsEmpty ? 'none' : 'refused where it is read'}`, async () => {
    for (const query of [
      'filter=',
      'filter=&count=10',
      'sortBy=',
      'sortBy=&sortOrder=',
      'sortBy=userName&sortOrder=',
    ]) {
      const isRead = kind.surface !== 'strongdm' && (kind.surface !== 'oud' || query.includes('filter'));
      const { status } = await get(query);
      expect([query, status]).toEqual([query, readsEmpty || !isRead ? 200 : 400]);
    }
  });

  if (kind.surface === 'standard' || kind.surface === 'paradigm') {
    it('an empty number is none', async () => {
      for (const query of ['count=', 'startIndex='])
        expect([query, (await get(query)).status]).toEqual([query, 400]);
    });

    it(`a search with an empty filter or order is ${kind.lenient ? 'one without' : 'refused'}`, async () => {
      for (const part of [
        { filter: '' },
        { Filter: '' },
        { sortBy: '' },
        { sortBy: 'userName', sortOrder: '' },
      ]) {
        const { status } = await caller.client.post('/Users/.search', { schemas: [SEARCH], ...part });
        expect([part, status]).toEqual([part, kind.lenient ? 200 : 400]);
      }
    });

    it('a filter that was joined wrongly is ignored where nothing is listed', async () => {
      const id = await caller.user();
      const read = await caller.client.get(`/Users/${id}?x?filter=x`);
      const operation = { op: 'replace', path: 'title', value: 't' };
      const patched = await caller.client.patch(`/Users/${id}?x?filter=x`, [operation]);
      expect([read.status, patched.status]).toEqual([200, 200]);
    });

    it('attributes of an answer are chosen in any case by a lenient caller', async () => {
      const id = await caller.user();
      for (const path of [`/Users/${id}?Attributes=userName`, `/Users/${id}?excludedattributes=meta`]) {
        const { status, body } = await caller.client.get(path);
        expect([path, status]).toEqual([path, kind.lenient ? 200 : 400]);
        if (kind.lenient) expect(body.meta).toBeUndefined();
      }
      const operation = { op: 'replace', path: 'title', value: 't' };
      const patched = await caller.client.patch(`/Users/${id}?Attributes=title`, [operation]);
      expect(patched.status).toBe(kind.lenient ? 200 : 400);
      if (kind.lenient) expect(patched.body.userName).toBeUndefined();
      else expect((await caller.seen('Users', id)).title).toBeUndefined();
    });
  }

  if (kind.surface === 'standard') {
    it('holds for the root, for cursors and for discovery', async () => {
      const root = await caller.client.get(`/?${ADA.replace('filter', 'Filter')}`);
      expect(root.status).toBe(kind.lenient ? 200 : 400);
      if (kind.lenient) expect(root.body.totalResults).toBe(1);
      const cursor = await get('Cursor=&count=1');
      expect(cursor.status).toBe(kind.lenient ? 200 : 400);
      if (kind.lenient) expect(cursor.body.nextCursor).toEqual(expect.any(String));
      const rootSearch = await caller.client.post('/.search', { schemas: [SEARCH], filter: '' });
      expect(rootSearch.status).toBe(kind.lenient ? 200 : 400);
      const schemas = await caller.client.get('/Schemas?Filter=x');
      expect(schemas.status).toBe(403);
      expect((await caller.client.get('/Schemas?x?filter=x')).status).toBe(200);
      expect((await caller.client.get(`/?x?${ADA}`)).status).toBe(400);
    });
  }
});

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

describe.each(titled(LENIENT_CALLERS, 'name'))('%s reads the names that it reads in bodies', (_, kind) => {
  let caller: Caller;
  beforeAll(async () => {
    caller = await Caller.open(application, kind);
    for (const [userName, department] of [
      ['ada', 'b'],
      ['bob', 'a'],
      ['cy', 'urn:scim:schemas:extension:enterprise:1.0:User'],
    ]) {
      await caller.user({ userName, title: 'T', [ENTERPRISE]: { department, costCenter: 'c' } });
    }
  });
  const asked = async (parameters: Record<string, string>): Promise<ScimAnswer[]> => {
    const byUrl = await caller.client.get(`/Users?${new URLSearchParams(parameters).toString()}`);
    if (!caller.hasSearch) return [byUrl];
    const body: Record<string, unknown> = { ...parameters };
    for (const name of ['attributes', 'excludedAttributes'] as const) {
      if (parameters[name] !== undefined) body[name] = parameters[name].split(',');
    }
    return [byUrl, await caller.client.post('/Users/.search', { schemas: [SEARCH], ...body })];
  };
  const names = ({ status, body }: ScimAnswer): unknown => [
    status,
    body.Resources?.map(({ userName }: { userName: string }) => userName),
  ];

  it.each([
    'urn:scim:schemas:extension:enterprise:1.0:department',
    'urn:scim:schemas:extension:enterprise:2.0:User:department',
    `${ENTERPRISE}.department`,
  ])('%s', async (name) => {
    for (const answer of await asked({ filter: `${name} eq "a" and userName pr` })) {
      expect(names(answer)).toEqual([200, ['bob']]);
    }
    for (const answer of await asked({ sortBy: name })) {
      expect(names(answer)).toEqual([200, ['bob', 'ada', 'cy']]);
    }
    for (const answer of await asked({ filter: 'userName eq "ada"', attributes: `userName,${name}` })) {
      expect(answer.body.Resources[0][ENTERPRISE]).toEqual({ department: 'b' });
      expect(answer.body.Resources[0]).not.toHaveProperty('title');
    }
    for (const answer of await asked({ filter: 'userName eq "ada"', excludedAttributes: name })) {
      expect(answer.body.Resources[0][ENTERPRISE]).toEqual({ costCenter: 'c' });
    }
  });

  it('a value that looks like such a name is what it is', async () => {
    const department = 'urn:scim:schemas:extension:enterprise:1.0:User';
    for (const answer of await asked({ filter: `department eq "${department}"` })) {
      expect(names(answer)).toEqual([200, ['cy']]);
    }
  });

  it("one resource is shown by them, and a draft's URN of the core schema is all of it", async () => {
    const id = await caller.user({ title: 'T', [ENTERPRISE]: { department: 'b' } });
    const shown = async (query: string): Promise<ScimAnswer['body']> =>
      (await caller.client.get(`${caller.path('Users', id)}?${query}`)).body;
    expect(await shown(`excludedAttributes=${ENTERPRISE}.department`)).not.toHaveProperty([ENTERPRISE]);
    expect(await shown('attributes=urn:scim:schemas:core:1.0')).toHaveProperty('title', 'T');
  });
});

it('at the root, a name with the URN of users in a draft is of users alone', async () => {
  const [lenient] = LENIENT_CALLERS;
  const caller = await Caller.open(application, lenient!);
  await caller.user({ displayName: 'same' });
  await caller.group([], { displayName: 'same' });
  const listed = async (name: string): Promise<unknown> =>
    idsIn(await caller.client.get(`/?filter=${encodeURIComponent(`${name} eq "same"`)}`));
  expect(await listed('urn:scim:schemas:core:2.0:User:displayName')).toEqual([200, 1]);
  expect(await listed('urn:scim:schemas:core:1.0:displayName')).toEqual([200, 2]);
});

it('strictly, names are those of the schemas', async () => {
  const [, strict] = CALLERS;
  const { client } = await Caller.open(application, strict!);
  for (const name of ['urn:scim:schemas:extension:enterprise:1.0:department', `${ENTERPRISE}.department`]) {
    const answer = await client.get(`/Users?filter=${encodeURIComponent(`${name} eq "a"`)}`);
    expect([answer.status, answer.body.scimType]).toEqual([400, 'invalidFilter']);
    expect((await client.get(`/Users?sortBy=${name}`)).status).toBe(400);
  }
});
