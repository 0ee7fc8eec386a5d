import { startTestApplication, type TestApplication } from '../../../support/application.js';
import { insertGroups, insertUsers } from '../../../support/insert-resources.js';
import { type ScimAnswer, type ScimClient } from '../../../support/scim-client.js';
import {
  createGroup,
  createUser,
  entryOf,
  expectRefusal,
  GROUP,
  LIST,
  memberIds,
  openDirectory,
  PATCH_OP,
  readGroup,
  SCIM_TYPE,
  unique,
  USER,
} from './oud.js';

let application: TestApplication;
beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());

type Entry = ScimAnswer['body'];

const list = async (client: ScimClient, path: string): Promise<Entry> => {
  const answer = await client.get(path);
  expect([answer.status, answer.headers['content-type']]).toEqual([200, SCIM_TYPE]);
  expect(Object.keys(answer.body).sort()).toEqual(['Resources', 'schemas', 'totalResults']);
  expect(answer.body.schemas).toBe(LIST);
  return answer.body;
};
const idsOf = ({ Resources }: Entry): string[] => Resources.map(({ id }: { id: string }) => id);

/** Runs a task this often, some at a time. */
async function times<T>(count: number, task: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  while (results.length < count) {
    const wave = Math.min(50, count - results.length);
    results.push(
      ...(await Promise.all(Array.from({ length: wave }, (_, index) => task(results.length + index)))),
    );
  }
  return results;
}

describe('GET /Groups', () => {
  it('of a company without groups is an empty wrapper', async () => {
    const { client } = await openDirectory(application);
    expect(await list(client, '/Groups')).toEqual({ schemas: LIST, Resources: [], totalResults: 0 });
  });

  it('lists everything, however much it is, each once and in the form of one entry', async () => {
    const { slug, client } = await openDirectory(application);
    const user = await createUser(client);
    const posted = await times(160, () => createGroup(client, { members: [user.id] }));
    const made = [
      ...posted.map(({ id }) => id as string),
      ...(await insertGroups(application.database, slug, 960)),
    ];
    const all = await list(client, '/Groups');
    expect(all.totalResults).toBe(1_120);
    expect(idsOf(all)).toEqual(made.sort());
    expect(all.Resources.filter((entry: Entry) => memberIds(entry).length === 1)).toHaveLength(160);
    expect(all.Resources[0]).toEqual(await readGroup(client, all.Resources[0].id));
    const part = await list(client, '/Groups?startIndex=11&count=1050');
    expect([part.totalResults, idsOf(part)]).toEqual([1_120, idsOf(all).slice(10, 1_060)]);
    const filtered = await list(client, `/Groups?filter=${encodeURIComponent(`members eq "${user.id}"`)}`);
    expect([filtered.totalResults, filtered.Resources.length]).toEqual([160, 160]);
    const wide = await list(client, `/Groups?filter=${encodeURIComponent('displayName pr')}`);
    expect(idsOf(wide)).toEqual(idsOf(all));
  }, 60_000);

  it('honours filter, startIndex and count, and tells the whole total beside a part', async () => {
    const { client } = await openDirectory(application);
    const made = await times(5, () => createGroup(client, { displayName: unique('Part') }));
    const ids = made.map(({ id }) => id as string).sort();
    const name = made[2]?.[GROUP].displayName as string;
    for (const attribute of ['displayName', `${GROUP}:displayName`]) {
      const path = `/Groups?filter=${encodeURIComponent(`${attribute} eq "${name.toUpperCase()}"`)}`;
      expect(await list(client, path)).toEqual({ schemas: LIST, Resources: [made[2]], totalResults: 1 });
    }
    const part = await list(client, '/Groups?startIndex=2&count=2');
    expect([part.totalResults, idsOf(part)]).toEqual([5, ids.slice(1, 3)]);
    const none = await list(client, '/Groups?count=0');
    expect([none.totalResults, idsOf(none)]).toEqual([5, []]);
    expect(idsOf(await list(client, '/Groups?startIndex=0&count=1'))).toEqual(ids.slice(0, 1));
    expect(idsOf(await list(client, '/Groups?startIndex=9'))).toEqual([]);
  });

  it.each([
    'filter=displayName',
    'filter=nonsense%20eq%20%22x%22',
    'filter=displayName%20eq%20007',
    'startIndex=x',
    'count=1.5',
    'count=1&count=2',
  ])('400 for %s', async (query) => {
    const { client } = await openDirectory(application);
    expectRefusal(await client.get(`/Groups?${query}`), 400);
  });

  it('holds no group of another company', async () => {
    const [own, other] = [await openDirectory(application), await openDirectory(application)];
    await createGroup(other.client);
    expect((await list(own.client, '/Groups')).totalResults).toBe(0);
  });
});

it('GET /Users lists everything in the form of one entry', async () => {
  const { client } = await openDirectory(application);
  const made = await times(3, () => createUser(client));
  const all = await list(client, '/Users');
  expect(all).toEqual({
    schemas: LIST,
    Resources: made.sort((one, two) => (one.id < two.id ? -1 : 1)),
    totalResults: 3,
  });
  const userName = made[1]?.[USER].userName[0].value as string;
  const found = await list(client, `/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}`);
  expect(idsOf(found)).toEqual([made[1]?.id]);
  expect(idsOf(await list(client, '/Users?startIndex=3&count=5'))).toEqual([made[2]?.id]);
});

it('a group of 2,500 members is made, read, patched and listed', async () => {
  const { slug, client } = await openDirectory(application);
  const users = await insertUsers(application.database, slug, 2_500);
  const [last = '', ...others] = [...users].reverse();
  const group = await createGroup(client, { members: others });
  expect(memberIds(group)).toHaveLength(2_499);
  const operation = { op: 'add', path: `${GROUP}:members`, value: [{ value: last }] };
  const message = { schemas: [PATCH_OP], Operations: [operation] };
  expect(memberIds(entryOf(await client.patch(`/Groups/${group.id}`, message), 200))).toEqual(users);
  const read = await readGroup(client, group.id);
  expect(memberIds(read)).toEqual(users);
  const small = await createGroup(client, { members: [last] });
  expect(await list(client, '/Groups')).toEqual({ schemas: LIST, Resources: [read, small], totalResults: 2 });
}, 120_000);
