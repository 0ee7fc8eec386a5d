import {
  type Change,
  ConnectionError,
  FormatError,
  MembershipCache,
  PositionRefusedError,
  type PositionStore,
  RefusedError,
  RollcallClient,
  type RollcallError,
} from 'rollcall-client';
import { Company } from './company-model.js';
import { type Fault, FeedServer } from './feed-server.js';

let server: FeedServer;
let retries: RollcallError[];

beforeEach(async () => {
  server = await FeedServer.start();
  retries = [];
});
afterEach(() => server.close());

const clientOf = (options: { readonly timeoutMs?: number } = {}): RollcallClient =>
  new RollcallClient({
    baseUrl: server.origin,
    token: 'secret',
    onRetry: (error) => retries.push(error),
    ...options,
  });

/** Changes of some users. */
function changes(count: number): readonly Change[] {
  const company = new Company();
  for (let made = 0; made < count; made += 1) company.saveUser(`u${made % 4}`, true, String(made));
  return company.feed;
}

const idsOf = (items: readonly Change[]): readonly string[] => items.map(({ id }) => id);

async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** Reads so many changes, and ends. */
async function take(iterator: AsyncIterable<Change>, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { id } of iterator) {
    ids.push(id);
    if (ids.length === count) break;
  }
  return ids;
}

describe('the feed', () => {
  it('is read in order, page by page, from a position, with the token of each request', async () => {
    const feed = changes(10);
    server.tell(...feed);
    let asked = 0;
    const client = new RollcallClient({ baseUrl: `${server.origin}/`, token: () => `token-${(asked += 1)}` });
    const read = client.changes({
      company: 'acme',
      after: 'p3',
      limit: 3,
      types: ['user.created', 'user.updated'],
    });
    expect(await take(read, 7)).toEqual(idsOf(feed.slice(3)));
    expect(server.requests[0]).toBe(
      'GET /platform/v1/companies/acme/changes?after=p3&types=user.created%2Cuser.updated&limit=3&wait=25',
    );
    expect([...server.authorizations]).toEqual(['Bearer token-1', 'Bearer token-2', 'Bearer token-3']);
  });

  it('of all companies waits for changes, and ends where it is not to', async () => {
    const feed = changes(3);
    server.tell(feed[0]!);
    expect(await take(clientOf().changes({ live: false }), 9)).toEqual(idsOf(feed.slice(0, 1)));
    expect(server.requests).toEqual(['GET /platform/v1/changes?limit=500&wait=0']);
    const read = take(clientOf().changes({ waitSeconds: 30 }), 3);
    await until(() => server.waiting === 1);
    server.tell(feed[1]!);
    await until(() => server.waiting === 1);
    server.tell(feed[2]!);
    expect(await read).toEqual(idsOf(feed));
  });

  it('goes on behind whatever may pass, and loses and repeats nothing', async () => {
    const feed = changes(20);
    server.tell(...feed);
    const faults: readonly Fault[] = [
      'cut',
      {
        status: 503,
        headers: { 'Retry-After': '0', 'Rollcall-Reason': 'busy' },
        body: '{"detail":"Too many."}',
      },
      { status: 502, body: '<html>' },
      { status: 429, headers: { 'Retry-After': '0' } },
    ];
    const ids: string[] = [];
    for await (const { id } of clientOf().changes({ limit: 5 })) {
      ids.push(id);
      if (ids.length % 5 === 1) server.faults.push(faults[Math.floor(ids.length / 5)]!);
      if (ids.length === 20) break;
    }
    expect(ids).toEqual(idsOf(feed));
    expect(retries).toEqual([
      expect.any(ConnectionError),
      expect.objectContaining({ status: 503, reason: 'busy', retryAfterMs: 0, detail: 'Too many.' }),
      expect.objectContaining({ status: 502, detail: '<html>' }),
    ]);
    expect(retries[0]!.message).toMatch(/^GET \/platform\/v1\/changes: no answer \(fetch failed: .+\)\.$/);
  });

  it('waits as long as Retry-After says', async () => {
    const delays: number[] = [];
    server.tell(...changes(1));
    server.faults.push({ status: 429, headers: { 'Retry-After': '1' } });
    const client = new RollcallClient({
      baseUrl: server.origin,
      token: 'secret',
      onRetry: (_, delay) => delays.push(delay),
    });
    await take(client.changes(), 1);
    expect(delays).toEqual([expect.toSatisfy((delay: number) => delay >= 1000)]);
  });

  it.each([401, 403, 404])('ends with %s, in the words of the service', async (status) => {
    server.faults.push({ status, headers: { 'X-Request-Id': 'r-7' }, body: '{"detail":"Not this one."}' });
    const read = take(clientOf().changes({ company: 'acme' }), 1);
    await expect(read).rejects.toThrow(RefusedError);
    await expect(read).rejects.toMatchObject({
      message: `GET /platform/v1/companies/acme/changes: ${status} Not this one. (request r-7)`,
      status,
      requestId: 'r-7',
    });
    expect(retries).toEqual([]);
  });

  it('tells what else has answered', async () => {
    server.faults.push({ status: 200, body: '<!doctype html>' });
    await expect(take(clientOf().changes(), 1)).rejects.toThrow(FormatError);
    server.faults.push({ status: 200, body: '{"Resources":[]}' });
    await expect(take(clientOf().changes(), 1)).rejects.toThrow('no page of a feed. Is baseUrl');
    server.faults.push({ status: 301, headers: { Location: 'https://scim.example.com/' } });
    await expect(take(clientOf().changes(), 1)).rejects.toThrow(
      'leads to https://scim.example.com/: set baseUrl',
    );
  });

  it("tells a position that it can't go on from", async () => {
    server.oldest = 2;
    await expect(take(clientOf().changes({ after: 'p1' }), 1)).rejects.toThrow(PositionRefusedError);
    await expect(take(clientOf().changes({ after: 'other' }), 1)).rejects.toMatchObject({ status: 400 });
    await expect(take(clientOf().changes({ after: 'other' }), 1)).rejects.toThrow(PositionRefusedError);
  });

  it('gives up an answer of which nothing comes', async () => {
    server.tell(...changes(1));
    server.faults.push('silence');
    expect(await take(clientOf({ timeoutMs: 100 }).changes({ waitSeconds: 0 }), 1)).toHaveLength(1);
    expect(retries[0]?.message).toBe('GET /platform/v1/changes: nothing came for 100 ms.');
  });

  it('ends as soon as it is aborted: while it waits, and while it pauses', async () => {
    const waits = new AbortController();
    const waiting = take(clientOf().changes({ signal: waits.signal }), 1);
    await until(() => server.waiting === 1);
    waits.abort(new Error('that is enough'));
    await expect(waiting).rejects.toThrow('that is enough');
    await until(() => server.waiting === 0);

    const pauses = new AbortController();
    server.faults.push({ status: 503, headers: { 'Retry-After': '3600' } });
    const pausing = take(clientOf().changes({ signal: pauses.signal }), 1);
    await until(() => retries.length === 1);
    pauses.abort(new Error('enough'));
    await expect(pausing).rejects.toThrow('enough');
    await expect(take(clientOf().changes({ signal: pauses.signal }), 1)).rejects.toThrow('enough');
  });

  it('keeps a position when its reader has dealt with what is in front of it', async () => {
    const feed = changes(6);
    server.tell(...feed);
    let kept: string | undefined;
    const positions: PositionStore = { load: () => kept, save: (position) => void (kept = position) };
    const options = { positions, limit: 2 };
    expect(await take(clientOf().changes(options), 3)).toEqual(idsOf(feed.slice(0, 3)));
    expect(kept).toBe('p2');
    // The third was taken, and its page was not.
    expect(await take(clientOf().changes({ ...options, live: false }), 9)).toEqual(idsOf(feed.slice(2)));
    expect(kept).toBe('p6');
  });
});

describe('a mirror', () => {
  /** A company with a group of three. */
  function acme(): Company {
    const company = new Company();
    for (const user of ['u0', 'u1', 'u2']) company.saveUser(user, true, user);
    company.saveGroup('g0', 'Engineering');
    company.toggle('g0', ['u0', 'u1']);
    return company;
  }

  const update = (cache: MembershipCache): Promise<void> => clientOf().follow('acme', cache, { live: false });

  it('begins with a snapshot, and goes on with the feed', async () => {
    const company = acme();
    server.tell(...company.feed);
    server.records = company.records();
    const cache = new MembershipCache();
    const controller = new AbortController();
    const followed = clientOf().follow('acme', cache, { signal: controller.signal });
    await cache.ready;
    expect([cache.isMember('u0', 'g0'), cache.isMember('u2', 'g0')]).toEqual([true, false]);
    await until(() => server.waiting === 1);
    company.toggle('g0', ['u0', 'u2']);
    server.tell(...company.feed.slice(-1));
    await until(() => cache.isMember('u2', 'g0'));
    expect(cache.isMember('u0', 'g0')).toBe(false);
    expect(cache.ageMs).toBeLessThan(Infinity);
    controller.abort(new Error('enough'));
    await expect(followed).rejects.toThrow('enough');
    expect(server.requests.filter((line) => line.includes('snapshot'))).toHaveLength(1);
  });

  it('is known to have everything before anything changes', async () => {
    server.records = acme().records();
    const cache = new MembershipCache();
    const controller = new AbortController();
    const followed = clientOf().follow('acme', cache, { signal: controller.signal });
    await until(() => server.waiting === 1);
    cache.requireAge(10_000);
    controller.abort(new Error('enough'));
    await expect(followed).rejects.toThrow('enough');
  });

  it('reads another snapshot where one breaks off, and where its position is refused', async () => {
    const company = acme();
    server.tell(...company.feed);
    server.records = company.records();
    server.faults.push('cut', { status: 503 }, 'ended early');
    const cache = new MembershipCache();
    await update(cache);
    expect(cache.size).toEqual({ users: 3, groups: 1, memberships: 2 });
    expect(retries).toHaveLength(3);
    company.delete('u0');
    server.tell(...company.feed.slice(-2));
    server.records = company.records();
    server.oldest = server.feed.length;
    await update(cache);
    expect(cache.size).toEqual({ users: 2, groups: 1, memberships: 1 });
    expect(server.requests.filter((line) => line.includes('snapshot'))).toHaveLength(5);
  });

  it('takes all members of a change, also those that its item has no room for', async () => {
    const company = acme();
    server.records = company.records();
    const cache = new MembershipCache();
    await update(cache);
    company.saveUser('u3', true, 'u3');
    company.toggle('g0', ['u0', 'u2', 'u3']);
    const [created, moved] = company.feed.slice(-2) as [Change, Change];
    const { added, removed } = moved.members!;
    server.members.set(moved.id, [
      ...added.map((member) => ({ ...member, change: 'added' as const })),
      ...removed.map((member) => ({ ...member, change: 'removed' as const })),
    ]);
    const shortened = { ...moved, members: { added: added.slice(0, 1), removed: [], omitted: 2 } };
    server.tell(created, shortened);
    const all: string[] = [];
    for await (const { value, change } of clientOf().members(shortened)) all.push(`${change} ${value}`);
    expect(all).toEqual(['added u2', 'added u3', 'removed u0']);
    server.faults.push(
      { status: 200, body: JSON.stringify({ changes: [created, shortened], next: 'p2', more: false }) },
      'cut',
      'cut',
      'cut',
      'cut',
    );
    await update(cache);
    expect([...cache.directMembers('g0')].sort()).toEqual(['u1', 'u2', 'u3']);
  });

  it('ends with what the mirror throws', async () => {
    server.records = acme().records();
    const full = new MembershipCache({ maxEntries: 1 });
    await expect(update(full)).rejects.toThrow('more than 1 users, groups and memberships');
    expect(server.requests).toHaveLength(1);
  });
});
