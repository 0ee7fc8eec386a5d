import { setTimeout as sleep } from 'node:timers/promises';
import { compareCells } from '../../src/administration/move/compare-cells.js';
import { CellDatabase } from '../../src/administration/move/cell-database.js';
import { MOVED_TABLES } from '../../src/administration/move/moved-tables.js';
import { lockKeyOf } from '../../src/administration/move/write-lease.js';
import { type Change } from '../../src/feed/change.js';
import { SecretBox } from '../../src/webhooks/secret-box.js';
import { urlSubject } from '../../src/webhooks/webhook-url.js';
import { readSettings } from '../../src/config/read-settings.js';
import { COMPANY_LOCK } from '../../src/persistence/database/advisory-locks.js';
import { checkIndexedForms } from '../../src/persistence/indexed-forms/check-indexed-forms.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../src/protocol/schema/resource-types.js';
import { fixCell } from '../../src/persistence/settings/fix-cell.js';
import { noteKeys } from '../../src/persistence/settings/note-keys.js';
import { withSecretKey } from '../../src/persistence/settings/with-secret-key.js';
import { startTestCell, type TestCell } from '../support/cells.js';
import { type CommandOutcome, runCommand } from '../support/command-line.js';
import { testDatabase } from '../support/database.js';
import { PlatformClient } from '../support/platform-client.js';
import { type ScimClient } from '../support/scim-client.js';
import { type TestCompany } from '../support/application.js';

/** Between the writes of one client, so that there are not thousands to be read again. */
const PAUSE_MS = 25;
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const SHARED = {
  SECRET_KEY: 'the-secret-key-of-all-cells-0123456789',
  SECRETS_KEY: 'the-key-of-kept-secrets-0123456789abcdef',
  PLATFORM_RATE_LIMIT: '1000000',
};

let first: TestCell;
let second: TestCell;

beforeAll(async () => {
  first = await startTestCell(1, SHARED);
  second = await startTestCell(2, SHARED);
}, 240_000);
afterAll(async () => {
  await first.close();
  await second.close();
});

const move = (slug: string, ...rest: readonly string[]): Promise<CommandOutcome> =>
  runCommand(
    first.environment,
    ...[
      'company',
      'move',
      slug,
      '--to',
      second.database.adminUrl,
      '--from-url',
      first.database.adminUrl,
      ...rest,
    ],
  );

/** The same token at the other cell. */
const at = (cell: TestCell, { token }: ScimClient): ScimClient => cell.service.scim(token);

const makeUser = (scim: ScimClient, userName: string): ReturnType<ScimClient['post']> =>
  scim.post('/Users', { schemas: [USER], userName });

async function makeCompany(
  slug: string,
): Promise<{ readonly company: TestCompany; readonly scim: ScimClient }> {
  const company = await first.service.company(slug);
  return { company, scim: await company.client() };
}

const idOf = async (cell: TestCell, slug: string): Promise<string> =>
  (await cell.query<{ id: string }>('SELECT id FROM companies WHERE slug = $1', [slug]))[0]!.id;

/** What a move has made in PostgreSQL, on both sides. */
async function traces(): Promise<readonly unknown[]> {
  const found = await Promise.all(
    [first, second].flatMap((cell) => [
      cell.query('SELECT pubname FROM pg_publication'),
      cell.query('SELECT slot_name FROM pg_replication_slots'),
      cell.query('SELECT subname FROM pg_subscription'),
      cell.query('SELECT roname FROM pg_replication_origin'),
    ]),
  );
  return found.flat();
}

async function rowsOf(cell: TestCell, companyId: string): Promise<number> {
  const counts = await Promise.all(
    MOVED_TABLES.map((name) =>
      cell.query<{ rows: string }>(`SELECT count(*) AS rows FROM ${name} WHERE company_id = $1`, [companyId]),
    ),
  );
  return counts.reduce((sum, [row]) => sum + Number(row?.rows), 0);
}

/** Reads a company's feed as its follower does, from a position on. */
async function follow(
  cell: TestCell,
  token: string,
  slug: string,
  after?: string,
): Promise<{ readonly changes: readonly Change[]; readonly position: string }> {
  const platform = new PlatformClient(cell.service, `Bearer ${token}`);
  const changes: Change[] = [];
  for (let position = after; ;) {
    const query = position === undefined ? '' : `&after=${position}`;
    const { status, body } = await platform.get(`/companies/${slug}/changes?wait=0&limit=100${query}`);
    expect(status).toBe(200);
    const part = body as { changes: Change[]; next: string; more: boolean };
    changes.push(...part.changes);
    position = part.next;
    if (!part.more) return { changes, position };
  }
}

it('moves a company while it is written to, with all that it has', async () => {
  const { scim } = await makeCompany('acme');
  const id = await idOf(first, 'acme');
  const users: string[] = [];
  for (let n = 0; n < 30; n += 1) users.push((await makeUser(scim, `early-${n}`)).body.id as string);
  const group = (await scim.post('/Groups', { schemas: [GROUP], displayName: 'Staff' })).body.id as string;
  await scim.patch(`/Groups/${group}`, [
    { op: 'add', path: 'members', value: users.slice(1).map((value) => ({ value })) },
  ]);
  await scim.delete(`/Users/${users[0]}`);
  const platform = await runCommand(
    first.environment,
    ...['platform', 'issue', '--name', 'sync', '--scope', 'feed', '--company', 'acme', '--json'],
  );
  const platformToken = (JSON.parse(platform.out) as { secret: string }).secret;
  const hook = await runCommand(
    { ...first.environment, WEBHOOK_HOSTS: '127.0.0.1' },
    ...['webhook', 'create', 'acme', 'http://127.0.0.1:9/events', '--json'],
  );
  expect(hook.code).toBe(0);
  const chatUrl = 'http://127.0.0.1:9/services/of-a-chat';
  const chat = await runCommand(
    { ...first.environment, WEBHOOK_HOSTS: '127.0.0.1' },
    ...['webhook', 'create', 'acme', chatUrl, '--format', 'slack', '--json'],
  );
  expect(chat.code).toBe(0);
  const client = await runCommand(first.environment, 'client', 'create', 'acme', '--name', 'Entra', '--json');
  const { secret: clientSecret, id: clientId } = JSON.parse(client.out) as { secret: string; id: string };
  const page = await scim.get('/Users?count=10&cursor');
  expect(page.status).toBe(200);
  const seen = await follow(first, scim.token!, 'acme');

  const acknowledged: string[] = [];
  const refusals: string[] = [];
  let isOver = false;
  const write = async (writer: number): Promise<void> => {
    let cell = first;
    for (let n = 0; !isOver; n += 1) {
      const userName = `late-${writer}-${n}`;
      for (;;) {
        const { status, body, headers } = await makeUser(at(cell, scim), userName);
        if (status === 201) {
          acknowledged.push(userName);
          await sleep(PAUSE_MS);
          break;
        }
        const { detail = '' } = body as { detail?: string };
        if (status !== 503) throw new Error(`${status}: ${detail}`);
        expect(headers['retry-after']).toMatch(/^\d+$/);
        expect(headers['rollcall-reason']).toBe('moving');
        refusals.push(detail);
        if (detail.includes('was moved to cell 2')) cell = second;
      }
    }
  };
  const writers = [1, 2].map((writer) => write(writer));
  const outcome = await move('acme');
  expect(outcome).toMatchObject({ code: 0, error: '' });
  expect(outcome.out).toMatch(
    /from cell 1 to cell 2[^]*Let the router send the requests of acme to cell 2 now/,
  );
  // A credential that the source remembers is told the same as any other.
  expect((await makeUser(scim, 'too-late')).body).toMatchObject({
    detail: expect.stringContaining('was moved to cell 2') as string,
  });
  const atMove = acknowledged.length;
  while (acknowledged.length < atMove + 10) await sleep(PAUSE_MS);
  isOver = true;
  await Promise.all(writers);
  expect(refusals.some((detail) => detail.includes('was moved to cell 2'))).toBe(true);

  const there = at(second, scim);
  const names = new Set<string>();
  for (let start = 1; ; start += 200) {
    const { body } = await there.get(`/Users?startIndex=${start}&count=200&attributes=userName`);
    const { Resources = [], totalResults } = body as {
      Resources?: { userName: string }[];
      totalResults: number;
    };
    for (const { userName } of Resources) names.add(userName);
    if (start + 200 > totalResults) break;
  }
  expect(acknowledged.filter((name) => !names.has(name))).toEqual([]);
  expect(names.size).toBe(29 + acknowledged.length);
  expect(((await there.get(`/Groups/${group}`)).body as { members: unknown[] }).members).toHaveLength(29);

  // Who followed goes on, with each change once.
  const rest = await follow(second, scim.token!, 'acme', seen.position);
  const all = [...seen.changes, ...rest.changes];
  expect(new Set(all.map((change) => change.id)).size).toBe(all.length);
  const created = all.filter(({ type }) => type === 'user.created');
  expect(created).toHaveLength(30 + acknowledged.length);
  expect((await follow(second, platformToken, 'acme', seen.position)).changes).toEqual(rest.changes);

  // Cursors, OAuth clients, secrets of webhooks.
  const { nextCursor } = page.body as { nextCursor: string };
  expect((await there.get(`/Users?count=10&cursor=${nextCursor}`)).status).toBe(200);
  const granted = await fetch(`${second.service.origin}/oauth/token`, {
    method: 'POST',
    headers: {
      Authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  });
  expect(granted.status).toBe(200);
  expect(((await granted.json()) as { access_token: string }).access_token).toMatch(/^rollcall_c2_/);
  const kept = await second.query<{ secret: string; webhook: string; url: string | null }>(
    `SELECT s.secret, format_resource_id(w.id) AS webhook, w.sealed_url AS url
     FROM webhooks w JOIN webhook_secrets s ON s.webhook_id = w.id WHERE w.company_id = $1 ORDER BY w.id`,
    [id],
  );
  const box = new SecretBox([SHARED.SECRETS_KEY]);
  expect(kept.map(({ url }) => url)).toEqual([null, expect.any(String)]);
  for (const { secret, webhook } of kept) expect(await box.open(secret, webhook)).toMatch(/^whsec_/);
  expect(await box.open(kept[1]!.url!, urlSubject(kept[1]!.webhook))).toBe(chatUrl);

  // Nothing is left of the move, and the source serves nothing and changes nothing.
  expect(await traces()).toEqual([]);
  expect(await scim.get('/Users')).toMatchObject({
    status: 503,
    body: { detail: expect.stringContaining('moved to cell 2') as string },
  });
  expect((await move('acme')).error).toBe('Company acme was moved to cell 2.');
  const change = await runCommand(first.environment, 'company', 'set', 'acme', '--name', 'Other');
  expect(change).toMatchObject({
    code: 1,
    error: expect.stringContaining('was moved, to another cell') as string,
  });
  expect((await runCommand(first.environment, 'company', 'list')).out).toContain('moved to cell 2');

  // What stays behind is removed after its grace.
  const before = await rowsOf(second, id);
  await first.query("UPDATE companies SET delete_after = now() - interval '1 minute' WHERE id = $1", [id]);
  expect((await runCommand(first.environment, 'company', 'purge', 'acme')).code).toBe(0);
  expect(await rowsOf(first, id)).toBe(0);
  expect(await rowsOf(second, id)).toBeGreaterThanOrEqual(before);
  expect((await makeUser(there, 'after')).status).toBe(201);
}, 240_000);

it('leaves other companies of both cells as they are, and apart', async () => {
  const stays = await makeCompany('stays');
  const local = await second.service.company('local');
  const localScim = await local.client();
  await makeUser(stays.scim, 'a');
  await makeUser(localScim, 'b');
  const moves = await makeCompany('moves');
  await makeUser(moves.scim, 'c');
  expect((await move('moves')).code).toBe(0);
  expect((await makeUser(stays.scim, 'a2')).status).toBe(201);
  expect((await makeUser(localScim, 'b2')).status).toBe(201);
  const listed = async (scim: ScimClient): Promise<string[]> =>
    ((await scim.get('/Users')).body as { Resources: { userName: string }[] }).Resources.map(
      ({ userName }) => userName,
    );
  expect(await listed(stays.scim)).toEqual(['a', 'a2']);
  expect(await listed(localScim)).toEqual(['b', 'b2']);
  expect(await listed(at(second, moves.scim))).toEqual(['c']);
  expect((await at(second, stays.scim).get('/Users')).status).toBe(401);
  expect((await at(first, localScim).get('/Users')).status).toBe(401);
});

it('moves back and forth, and a follower goes along', async () => {
  const { scim } = await makeCompany('boomerang');
  await makeUser(scim, 'one');
  const begun = await follow(first, scim.token!, 'boomerang');
  expect((await move('boomerang')).code).toBe(0);
  await makeUser(at(second, scim), 'two');
  await second.service.company('busy').then(async (busy) => {
    const client = await busy.client();
    for (let n = 0; n < 5; n += 1) await makeUser(client, `busy-${n}`);
  });
  const away = await follow(second, scim.token!, 'boomerang', begun.position);
  const back = [
    ...['company', 'move', 'boomerang', '--to', first.database.adminUrl],
    ...['--from-url', second.database.adminUrl],
  ];
  expect((await runCommand(second.environment, ...back)).error).toMatch(
    /^The target has what is left of company boomerang, which was moved from there to cell 2/,
  );
  await first.query(
    "UPDATE companies SET delete_after = now() - interval '1 minute' WHERE slug = 'boomerang'",
  );
  await runCommand(first.environment, 'company', 'purge', 'boomerang');
  expect(await runCommand(second.environment, ...back)).toMatchObject({ code: 0, error: '' });
  await makeUser(scim, 'three');
  const home = await follow(first, scim.token!, 'boomerang', away.position);
  const names = [...begun.changes, ...away.changes, ...home.changes].map(
    ({ resource }) => resource?.displayName,
  );
  expect(names).toEqual(['one', 'two', 'three']);
}, 120_000);

it('goes on, or back, from where it was interrupted', async () => {
  const { scim } = await makeCompany('halfway');
  await makeUser(scim, 'one');
  const id = await idOf(first, 'halfway');
  // What is in the way at the last moment: an issuer that the target trusts already.
  await second.service.company('trusting');
  await second.query(
    `INSERT INTO token_issuers (company_id, name, issuer, audience, keys, scopes)
     SELECT id, 'x', 'https://idp.example.com', 'a', '{"keys": []}', '{}' FROM companies WHERE slug = 'trusting'`,
  );
  await first.query(
    `INSERT INTO token_issuers (company_id, name, issuer, audience, keys, scopes)
     VALUES ($1, 'x', 'https://idp.example.com', 'a', '{"keys": []}', '{}')`,
    [id],
  );
  const failed = await move('halfway');
  expect(failed).toMatchObject({
    code: 1,
    error: expect.stringContaining('token_issuers_issuer_unique') as string,
  });
  // The source takes writes again at once.
  expect((await makeUser(scim, 'two')).status).toBe(201);
  expect((await move('halfway')).error).toMatch(/is on its way already. Go on with --resume, or --abort/);
  expect(await move('halfway', '--abort')).toMatchObject({ code: 0, out: 'Company halfway stays here.' });
  expect(await traces()).toEqual([]);
  expect(await rowsOf(second, id)).toBe(0);
  expect((await move('halfway', '--resume')).error).toMatch(/^Company halfway is not on its way to /);

  expect((await move('halfway')).code).toBe(1);
  await second.query("DELETE FROM token_issuers WHERE issuer = 'https://idp.example.com'");
  expect(await move('halfway', '--resume')).toMatchObject({ code: 0, error: '' });
  expect(await traces()).toEqual([]);
  const databases = await Promise.all(
    [first, second].map(({ database }) => CellDatabase.open(database.adminUrl)),
  );
  const differences = await compareCells(databases[0]!, databases[1]!, id);
  await Promise.all(databases.map((each) => each.close()));
  // The target has told its journal that the company came.
  expect(differences.map((each) => each.split(' ')[0])).toEqual(
    expect.not.arrayContaining(['users', 'groups']),
  );
  expect((await makeUser(at(second, scim), 'three')).status).toBe(201);
}, 120_000);

it('goes on to the cell alone that the company has left for', async () => {
  const { scim } = await makeCompany('leaving');
  const id = await idOf(first, 'leaving');
  const third = await startTestCell(3, SHARED);
  try {
    const toThird = (...rest: readonly string[]): Promise<CommandOutcome> =>
      runCommand(
        first.environment,
        ...['company', 'move', 'leaving', '--to', third.database.adminUrl],
        ...['--from-url', first.database.adminUrl, ...rest],
      );
    expect((await move('leaving')).code).toBe(0);
    // As a command leaves it that is killed before the target serves the company.
    await second.query("UPDATE companies SET elsewhere = 'arriving' WHERE id = $1", [id]);
    await first.query(
      `CREATE PUBLICATION rollcall_move_${id} FOR TABLE public.users WHERE (company_id = ${id})`,
    );
    for (const option of ['--resume', '--abort']) {
      expect(await toThird(option)).toMatchObject({
        code: 1,
        error: expect.stringMatching(
          /^Company leaving has left for cell 2, and --to leads to cell 3/,
        ) as string,
      });
    }
    const states = await Promise.all(
      [first, second, third].map((cell) => cell.query('SELECT elsewhere FROM companies WHERE id = $1', [id])),
    );
    expect(states).toEqual([[{ elsewhere: '2' }], [{ elsewhere: 'arriving' }], []]);
    expect(await traces()).toHaveLength(1);

    // Where cell 2 does not have the company any more, nothing is said to have moved.
    await second.query("UPDATE companies SET elsewhere = '3' WHERE id = $1", [id]);
    expect(await move('leaving', '--resume')).toMatchObject({
      code: 1,
      error: expect.stringMatching(/^Company leaving is not in cell 2/) as string,
    });
    await second.query("UPDATE companies SET elsewhere = 'arriving' WHERE id = $1", [id]);

    // Once it is open, a command that is given again cleans up.
    for (const _ of ['opens', 'finds it open']) {
      await first.query(`DROP PUBLICATION IF EXISTS rollcall_move_${id}`);
      await first.query(
        `CREATE PUBLICATION rollcall_move_${id} FOR TABLE public.users WHERE (company_id = ${id})`,
      );
      expect(await move('leaving', '--resume')).toMatchObject({ code: 0, error: '' });
    }
    expect(await traces()).toEqual([]);
    expect((await makeUser(at(second, scim), 'one')).status).toBe(201);
  } finally {
    await third.close();
  }
}, 240_000);

describe('refuses', () => {
  const refusal = async (slug: string, ...rest: readonly string[]): Promise<string> => {
    const { code, error } = await move(slug, ...rest);
    expect(code).toBe(1);
    return error;
  };

  /** Runs `work` while a setting of the second cell has another value. */
  async function withSetting(key: string, value: string | null, work: () => Promise<void>): Promise<void> {
    const [before] = await second.query<{ value: string }>('SELECT value FROM settings WHERE key = $1', [
      key,
    ]);
    if (value === null) await second.query('DELETE FROM settings WHERE key = $1', [key]);
    else await second.query('UPDATE settings SET value = $2 WHERE key = $1', [key, value]);
    try {
      await work();
    } finally {
      await second.query(
        'INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value',
        [key, before!.value],
      );
    }
  }

  beforeAll(() => makeCompany('still'));

  it('a company that there is not, is deleted, or has a namesake there', async () => {
    expect(await refusal('nobody')).toMatch(/^There is no company nobody; see: .*company list/);
    await makeCompany('gone');
    await runCommand(first.environment, 'company', 'delete', 'gone', '--yes');
    expect(await refusal('gone')).toMatch(/^Company gone is deleted; bring it back first/);
    await makeCompany('twin');
    await second.service.company('twin');
    expect(await refusal('twin')).toMatch(/^The target has another company twin/);
  });

  it('a database that is none of Rollcall, is the same, or can not be reached', async () => {
    const to = (url: string): Promise<CommandOutcome> =>
      runCommand(
        first.environment,
        'company',
        'move',
        'still',
        '--to',
        url,
        '--from-url',
        first.database.adminUrl,
      );
    expect((await to(second.database.adminUrl.replace(/rollcall$/, 'postgres'))).error).toMatch(
      /is no database of Rollcall/,
    );
    expect((await to(first.database.adminUrl)).error).toMatch(
      /^--to leads to the database in which the company is/,
    );
    expect((await to('postgres://x:pass-word@127.0.0.1:1/x')).error).toMatch(
      /^The database 127.0.0.1:1\/x can't be reached/,
    );
    expect((await to('nonsense')).error).toMatch(/It is a postgres:\/\/ URL, or @ and a file/);
  });

  it('cells that do not fit each other', async () => {
    await withSetting('cell', '1', async () =>
      expect(await refusal('still')).toMatch(/^Both databases are cell 1/),
    );
    await withSetting('cell', null, async () =>
      expect(await refusal('still')).toMatch(/has not said yet which cell it is/),
    );
    await withSetting('comparison', 'x', async () =>
      expect(await refusal('still')).toMatch(/compare values in different ways/),
    );
    await withSetting('keys_in_use', '{"secretKey":"x","secretsKeys":[]}', async () =>
      expect(await refusal('still')).toMatch(/have different keys[^]*Set SECRET_KEY to the same text/),
    );
    await withSetting('keys_in_use', null, async () =>
      expect(await refusal('still')).toMatch(/^Rollcall has not run on cell 2 yet/),
    );
  });

  it('another version of Rollcall', async () => {
    const [last] = await second.query<{ id: number; timestamp: string; name: string }>(
      'DELETE FROM migrations WHERE id = (SELECT max(id) FROM migrations) RETURNING *',
    );
    try {
      expect(await refusal('still')).toMatch(
        /are of different versions of Rollcall; start the same one on both/,
      );
    } finally {
      const values = [last!.id, last!.timestamp, last!.name];
      await second.query('INSERT INTO migrations (id, "timestamp", name) VALUES ($1, $2, $3)', values);
    }
  });

  it('a source without room for replication, or without logical decoding', async () => {
    const places = 8;
    await first.query(
      "SELECT pg_create_physical_replication_slot('taken_' || n) FROM generate_series(1, $1::integer) n",
      [places],
    );
    try {
      expect(await refusal('still')).toMatch(
        /has 2 free replication slots, and a move takes 3\. Raise max_replication_slots/,
      );
    } finally {
      await first.query(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name LIKE 'taken\\_%'",
      );
    }
    const ordinary = await testDatabase();
    try {
      const environment = { ...SHARED, CELL: '3', DATABASE_URL: ordinary.url };
      await runCommand(environment, 'company', 'create', 'plain');
      await fixCell(ordinary.url, 3);
      await checkIndexedForms(ordinary.url, BUILT_IN_RESOURCE_TYPES);
      await noteKeys(await withSecretKey(readSettings(environment), ordinary.url), ordinary.url);
      const urls = ['--to', second.database.adminUrl, '--from-url', ordinary.adminUrl];
      expect((await runCommand(environment, 'company', 'move', 'plain', ...urls)).error).toMatch(
        /^wal_level of .* is (minimal|replica)\. Set wal_level = logical there, and restart PostgreSQL/,
      );
    } finally {
      await ordinary.close();
    }
  });

  it('a company that another command is moving', async () => {
    const [{ id }] = (await first.query<{ id: string }>("SELECT id FROM companies WHERE slug = 'still'")) as [
      { id: string },
    ];
    const key = [COMPANY_LOCK.move, lockKeyOf(id)];
    await first.query('SELECT pg_advisory_lock($1, $2)', key);
    try {
      expect(await refusal('still')).toMatch(/^Another command is moving company still/);
    } finally {
      await first.query('SELECT pg_advisory_unlock($1, $2)', key);
    }
  });

  it('logins that may not, each with what would be right', async () => {
    const plain = await runCommand(
      first.environment,
      'company',
      'move',
      'still',
      '--to',
      second.database.adminUrl,
    );
    expect(plain.error).toMatch(/^Login rollcall of .* may not copy whole tables/);
    const owner = [...['--to', second.database.url], ...['--from-url', first.database.adminUrl]];
    const other = await runCommand(first.environment, 'company', 'move', 'still', ...owner);
    expect(other.error).toMatch(/^Login rollcall of .* may not receive tables[^]*pg_create_subscription/);
  });

  it('a URL of the source that the other server does not understand, without showing its password', async () => {
    await first.query("CREATE ROLE mover LOGIN REPLICATION BYPASSRLS PASSWORD 'a-secret-pass-word'");
    await first.query('GRANT rollcall TO mover');
    const url = first.database.adminUrl.replace(/\/\/postgres:[^@]*@/, '//mover:a-secret-pass-word@');
    const from = (fromUrl: string): Promise<CommandOutcome> =>
      runCommand(
        first.environment,
        ...['company', 'move', 'still', '--to', second.database.adminUrl, '--from-url', fromUrl],
      );
    const { code, error } = await from(`${url}?uselibpqcompat=true`);
    expect({ code, error }).toEqual({
      code: 1,
      error: expect.stringMatching(
        /^The target's server does not copy from 127.0.0.1[^]*Let --from-url name/,
      ) as string,
    });
    expect(error).not.toContain('a-secret-pass-word');
    expect(await move('still', '--abort')).toMatchObject({ code: 0 });
    expect(await traces()).toEqual([]);

    // A login that is no superuser, and may what a move takes, is enough for the source.
    expect(await from(url)).toMatchObject({ code: 0, error: '' });
  });
});
