import pg from 'pg';
import { vi } from 'vitest';
import { ExpiryWarnings } from '../../../src/access/expiry-warnings.js';
import { Administration } from '../../../src/administration/administration.js';
import { FeedPositions } from '../../../src/feed/feed-positions.js';
import { FeedWatch } from '../../../src/feed/feed-watch.js';
import { type Change } from '../../../src/feed/change.js';
import { RequestJournal } from '../../../src/scim/request-journal.js';
import { startTestApplication, type TestApplication, type TestCompany } from '../../support/application.js';
import { PlatformClient } from '../../support/platform-client.js';
import { type ScimClient } from '../../support/scim-client.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
/** A machine that stalls needs longer; no test waits for it to pass. */
const LONG = { timeout: 30_000 };

let service: TestApplication;
let administration: Administration;
let admin: pg.Client;
let all: PlatformClient;

beforeAll(async () => {
  service = await startTestApplication({ settings: { PLATFORM_RATE_LIMIT: '1000000', FEED_WAITERS: '12' } });
  administration = await Administration.open(service.database.url);
  admin = new pg.Client(service.database.adminUrl);
  await admin.connect();
  all = await clientFor(null);
});
afterAll(async () => {
  await admin.end();
  await administration.close();
  await service.close();
});

async function clientFor(companies: readonly string[] | null): Promise<PlatformClient> {
  const made = { name: 'sync', scopes: ['feed'] as const, companies, expires: null };
  return new PlatformClient(
    service,
    `Bearer ${(await administration.platformCredentials.issue(made)).secret}`,
  );
}

interface World {
  readonly company: TestCompany;
  readonly scim: ScimClient;
  /** Of a platform credential for the company alone. */
  readonly platform: PlatformClient;
  /** `/companies/<slug>/changes` */
  readonly path: string;
}

async function makeWorld(): Promise<World> {
  const company = await service.company();
  const platform = await clientFor([company.slug]);
  return { company, scim: await company.client(), platform, path: `/companies/${company.slug}/changes` };
}

const makeUser = async (scim: ScimClient, userName: string, rest: object = {}): Promise<string> =>
  ((await scim.post('/Users', { schemas: [USER], userName, ...rest })).body as { id: string }).id;
const makeGroup = async (
  scim: ScimClient,
  displayName: string,
  members: readonly string[] = [],
): Promise<string> => {
  const body = { schemas: [GROUP], displayName, members: members.map((value) => ({ value })) };
  return ((await scim.post('/Groups', body)).body as { id: string }).id;
};
const patch = (scim: ScimClient, path: string, ...Operations: readonly object[]): Promise<unknown> =>
  scim.patch(path, { schemas: [PATCH], Operations });

/** Reads changes behind a position until there are so many. */
async function follow(
  client: PlatformClient,
  path: string,
  count: number,
  after?: string,
): Promise<{ readonly changes: readonly Change[]; readonly next: string }> {
  const changes: Change[] = [];
  let next = after;
  while (changes.length < count) {
    const query = new URLSearchParams({
      wait: '5',
      limit: '1000',
      ...(next !== undefined && { after: next }),
    });
    const { status, body } = await client.get(`${path}?${query.toString()}`);
    expect([status, body.detail]).toEqual([200, undefined]);
    changes.push(...(body.changes as Change[]));
    next = body.next as string;
  }
  return { changes, next: next ?? '' };
}

describe('changes', () => {
  it('are told in their order, with what they are about', async () => {
    const { company, scim, platform, path } = await makeWorld();
    const ada = await makeUser(scim, 'ada', { displayName: 'Ada', externalId: 'e1' });
    const ben = await makeUser(scim, 'ben');
    const group = await makeGroup(scim, 'Finance', [ada]);
    await patch(scim, `/Groups/${group}`, { op: 'add', path: 'members', value: [{ value: ben }] });
    await patch(scim, `/Groups/${group}`, { op: 'remove', path: `members[value eq "${ada}"]` });
    await patch(scim, `/Groups/${group}`, { op: 'replace', path: 'displayName', value: 'Money' });
    await patch(scim, `/Users/${ada}`, { op: 'replace', path: 'title', value: 'Countess' });
    await patch(scim, `/Users/${ada}`, { op: 'replace', path: 'active', value: false });
    await patch(scim, `/Users/${ada}`, { op: 'replace', path: 'active', value: true });
    await scim.delete(`/Users/${ben}`);
    await scim.delete(`/Groups/${group}`);
    await service.lifecycle.suspendCompany(company.slug);
    await service.lifecycle.resumeCompany(company.slug);
    const { changes } = await follow(platform, path, 14);
    expect(changes.map(({ type, resource }) => [type, resource?.id ?? null])).toEqual([
      ['user.created', ada],
      ['user.created', ben],
      ['group.created', group],
      ['group.members', group],
      ['group.members', group],
      ['group.updated', group],
      ['user.updated', ada],
      ['user.deactivated', ada],
      ['user.activated', ada],
      ['group.members', group],
      ['user.deleted', ben],
      ['group.deleted', group],
      ['company.suspended', null],
      ['company.resumed', null],
    ]);
    const [created, , first, added, removed, renamed, titled] = changes;
    expect(created).toEqual({
      id: expect.stringMatching(/^chg_[\w-]{22}$/),
      type: 'user.created',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      txn: expect.any(String),
      company: { id: expect.stringMatching(/^[0-9a-f]{16}$/), slug: company.slug },
      actor: { credential: 'test' },
      resource: {
        type: 'User',
        id: ada,
        version: 1,
        externalId: 'e1',
        displayName: 'Ada',
        userName: 'ada',
        active: true,
      },
      attributes: expect.arrayContaining(['displayName', 'externalId', 'userName']),
    });
    expect(first).toMatchObject({
      members: {
        added: [{ value: ada, type: 'User', userName: 'ada', externalId: 'e1' }],
        removed: [],
        omitted: 0,
      },
    });
    // Ben is gone when this is read.
    expect(added?.members).toEqual({ added: [{ value: ben, type: 'User' }], removed: [], omitted: 0 });
    expect(removed?.members).toMatchObject({ added: [], removed: [{ value: ada }] });
    expect(renamed).toMatchObject({ attributes: ['displayName'], resource: { displayName: 'Money' } });
    expect(renamed?.members).toBeUndefined();
    expect(titled).toMatchObject({ attributes: ['title'], resource: { version: 2 } });
    expect(new Set(changes.map(({ id }) => id)).size).toBe(14);
  });

  it('are told to a token of the company too, alike', async () => {
    const { company, scim, platform, path } = await makeWorld();
    await makeUser(scim, 'ada');
    const own = new PlatformClient(service, `Bearer ${await company.token('lenient', ['scim:read'])}`);
    const [byPlatform, byToken] = [await follow(platform, path, 1), await follow(own, path, 1)];
    expect(byToken.changes).toEqual(byPlatform.changes);
    // A position is good for every credential.
    await makeUser(scim, 'ben');
    const { changes } = await follow(own, path, 1, byPlatform.next);
    expect(changes).toMatchObject([{ resource: { userName: 'ben' } }]);
    expect((await own.get('/changes')).status).toBe(403);
  });

  it('TEN-02 are those of the companies of the credential', async () => {
    const [acme, birch] = [await makeWorld(), await makeWorld()];
    await makeUser(acme.scim, 'ada');
    await makeUser(birch.scim, 'ben');
    const both = await clientFor([acme.company.slug, birch.company.slug]);
    const users = ({ changes }: { readonly changes: readonly Change[] }): unknown[] =>
      changes.map(({ company, resource }) => [company.slug, resource?.userName]);
    const [ofAcme, ofBirch] = [
      [acme.company.slug, 'ada'],
      [birch.company.slug, 'ben'],
    ];
    expect(users(await follow(both, '/changes', 2))).toEqual([ofAcme, ofBirch]);
    expect(users(await follow(acme.platform, '/changes', 1))).toEqual([ofAcme]);
    expect(users(await follow(birch.platform, '/changes', 1))).toEqual([ofBirch]);
    const { body } = await all.get(`/changes?company=${birch.company.slug}`);
    expect(users(body)).toEqual([ofBirch]);
    const everything = users(await follow(all, '/changes', 2));
    for (const each of [ofAcme, ofBirch]) expect(everything).toContainEqual(each);
    expect((await acme.platform.get(`/changes?company=${birch.company.slug}`)).status).toBe(404);
  });

  it('are read page by page, each once, however many come at a time', async () => {
    const { scim, platform, path } = await makeWorld();
    for (let number = 0; number < 7; number += 1) await makeUser(scim, `user-${number}`);
    await follow(platform, path, 7);
    for (const address of [path, '/changes']) {
      const names: (string | undefined)[] = [];
      let after: string | undefined;
      for (let more = true; more;) {
        const { body } = await platform.get(
          `${address}?limit=3${after === undefined ? '' : `&after=${after}`}`,
        );
        expect((body.changes as Change[]).length).toBeLessThanOrEqual(3);
        names.push(...(body.changes as Change[]).map(({ resource }) => resource?.userName));
        ({ more, next: after } = body as { more: boolean; next: string });
      }
      expect(names).toEqual([0, 1, 2, 3, 4, 5, 6].map((number) => `user-${number}`));
    }
  });

  it('of some types alone move the position past the others', async () => {
    const { scim, platform, path } = await makeWorld();
    const ada = await makeUser(scim, 'ada');
    await scim.delete(`/Users/${ada}`);
    const { next } = await follow(platform, path, 2);
    const { body } = await platform.get(`${path}?types=user.deleted,group.members`);
    expect(body.changes).toMatchObject([{ type: 'user.deleted' }]);
    await makeUser(scim, 'ben');
    const other = await platform.get(`${path}?types=user.deleted&after=${next}`);
    expect(other.body.changes).toEqual([]);
    const rest = await platform.get(`${path}?after=${other.body.next as string}`);
    expect((rest.body.changes as unknown[]).length).toBeLessThan(2);
  });

  it('begin with now where nothing of before is wanted', async () => {
    const { scim, platform, path } = await makeWorld();
    await makeUser(scim, 'ada');
    await follow(platform, path, 1);
    const { body } = await platform.get(`${path}?after=now`);
    expect(body).toEqual({ changes: [], next: expect.any(String), more: false });
    await makeUser(scim, 'ben');
    const { changes } = await follow(platform, path, 1, body.next as string);
    expect(changes).toMatchObject([{ resource: { userName: 'ben' } }]);
  });

  it('tell of a credential that ends soon, with what it is', async () => {
    const { company, platform, path } = await makeWorld();
    const expires = new Date(Date.now() + 3 * 86_400_000);
    const { id } = await service.tokens.issueToken(company.slug, {
      ...{ name: 'ends', dialect: 'lenient', scopes: ['scim:read'], expires },
    });
    await service.app.get(ExpiryWarnings).check();
    const { changes } = await follow(platform, path, 1);
    expect(changes).toMatchObject([
      {
        type: 'credential.expiring',
        company: { slug: company.slug },
        detail: { id, name: 'ends', expires: expect.stringContaining(expires.toISOString().slice(0, 10)) },
      },
    ]);
  });

  it('tell of an erased person nothing but the id', async () => {
    const { company, scim, platform, path } = await makeWorld();
    const ada = await makeUser(scim, 'ada@example.com', {
      displayName: 'Ada Lovelace',
      externalId: 'ext-of-ada',
    });
    const group = await makeGroup(scim, 'Finance', [ada]);
    await administration.erasure.eraseUser(company.slug, ada);
    const { changes } = await follow(platform, path, 4);
    expect(changes.map(({ type }) => type)).toEqual([
      'user.created',
      'group.created',
      'group.members',
      'user.erased',
    ]);
    expect(changes.at(-1)?.resource).toEqual({ type: 'User', id: ada, version: expect.any(Number) });
    expect(JSON.stringify(changes)).not.toMatch(/ada@|Lovelace|ext-of-ada/i);
    expect(changes[2]?.resource?.id).toBe(group);
  });
});

describe('the members of a change', () => {
  it('are told up to a size, and read page by page', async () => {
    const { scim, platform, path } = await makeWorld();
    const ids: string[] = [];
    for (let number = 0; number < 130; number += 1) ids.push(await makeUser(scim, `user-${number}`));
    const group = await makeGroup(scim, 'Everybody', ids);
    const { changes } = await follow(platform, path, 131);
    const created = changes.find(({ type }) => type === 'group.created');
    expect(created?.members?.added).toHaveLength(100);
    expect(created?.members?.omitted).toBe(30);
    expect(created?.members?.url).toBe(`${service.origin}/platform/v1${path}/${created?.id ?? ''}/members`);
    const all: { value: string; change: string }[] = [];
    let cursor: string | null = null;
    do {
      const { status, body } = await platform.get(
        `${path}/${created?.id ?? ''}/members?count=50${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      expect(status).toBe(200);
      all.push(...(body.items as typeof all));
      cursor = body.next as string | null;
    } while (cursor !== null);
    expect(all.map(({ value }) => value)).toEqual([...ids].sort());
    expect(new Set(all.map(({ change }) => change))).toEqual(new Set(['added']));
    expect(group).toBe(created?.resource?.id);
  });

  it('are told in 16 kB at most, whatever their names are', async () => {
    const { scim, platform, path } = await makeWorld();
    const ids: string[] = [];
    for (let number = 0; number < 20; number += 1) {
      ids.push(await makeUser(scim, `${'n'.repeat(1900)}${number}`));
    }
    await makeGroup(scim, 'Long', ids);
    const { changes } = await follow(platform, path, 21);
    const members = changes.at(-1)?.members;
    expect(Buffer.byteLength(JSON.stringify(members?.added))).toBeLessThanOrEqual(16 * 1024);
    expect((members?.added.length ?? 0) + (members?.omitted ?? 0)).toBe(20);
    expect(members?.omitted).toBeGreaterThan(0);
  });

  it('TEN-02 of another company are not there, nor those of anything else', async () => {
    const [acme, birch] = [await makeWorld(), await makeWorld()];
    const ada = await makeUser(acme.scim, 'ada');
    await makeGroup(acme.scim, 'Finance', [ada]);
    const { changes } = await follow(acme.platform, acme.path, 2);
    const [ofUser = '', ofGroup = ''] = changes.map(({ id }) => id);
    expect((await acme.platform.get(`${acme.path}/${ofGroup}/members`)).body.items).toHaveLength(1);
    for (const [client, address] of [
      [all, `${birch.path}/${ofGroup}/members`],
      [birch.platform, `${birch.path}/${ofGroup}/members`],
      [acme.platform, `${acme.path}/${ofUser}/members`],
      [acme.platform, `${acme.path}/chg_AAAAAAAAAAAAAAAAAAAAAA/members`],
      [acme.platform, `${acme.path}/055915c25a800064/members`],
    ] as const) {
      expect((await client.get(address)).status).toBe(404);
    }
  });
});

describe('a position', () => {
  it.each([
    ['after=', 'after'],
    ['after=0', 'after'],
    [`after=${'A'.repeat(60)}`, 'after'],
    ['after=a%00b', 'after'],
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=x', 'limit'],
    ['wait=31', 'wait'],
    ['wait=-1', 'wait'],
    ['wait=0.5', 'wait'],
    ['types=user', 'types'],
    ['types=', 'types'],
    ['types=user.created&types=user.deleted', undefined],
    ['company=a&company=b', undefined],
    ['since=2026', 'since'],
  ])('that reads %s is refused, or read', async (query, parameter) => {
    const { status, body } = await all.get(`/changes?${query}`);
    expect(status).toBeLessThan(500);
    if (parameter === undefined) return;
    expect([status, body.errors]).toEqual([400, [{ parameter, detail: expect.any(String) }]]);
  });

  it('that is too old is gone, with the oldest one and the address of a snapshot', async () => {
    const { company, scim, platform, path } = await makeWorld();
    await makeUser(scim, 'ada');
    const { next } = await follow(platform, path, 1);
    const { id } = (
      await admin.query<{ id: string }>('SELECT id FROM companies WHERE slug = $1', [company.slug])
    ).rows[0] as { id: string };
    // As if the position were two days old, and changes had been removed yesterday.
    await admin.query(
      "UPDATE companies SET created = created - interval '9 days', journal_since = now() - interval '1 day' WHERE id = $1",
      [id],
    );
    const positions = service.app.get(FeedPositions, { strict: false });
    const opened = positions.open(next);
    const old = positions.seal({ place: opened!.place, at: new Date(Date.now() - 2 * 86_400_000) });
    const { status, body } = await platform.get(`${path}?after=${old}`);
    expect([status, body]).toEqual([
      410,
      {
        type: 'about:blank',
        title: 'Gone',
        status: 410,
        detail: expect.stringContaining('kept no longer'),
        oldest: expect.any(String),
        snapshot: `${service.origin}/platform/v1/companies/${company.slug}/snapshot`,
      },
    ]);
    expect((await follow(platform, path, 1, body.oldest as string)).changes).toHaveLength(1);
    expect((await platform.get(`/changes?after=${old}`)).body.snapshot).toContain(
      '/companies/{company}/snapshot',
    );
    // One that is not as old is not gone, nor is one of a company that was made since.
    const recent = positions.seal({ place: opened!.place, at: new Date(Date.now() - 3_600_000) });
    expect((await platform.get(`${path}?after=${recent}`)).status).toBe(200);
    await admin.query('UPDATE companies SET created = journal_since WHERE id = $1', [id]);
    expect((await platform.get(`${path}?after=${old}`)).status).toBe(200);
  });

  it('that no place was given yet is of a database that was restored', async () => {
    const { platform, path } = await makeWorld();
    const ahead = service.app
      .get(FeedPositions, { strict: false })
      .seal({ place: '9000000000', at: new Date() });
    expect((await platform.get(`${path}?after=${ahead}`)).status).toBe(410);
  });
});

describe('a request that waits', () => {
  const waiting = (): number => service.app.get(FeedWatch, { strict: false }).size;

  it('is answered as soon as there is a change of its company', async () => {
    const [acme, birch] = [await makeWorld(), await makeWorld()];
    const { next } = (await acme.platform.get(`${acme.path}?after=now`)).body as { next: string };
    let answered = false;
    const answer = acme.platform.get(`${acme.path}?after=${next}&wait=30`).finally(() => (answered = true));
    await vi.waitFor(() => expect(waiting()).toBe(1), LONG);
    await makeUser(birch.scim, 'ben');
    await follow(birch.platform, birch.path, 1);
    expect(answered).toBe(false);
    await makeUser(acme.scim, 'ada');
    expect((await answer).body.changes).toMatchObject([{ resource: { userName: 'ada' } }]);
    await vi.waitFor(() => expect(waiting()).toBe(0), LONG);
  });

  it('is answered for a change that another process has moved', async () => {
    const { company, scim, platform, path } = await makeWorld();
    await makeUser(scim, 'ada');
    const { next } = await follow(platform, path, 1);
    const answer = platform.get(`${path}?after=${next}&wait=30`);
    await vi.waitFor(() => expect(waiting()).toBe(1), LONG);
    await admin.query(
      `INSERT INTO feed (company_id, activity_id)
       SELECT a.company_id, a.id FROM activity a JOIN companies c ON c.id = a.company_id
       WHERE c.slug = $1 AND a.operation = 'create'`,
      [company.slug],
    );
    expect((await answer).body.changes).toHaveLength(1);
  });

  it('is answered with nothing at the end of its time, and its position has moved', async () => {
    const { platform, path } = await makeWorld();
    const { next } = (await platform.get(`${path}?after=now`)).body as { next: string };
    const { status, body } = await platform.get(`${path}?after=${next}&wait=1`);
    expect([status, body.changes, body.more]).toEqual([200, [], false]);
    expect(body.next).not.toBe(next);
  });

  it('is forgotten when its client goes', async () => {
    const { platform, path } = await makeWorld();
    const gone = new AbortController();
    const answer = platform.get(`${path}?after=now&wait=30`, { signal: gone.signal });
    await vi.waitFor(() => expect(waiting()).toBe(1), LONG);
    gone.abort();
    await expect(answer).rejects.toThrow();
    await vi.waitFor(() => expect(waiting()).toBe(0), LONG);
  });

  it('leaves no entry in the journal of the company when its client goes', async () => {
    const { company, platform, path } = await makeWorld();
    const gone = new AbortController();
    const answer = platform.get(`${path}?after=now&wait=30`, { signal: gone.signal });
    await vi.waitFor(() => expect(waiting()).toBe(1), LONG);
    gone.abort();
    await expect(answer).rejects.toThrow();
    await vi.waitFor(() => expect(waiting()).toBe(0), LONG);
    // Noted behind the other.
    expect((await platform.get(`${path}?after=x`)).status).toBe(400);
    const statuses = await vi.waitFor(async () => {
      await service.app.get(RequestJournal).flush();
      const { rows } = await admin.query<{ status: number }>(
        `SELECT a.status FROM activity a JOIN companies c ON c.id = a.company_id
         WHERE c.slug = $1 AND a.status IS NOT NULL ORDER BY a.id`,
        [company.slug],
      );
      expect(rows).not.toEqual([]);
      return rows.map(({ status }) => status);
    }, LONG);
    expect(statuses).toEqual([400]);
  });

  it('has a place among as many as may wait, and a credential a quarter of them', async () => {
    const gone = new AbortController();
    const { platform, path } = await makeWorld();
    const waiters = [1, 2, 3].map(() => platform.get(`${path}?after=now&wait=30`, { signal: gone.signal }));
    for (const each of waiters) each.catch(() => undefined);
    await vi.waitFor(() => expect(waiting()).toBe(3), LONG);
    const refused = await platform.get(`${path}?after=now&wait=30`);
    expect([refused.status, refused.headers['rollcall-reason'], refused.headers['retry-after']]).toEqual([
      503,
      'busy',
      '5',
    ]);
    expect((await platform.get(`${path}?after=now&wait=0`)).status).toBe(200);
    const other = all.get('/changes?after=now&wait=30', { signal: gone.signal });
    other.catch(() => undefined);
    await vi.waitFor(() => expect(waiting()).toBe(4), LONG);
    gone.abort();
    await vi.waitFor(() => expect(waiting()).toBe(0), LONG);
  });

  it('for all companies is answered for each of them', async () => {
    const { scim } = await makeWorld();
    const answer = all.get('/changes?after=now&wait=30');
    await vi.waitFor(() => expect(waiting()).toBe(1), LONG);
    const made: string[] = [];
    // Its position is known once it waits; a change before that may be in front of it.
    await vi.waitFor(async () => {
      made.push(`user-${made.length}`);
      await makeUser(scim, made.at(-1)!);
      expect(waiting()).toBe(0);
    }, LONG);
    // The next one may have been made before it was read what there is.
    const changes = (await answer).body.changes as { resource: { userName: string } }[];
    expect(changes).not.toEqual([]);
    const first = made.indexOf(changes[0]!.resource.userName);
    const told = made.slice(first, first + changes.length);
    expect(changes).toMatchObject(told.map((userName) => ({ type: 'user.created', resource: { userName } })));
  });

  it('is let go when the server stops, with no change', async () => {
    const answer = all.get('/changes?after=now&wait=30');
    await vi.waitFor(() => expect(waiting()).toBe(1), LONG);
    service.app.get(FeedWatch, { strict: false }).onModuleDestroy();
    expect((await answer).body).toMatchObject({ changes: [], more: false });
    expect((await all.get('/changes?after=now&wait=30')).status).toBe(200);
  });
});
