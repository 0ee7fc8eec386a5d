import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimAnswer } from '../../support/scim-client.js';
import { NOBODY, unique } from '../standard/messages.js';
import { Caller, CALLERS, type Endpoint } from './callers.js';
import { titled } from '../../support/titled.js';

let application: TestApplication;
beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());

const OPERATION = [{ op: 'replace', path: 'displayName', value: '?' }];
const RENAME = [{ op: 'replace', value: { displayName: '?' } }];

describe.each(titled(CALLERS, 'name'))('%s', (_, kind) => {
  let caller: Caller;
  beforeAll(async () => {
    caller = await Caller.open(application, kind);
  });
  const patch = (endpoint: Endpoint, id: string, headers: Record<string, string>): Promise<ScimAnswer> => {
    const operations = kind.surface === 'strongdm' ? RENAME : OPERATION;
    const named = JSON.parse(JSON.stringify(operations).replace('?', unique())) as unknown;
    return caller.client.patch(caller.path(endpoint, id), named, headers);
  };
  /** All of them, each of which is to be refused. */
  const writes = (
    endpoint: Endpoint,
    id: string,
    headers: Record<string, string>,
  ): readonly Promise<ScimAnswer>[] => {
    const path = caller.path(endpoint, id);
    return [
      patch(endpoint, id, headers),
      caller.client.delete(path, headers),
      ...(kind.surface === 'paradigm' && endpoint === 'Groups'
        ? []
        : [caller.client.put(path, caller.body(endpoint, { emails: [{ value: 'a@x' }] }), headers)]),
    ];
  };

  it('empty elements of a list of tags are ignored', async () => {
    for (const tags of [',W/"1"', 'W/"1",', ' , "9", ,W/"1" ,']) {
      const id = await caller.group();
      const refused = await Promise.all(writes('Groups', id, { 'If-None-Match': tags }));
      for (const { status } of refused) expect([tags, status]).toEqual([tags, 412]);
      const path = caller.path('Groups', id);
      expect((await caller.client.delete(path, { 'If-Match': tags })).status).toBe(204);
    }
  });

  it('a list without tags matches nothing', async () => {
    const id = await caller.group();
    for (const tags of ['', ' , ']) {
      const headers = { 'If-Match': tags };
      for (const { status } of await Promise.all(writes('Groups', id, headers))) expect(status).toBe(412);
      expect((await patch('Groups', await caller.group(), { 'If-None-Match': tags })).status).toBeLessThan(
        300,
      );
    }
  });

  it('a malformed tag is 404 where there is nothing, and 400 where there is', async () => {
    for (const headers of [{ 'If-Match': '7' }, { 'If-None-Match': 'W/7' }, { 'If-Match': '"1" "2"' }]) {
      for (const endpoint of ['Users', 'Groups'] as const) {
        for (const { status } of await Promise.all(writes(endpoint, NOBODY, headers)))
          expect(status).toBe(404);
        const id = endpoint === 'Users' ? await caller.user() : await caller.group();
        for (const { status } of await Promise.all(writes(endpoint, id, headers))) expect(status).toBe(400);
        expect(await caller.seen(endpoint, id)).toMatchObject({ id, meta: { version: 'W/"1"' } });
      }
    }
  });

  if (kind.surface === 'standard' || kind.surface === 'paradigm' || kind.surface === 'scaikey') {
    it('a read with an empty element is answered 304 all the same', async () => {
      const id = await caller.group();
      for (const [tags, status] of [
        [',W/"1"', 304],
        ['W/"1",', 304],
        ['', 200],
        [',', 200],
      ] as const) {
        const answer = await caller.client.get(`/Groups/${id}`, { 'If-None-Match': tags });
        expect([tags, answer.status]).toEqual([tags, status]);
      }
    });
  }

  if (kind.surface === 'standard' || kind.surface === 'scaikey') {
    it('the version of a bulk operation is judged alike', async () => {
      const id = await caller.group();
      for (const version of ['7', '', 5]) {
        if (kind.surface === 'scaikey' && version === 5) continue;
        const path = `/Groups/${NOBODY}`;
        expect((await caller.inBulk({ method: 'DELETE', path, version })).status).toBe('404');
        const { status, response } = await caller.inBulk({
          method: 'DELETE',
          path: `/Groups/${id}`,
          version,
        });
        expect([status, response.scimType]).toEqual(['400', 'invalidValue']);
      }
      const found = await caller.inBulk({ method: 'DELETE', path: `/Groups/${id}`, version: ',W/"1",' });
      expect(found.status).toBe('204');
    });
  }
});

describe.each(
  titled(
    CALLERS.filter(({ surface }) => surface !== 'strongdm'),
    'name',
  ),
)('%s: schemas', (_, kind) => {
  const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

  it('a strict request that takes the core schema away is refused, a lenient one leaves it', async () => {
    const caller = await Caller.open(application, kind);
    const id = await caller.user();
    const before = await caller.seen('Users', id);
    const replaced = await caller.patch('Users', id, { op: 'replace', path: 'schemas', value: [ENTERPRISE] });
    expect(replaced.status).toBe(kind.lenient ? 200 : 400);
    if (!kind.lenient) expect(replaced.body.detail).toContain('schemas: lacks urn:');
    const added = await caller.patch('Users', id, { op: 'add', path: 'schemas', value: [ENTERPRISE] });
    expect(added.status).toBe(200);
    expect(await caller.seen('Users', id)).toEqual(before);
  });
});
