import { type AccessTokensStore } from '../../src/access/access-tokens.store.js';
import { type PlatformCredentialsStore } from '../../src/access/platform-credentials.store.js';
import { type TokenIssuersStore } from '../../src/access/token-issuers.store.js';
import { type TokenUses } from '../../src/access/token-uses.js';
import { type MembershipChecksStore } from '../../src/checks/membership-checks.store.js';
import { type MembershipRule } from '../../src/checks/membership-question.js';
import { type FeedStore } from '../../src/feed/feed.store.js';
import { type DatabaseProbe } from '../../src/health/database.probe.js';
import { type FeedLag } from '../../src/health/feed-lag.js';
import { type OauthClientsStore } from '../../src/oauth/oauth-clients.store.js';
import { bindFilter } from '../../src/protocol/filter/bind-filter.js';
import { FilterParser } from '../../src/protocol/filter/filter.parser.js';
import { type Attributes } from '../../src/protocol/resource/resource.js';
import { resolveAttribute } from '../../src/protocol/schema/attribute-path.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../src/protocol/schema/resource-types.js';
import { type ResourceType } from '../../src/protocol/schema/schema.js';
import { type Recording, type RecordingsStore } from '../../src/recording/recordings.store.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { type GroupRead, type GroupsStore, type GroupUpdate } from '../../src/scim/groups/groups.store.js';
import { type RequestJournal } from '../../src/scim/request-journal.js';
import { type ResourcesStore } from '../../src/scim/resources/resources.store.js';
import { type UserRead, type UsersStore } from '../../src/scim/users/users.store.js';
import { type Attempt } from '../../src/webhooks/attempts.js';
import { type DueWebhook, type WebhooksStore } from '../../src/webhooks/webhooks.store.js';
import { delta, listOf, NO_MEMBER_CHANGE } from './store-rig.js';

/** For each method of a store, what it is called with, by a title of the call. */
export type StoreCalls<Store> = {
  readonly [Method in keyof Store]: Readonly<Record<string, (store: Store) => unknown>>;
};

/** The company that is asked for, and what it has, by ids. */
export interface CallWorld {
  readonly scope: CompanyScope;
  readonly user: string;
  readonly otherUser: string;
  readonly group: string;
  /** With more members than one read answers. */
  readonly largeGroup: string;
  /** Users and a group that may be deleted. */
  readonly spareUser: string;
  readonly spareGroup: string;
  /** A group of another company, whose guard does not let it go. */
  readonly guarded: { readonly scope: CompanyScope; readonly group: string };
}

const BASE = 'https://x/v2';
const ALL: UserRead = { groups: true, manager: true };
const BARE: UserRead = { groups: false, manager: false };
const MEMBERS: GroupRead = { members: true };
const HEAD: GroupRead = { members: false };
const { user: USER, group: GROUP } = BUILT_IN_RESOURCE_TYPES;

type Listing = Parameters<typeof listOf>[1];

function listing(type: ResourceType, text: string, more: Listing = {}): ReturnType<typeof listOf> {
  const parsed = new FilterParser().parse(text, { dialect: 'strict' });
  const filter = bindFilter(parsed, type, { dialect: 'lenient', baseUri: BASE });
  return listOf(type, { filter, baseUri: BASE, ...more });
}

function sortedBy(type: ResourceType, name: string): Listing {
  const resolution = resolveAttribute(type, name);
  if (resolution.kind !== 'attribute') throw new Error(`${name} is no attribute`);
  return { sortBy: resolution.target, sort: { descending: false } };
}

export function userCalls({ scope, user, group, spareUser }: CallWorld): StoreCalls<UsersStore> {
  const rename = (attributes: Attributes): Attributes => ({ ...attributes, title: 'Engineer' });
  const behind = { from: { id: user, key: 'ada' }, backward: false };
  return {
    insert: {
      'a user': (users) => users.insert(scope, { userName: 'new' }, ALL),
    },
    find: {
      'by id': (users) => users.find(scope, user, ALL),
      'by id, without groups and manager': (users) => users.find(scope, user, BARE),
    },
    list: {
      'the first page': (users) => users.list(scope, listOf(USER), ALL),
      'a page by startIndex': (users) => users.list(scope, listOf(USER, { startIndex: 101 }), ALL),
      'a page behind a cursor': (users) => users.list(scope, listOf(USER, { keyset: behind }), ALL),
      'a page by userName behind a cursor': (users) =>
        users.list(scope, listOf(USER, { ...sortedBy(USER, 'userName'), keyset: behind }), ALL),
      'no resources, only their number': (users) => users.list(scope, listOf(USER, { count: 0 }), ALL),
      ...Object.fromEntries(
        [
          'userName eq "ada"',
          'externalId eq "7"',
          'emails[type eq "work" and value eq "ada@example.com"]',
          'displayName co "ada"',
          'userName sw "ad"',
          'active eq true',
          `id eq "${user}"`,
          `groups.value eq "${group}"`,
        ].map((filter) => [
          filter.replace(/"[0-9a-f]{16}"/, '"<id>"'),
          (users: UsersStore) => users.list(scope, listing(USER, filter), ALL),
        ]),
      ),
    },
    update: {
      'an attribute': (users) => users.update(scope, user, rename, undefined, ALL),
      nothing: (users) => users.update(scope, user, (same) => same, undefined, ALL),
    },
    delete: {
      'a user who is in a group': (users) => users.delete(scope, spareUser, undefined),
    },
  };
}

export function checkCalls({ scope, user, group }: CallWorld): StoreCalls<MembershipChecksStore> {
  const rule: MembershipRule = { directOnly: false, includeInactive: false };
  const part = { after: undefined, limit: 100 };
  const named = { by: 'id', value: user } as const;
  const where = { by: 'id', value: group } as const;
  const ada = { by: 'userName', value: 'ada' } as const;
  const grace = { by: 'email', value: 'grace@example.com' } as const;
  const engineers = { by: 'displayName', value: 'Engineers' } as const;
  return {
    decide: {
      'a question by ids': (checks) => checks.decide(scope, [{ user: named, group: where, ...rule }]),
      'questions by names': (checks) =>
        checks.decide(scope, [
          { user: ada, group: engineers, ...rule },
          { user: grace, group: engineers, ...rule },
          { user: { by: 'externalId', value: '7' }, group: { by: 'externalId', value: '8' }, ...rule },
        ]),
    },
    groupsOf: {
      all: (checks) => checks.groupsOf(scope, named, rule, part),
      'those that he is in himself': (checks) =>
        checks.groupsOf(scope, named, { ...rule, directOnly: true }, part),
    },
    usersOf: {
      all: (checks) => checks.usersOf(scope, where, rule, part),
      'direct members': (checks) => checks.usersOf(scope, where, { ...rule, directOnly: true }, part),
    },
  };
}

/** @param webhook that is called, with changes of its company to be told of */
export function webhookCalls(webhook: DueWebhook): StoreCalls<WebhooksStore> {
  const limits = { most: 8, healthy: 8, unproven: 1, lease: 20_000, hold: 300_000 };
  const attempt = (status: number, outcome: Attempt['outcome']): Attempt => ({
    ...{ deliveryId: '0000000000000001', outcome, type: 'user.created', durationMs: 12, wait: 5000 },
    answer: { status, retryAfter: undefined, error: undefined, excerpt: undefined },
  });
  return {
    findDue: {
      'of all lanes': (webhooks) => webhooks.findDue({ proven: 10, untried: 10, failing: 10 }, []),
    },
    takeTurn: {
      'a first one': (webhooks) => webhooks.takeTurn(webhook, [], limits),
      'one that notes what came of a call': (webhooks) =>
        webhooks.takeTurn(webhook, [attempt(204, 'delivered')], limits),
      'one that notes that the receiver works again': (webhooks) => {
        const failures = Array.from({ length: 10 }, () => attempt(500, 'retry'));
        return webhooks.takeTurn(webhook, [...failures, attempt(204, 'delivered')], limits);
      },
      'one that ends it': (webhooks) => webhooks.takeTurn(webhook, [attempt(410, 'retry')], limits),
    },
    trim: { 'what is over': (webhooks) => webhooks.trim(30) },
    count: { all: (webhooks) => webhooks.count() },
  };
}

/** @param recording that is under way */
export function recordingCalls(recording: Recording): StoreCalls<RecordingsStore> {
  const request = { at: new Date(0), requestId: 'r', status: 201, head: 'sealed', content: 'sealed' };
  return {
    findUnderWay: { all: (recordings) => recordings.findUnderWay() },
    keep: {
      'a request, and how many were left out': (recordings) => recordings.keep(recording, [request], 2),
    },
  };
}

export function groupCalls(world: CallWorld): StoreCalls<GroupsStore> {
  const { scope, user, otherUser, group, largeGroup, spareGroup, guarded } = world;
  const members = (change: Parameters<typeof delta>[0]): GroupUpdate => ({
    change: (same) => same,
    membership: delta(change),
    precondition: undefined,
  });
  const replaced = { clear: true, add: [user, otherUser] };
  return {
    insert: {
      'with members': (groups) =>
        groups.insert(scope, { displayName: 'New' }, delta({ add: [user, otherUser] }), MEMBERS),
      'without members': (groups) => groups.insert(scope, { displayName: 'Empty' }, NO_MEMBER_CHANGE, HEAD),
    },
    find: {
      'by id': (groups) => groups.find(scope, group, MEMBERS),
      'by id, without members': (groups) => groups.find(scope, group, HEAD),
      'by id, with many members': async (groups) => {
        const found = await groups.find(scope, largeGroup, MEMBERS);
        for await (const _ of found?.members ?? []) continue;
      },
    },
    list: {
      'the first page': (groups) => groups.list(scope, listOf(GROUP, { count: 1 }), MEMBERS),
      'the first page, without members': (groups) => groups.list(scope, listOf(GROUP), HEAD),
      'displayName eq "Engineers", without members': (groups) =>
        groups.list(scope, listing(GROUP, 'displayName eq "Engineers"'), HEAD),
      'members eq "<id>"': (groups) => groups.list(scope, listing(GROUP, `members eq "${user}"`), HEAD),
      'id eq "<id>" and members eq "<id>"': (groups) =>
        groups.list(scope, listing(GROUP, `id eq "${group}" and members eq "${user}"`), HEAD),
      'a page by displayName behind a cursor': (groups) => {
        const keyset = { from: { id: group, key: 'a' }, backward: false };
        return groups.list(scope, listOf(GROUP, { ...sortedBy(GROUP, 'displayName'), keyset }), HEAD);
      },
    },
    update: {
      'an attribute': (groups) =>
        groups.update(
          scope,
          group,
          {
            change: (attributes) => ({ ...attributes, externalId: 'g' }),
            membership: NO_MEMBER_CHANGE,
            precondition: undefined,
          },
          HEAD,
        ),
      'one member taken out': (groups) => groups.update(scope, group, members({ remove: [user] }), HEAD),
      'one member added': (groups) => groups.update(scope, group, members({ add: [user] }), HEAD),
      'all members': (groups) => groups.update(scope, group, members(replaced), MEMBERS),
    },
    delete: {
      'a group that is in a group': (groups) => groups.delete(scope, spareGroup, undefined),
      'a group, which the guard refuses': (groups) =>
        groups.delete(guarded.scope, guarded.group, undefined).catch(() => undefined),
    },
  };
}

export function resourceCalls({ scope }: CallWorld): StoreCalls<ResourcesStore> {
  const both = { ...listOf(USER), parts: [{ type: USER }, { type: GROUP }] };
  return {
    list: {
      'the first page of both types': (resources) => resources.list(scope, both, { user: ALL, group: HEAD }),
    },
  };
}

const HASH = Buffer.alloc(32);
const CREDENTIAL = { id: '1', name: 'Okta', dialect: 'lenient', scopes: [] } as const;

/** All but `recall`, which asks nothing of the database. */
export const accessTokenCalls: StoreCalls<Omit<AccessTokensStore, 'recall'>> = {
  findByHash: { 'a token': (tokens) => tokens.findByHash(HASH) },
  findRefused: { 'a token': (tokens) => tokens.findRefused(HASH) },
  claimExpiryWarnings: { all: (tokens) => tokens.claimExpiryWarnings() },
  claimSilences: { all: (tokens) => tokens.claimSilences() },
  countExpiring: { all: (tokens) => tokens.countExpiring() },
};

export const issuerCalls: StoreCalls<TokenIssuersStore> = {
  findByIssuer: { 'an issuer': (issuers) => issuers.findByIssuer('https://issuer.example') },
  findCompany: { 'by slug': (issuers) => issuers.findCompany('company-1') },
};

export const platformCredentialCalls: StoreCalls<Omit<PlatformCredentialsStore, 'recall'>> = {
  find: { 'a credential that reads a company': (credentials) => credentials.find(HASH, 'company-1') },
};

export const clientCalls: StoreCalls<OauthClientsStore> = {
  find: { 'a client': (clients) => clients.find('client_1', HASH) },
  issueToken: {
    'a token': (clients) =>
      clients.issueToken({
        clientId: 'client_1',
        parent: { secret: '1' },
        hash: HASH,
        scopes: [],
        lifetimeSeconds: 3600,
        most: 100,
        userAgent: undefined,
      }),
  },
  hasClientKeys: { any: (clients) => clients.hasClientKeys() },
};

/** @param written what writes the uses that were noted */
export const useCalls = (written: () => Promise<void>): StoreCalls<TokenUses> => ({
  note: {
    'the use of a token': (uses) => {
      uses.note({ id: '1' }, 'Okta');
      return written();
    },
    'the use of a platform credential': (uses) => {
      uses.note({ id: 'platform:1' }, 'sync');
      return written();
    },
  },
});

export const requestCalls = ({ scope }: CallWorld): StoreCalls<RequestJournal> => ({
  note: {
    'a refused request': (journal) =>
      journal.note({
        ...{ requestId: 'r', traceId: undefined, client: undefined, surface: 'standard' },
        ...{ company: scope.slug, txn: 't', credential: CREDENTIAL, operation: 'create' },
        ...{ outcome: 'refused', status: 409, durationMs: 1 },
      }),
  },
  flush: { 'what was noted': (journal) => journal.flush() },
});

export const lagCalls: StoreCalls<FeedLag> = { seconds: { now: (lag) => lag.seconds() } };
export const probeCalls: StoreCalls<DatabaseProbe> = { findFault: { now: (probe) => probe.findFault() } };

/** All but `onMoved`, which asks nothing of the database. */
export const feedCalls = ({ scope, group }: CallWorld): StoreCalls<Omit<FeedStore, 'onMoved'>> => {
  const behind = { place: '0', at: new Date() };
  const page = { after: undefined, limit: 2 };
  return {
    read: {
      'of a credential': (feed) => feed.read({ id: 'a', credential: HASH, companies: undefined }, behind, 10),
      'of a company': (feed) => feed.read({ id: 'a', companies: [scope.companyId] }, behind, 10),
    },
    end: { 'of a company': (feed) => feed.end({ id: 'a', companies: [scope.companyId] }) },
    members: {
      'of an entry': (feed) => feed.members(scope, group, page),
      'the next page': (feed) => feed.members(scope, group, { ...page, after: group }),
    },
    snapshot: {
      whole: async (feed) => {
        for await (const _ of (await feed.snapshot(scope, 60_000))?.lines ?? []);
      },
    },
    news: { first: (feed) => feed.news(undefined), then: (feed) => feed.news('0') },
  };
};
