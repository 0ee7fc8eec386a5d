import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PostgresFeedStore } from '../../src/persistence/feed/postgres-feed.store.js';
import { OutboxRelay } from '../../src/persistence/journal/outbox-relay.js';
import { PostgresRequestJournal } from '../../src/persistence/journal/postgres-request-journal.js';
import { PostgresDatabaseProbe } from '../../src/persistence/database/postgres-database.probe.js';
import { PostgresRecordingsStore } from '../../src/persistence/recordings/postgres-recordings.store.js';
import { PostgresAccessTokensStore } from '../../src/persistence/tokens/postgres-access-tokens.store.js';
import { PostgresOauthClientsStore } from '../../src/persistence/tokens/postgres-oauth-clients.store.js';
import { PostgresPlatformCredentialsStore } from '../../src/persistence/tokens/postgres-platform-credentials.store.js';
import { PostgresTokenIssuersStore } from '../../src/persistence/tokens/postgres-token-issuers.store.js';
import { PostgresTokenUses } from '../../src/persistence/tokens/postgres-token-uses.js';
import { PostgresWebhooksStore } from '../../src/persistence/webhooks/postgres-webhooks.store.js';
import { SentSql } from './sent-sql.js';
import {
  accessTokenCalls,
  type CallWorld,
  checkCalls,
  clientCalls,
  feedCalls,
  groupCalls,
  issuerCalls,
  lagCalls,
  platformCredentialCalls,
  probeCalls,
  recordingCalls,
  requestCalls,
  resourceCalls,
  type StoreCalls,
  useCalls,
  userCalls,
  webhookCalls,
} from './store-calls.js';
import { delta, NO_MEMBER_CHANGE, StoreRig } from './store-rig.js';

// Everything that the stores send to PostgreSQL is committed, so that a review sees where it changes; `npm run sql`
// writes it anew.

const FOLDER = join(import.meta.dirname, '../../docs/sql');
/** More members than one read answers. */
const MANY = 1_001;

let rig: StoreRig;
let world: CallWorld;
let sent: SentSql;
const written: string[] = [];

beforeAll(async () => {
  rig = await StoreRig.open();
  world = await makeWorld();
  sent = new SentSql();
});
afterAll(async () => {
  sent.close();
  await rig.close();
});

async function makeWorld(): Promise<CallWorld> {
  const scope = await rig.company();
  const read = { groups: false, manager: false };
  const makeUser = async (userName: string): Promise<string> =>
    (await rig.users.insert(scope, { userName }, read)).id;
  const makeGroup = async (displayName: string, add: readonly string[]): Promise<string> => {
    const membership = add.length === 0 ? NO_MEMBER_CHANGE : delta({ add });
    return (await rig.groups.insert(scope, { displayName }, membership, { members: false })).group.id;
  };
  const [user, otherUser, spareUser] = [
    await makeUser('ada'),
    await makeUser('alan'),
    await makeUser('grace'),
  ];
  const spareGroup = await makeGroup('Spare', [user]);
  const group = await makeGroup('Engineers', [user, spareUser, spareGroup]);
  const { rows } = await rig.admin.query<{ id: string }>(
    `INSERT INTO users (company_id, attributes, search, user_name_key, display, display_key)
     SELECT $1, '{}', '{}', n::text, n::text, n::text FROM generate_series(1, $2::int) n
     RETURNING format_resource_id(id) AS id`,
    [scope.companyId, MANY],
  );
  const largeGroup = await makeGroup(
    'Everybody',
    rows.map(({ id }) => id),
  );
  const guarded = await makeGuardedGroup();
  return { scope, user, otherUser, group, largeGroup, spareUser, spareGroup, guarded };
}

/** A group of three, and a guard that counts from then on. */
async function makeGuardedGroup(): Promise<CallWorld['guarded']> {
  const scope = await rig.company();
  const add: string[] = [];
  for (const userName of ['ada', 'alan', 'grace']) {
    add.push((await rig.users.insert(scope, { userName }, { groups: false, manager: false })).id);
  }
  const made = await rig.groups.insert(scope, { displayName: 'All' }, delta({ add }), { members: false });
  await rig.admin.query(
    "INSERT INTO guards (company_id, mode, counted_from) VALUES ($1, 'hold', clock_timestamp() + interval '1 ms')",
    [scope.companyId],
  );
  return { scope, group: made.group.id };
}

/** Compares what all calls of a store send with its file. */
async function compare<Store>(file: string, store: Store, calls: StoreCalls<Store>): Promise<void> {
  const sections: string[] = [];
  for (const [method, titled] of Object.entries<StoreCalls<Store>[keyof Store]>(calls)) {
    for (const [title, call] of Object.entries(titled)) {
      const sql = await sent.of(() => call(store));
      sections.push(`---- ${method}: ${title}\n\n${sql}`);
    }
  }
  written.push(`${file}.sql`);
  await expect(sections.join('\n')).toMatchFileSnapshot(join(FOLDER, `${file}.sql`));
}

it('users', () => compare('users', rig.users, userCalls(world)));
it('groups', () => compare('groups', rig.groups, groupCalls(world)));
it('membership checks', () => compare('membership-checks', rig.checks, checkCalls(world)));
it('resources of both types', () => compare('resources', rig.resources, resourceCalls(world)));

it('credentials', async () => {
  const { transaction } = rig;
  await compare('access-tokens', new PostgresAccessTokensStore(transaction), accessTokenCalls);
  await compare('token-issuers', new PostgresTokenIssuersStore(transaction), issuerCalls);
  const platformCredentials = new PostgresPlatformCredentialsStore(transaction);
  await compare('platform-credentials', platformCredentials, platformCredentialCalls);
  await compare('oauth-clients', new PostgresOauthClientsStore(transaction), clientCalls);
  const uses = new PostgresTokenUses(transaction);
  await compare(
    'token-uses',
    uses,
    useCalls(() => uses.onModuleDestroy()),
  );
});

it('the journal and the health checks', async () => {
  const { transaction } = rig;
  await compare('request-journal', new PostgresRequestJournal(transaction), requestCalls(world));
  const relay = new OutboxRelay(transaction);
  await compare('feed-lag', relay, lagCalls);
  await compare('feed', new PostgresFeedStore(transaction, relay), feedCalls(world));
  await compare('database-probe', new PostgresDatabaseProbe(transaction), probeCalls);
});

it('webhooks', async () => {
  const scope = await rig.company();
  const { rows } = await rig.admin.query<{ id: string }>(
    `INSERT INTO webhooks (company_id, name, url, position) VALUES ($1, 'Access service', 'https://hooks.example.com/', 0)
     RETURNING format_resource_id(id) AS id`,
    [scope.companyId],
  );
  const webhook = { scope, id: rows[0]?.id ?? '', lane: 'untried' } as const;
  await compare('webhooks', new PostgresWebhooksStore(rig.transaction), webhookCalls(webhook));
});

it('recordings', async () => {
  const { companyId, slug } = await rig.company();
  const { rows } = await rig.admin.query<{ id: string }>(
    "INSERT INTO recordings (company_id, ends) VALUES ($1, now() + interval '1 hour') RETURNING id",
    [companyId],
  );
  const recording = { id: rows[0]?.id ?? '', companyId, slug, ends: new Date() };
  await compare('recordings', new PostgresRecordingsStore(rig.transaction), recordingCalls(recording));
});

it('there is no file of what is no store', () => {
  expect(readdirSync(FOLDER).filter((file) => !written.includes(file))).toEqual([]);
});
