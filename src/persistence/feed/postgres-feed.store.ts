import {
  type EntryMember,
  type FeedEntry,
  type FeedPart,
  type FeedReader,
  type FeedSnapshot,
  FeedStore,
  type SnapshotLine,
} from '../../feed/feed.store.js';
import { type FeedPosition } from '../../feed/feed-positions.js';
import { type JsonObject } from '../../protocol/json.js';
import { type AbortSignalLike } from '../../scim/abort-signal.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { type OutboxRelay } from '../journal/outbox-relay.js';
import { behindMember, joinNames } from '../journal/read-activity.js';
import { formatResourceId, idParameter } from '../sql/resource-id.js';
import { parameter, sql, toStatement } from '../sql/sql-fragment.js';
import {
  type CompanyTransaction,
  type SqlValue,
  type Statement,
} from '../transaction/company-transaction.js';

/** How many members of an entry are read with it. */
const INLINE = 100;
/** How many places are looked at for news at once. */
const NEWS = 5000;
/** How many lines of a snapshot are read at once. */
const SNAPSHOT_BATCH = 2000;

/** Asks for what concerns no company. */
const SERVER: FeedReader = { id: 'feed', companies: [] };

interface EntryRow {
  readonly place: string;
  readonly more: boolean;
  readonly company_id: string;
  readonly slug: string | null;
  readonly activity_id: string;
  readonly txn: string | null;
  readonly credential_name: string | null;
  readonly operation: string | null;
  readonly resource_type: string | null;
  readonly resource_id: string | null;
  readonly external_id: string | null;
  readonly display: string | null;
  readonly user_name: string | null;
  readonly active: boolean | null;
  readonly version: string | null;
  readonly attributes: readonly string[] | null;
  readonly changed: number;
  readonly members: readonly MemberRow[] | null;
  readonly detail: JsonObject | null;
}

interface MemberRow {
  readonly id: string;
  readonly type: 'U' | 'G';
  readonly sign: 1 | -1;
  readonly name: string | null;
  readonly external_id: string | null;
}

type MemberOfEntry = MemberRow | { readonly id: null };

interface StateRow {
  readonly head: string;
  readonly lost: boolean | null;
  readonly at: Date;
}

/** {@link FeedStore} in PostgreSQL. */
export class PostgresFeedStore extends FeedStore {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly relay: OutboxRelay,
  ) {
    super();
  }

  override async read(reader: FeedReader, behind: FeedPosition, most: number): Promise<FeedPart | undefined> {
    const [state, found] = await this.transaction.readAcross(turnOf(reader), [
      stateOf(reader, behind),
      selectFeed(reader, behind.place, most),
    ]);
    const { head, lost, at } = state?.rows[0] as StateRow;
    if (lost === true) return undefined;
    const rows = found?.rows as readonly EntryRow[];
    const last = rows.at(-1);
    const more = last?.more ?? false;
    const place = last && more ? last.place : furthest(head, behind.place);
    return { entries: rows.map(toEntry), next: { place, at }, more };
  }

  override async end(reader: FeedReader): Promise<FeedPosition> {
    const [state] = await this.transaction.readAcross(turnOf(reader), [stateOf(reader)]);
    const { head, at } = state?.rows[0] as StateRow;
    return { place: head, at };
  }

  override async members(
    scope: CompanyScope,
    entryId: string,
    page: { readonly after: string | undefined; readonly limit: number },
  ): Promise<readonly EntryMember[] | undefined> {
    const [found] = await this.transaction.read(scope, [selectMembers(scope.companyId, entryId, page)]);
    const rows = (found?.rows ?? []) as readonly MemberOfEntry[];
    if (rows.length === 0) return undefined;
    return rows.flatMap((row) => (row.id === null ? [] : [toMember(row)]));
  }

  override async snapshot(scope: CompanyScope, limit: number): Promise<FeedSnapshot | undefined> {
    const { first, batches } = await this.transaction.stream(
      scope,
      [lockSnapshot(scope.companyId), stateOf(SERVER)],
      selectSnapshot(scope.companyId),
      SNAPSHOT_BATCH,
      limit,
    );
    const lines = batches as AsyncIterable<readonly SnapshotLine[]>;
    if (first[0]?.rows[0]?.['alone'] !== true) {
      await lines[Symbol.asyncIterator]().return?.();
      return undefined;
    }
    const { head, at } = first[1]?.rows[0] as StateRow;
    return { position: { place: head, at }, lines };
  }

  override async news(
    behind: string | undefined,
  ): Promise<{ readonly head: string; readonly companies: readonly string[] }> {
    if (behind === undefined) {
      return { head: (await this.end(SERVER)).place, companies: [] };
    }
    const statement = {
      name: 'feed.news',
      text: 'SELECT head, companies FROM feed_news($1::bigint, $2)',
      values: [behind, NEWS],
    };
    const { rows } = await this.transaction.runOutsideCompany(statement);
    const { head, companies } = rows[0] as { head: string | null; companies: readonly string[] | null };
    return { head: head ?? behind, companies: companies ?? [] };
  }

  override onMoved(listener: () => void): void {
    this.relay.onMoved = listener;
  }
}

const turnOf = ({
  id,
  signal,
}: FeedReader): { readonly companyId: string; readonly signal?: AbortSignalLike } => ({
  companyId: id,
  ...(signal && { signal }),
});

/** The state of the feed for the reader, and whether it has missed something behind a position. */
const stateOf = (reader: FeedReader, behind?: FeedPosition): Statement => ({
  name: 'feed.state',
  text: 'SELECT head, lost, at FROM feed_state($1::bytea, $2::bigint[], $3::bigint, $4::timestamptz)',
  values: [...readerValues(reader), behind?.place ?? null, behind?.at.toISOString() ?? null],
});

const selectFeed = (reader: FeedReader, place: string, most: number): Statement => ({
  name: 'feed.read',
  text: 'SELECT * FROM read_feed($1::bytea, $2::bigint[], $3::bigint, $4, $5)',
  values: [...readerValues(reader), place, most, INLINE],
});

const readerValues = ({ credential, companies }: FeedReader): [SqlValue, SqlValue] => [
  credential ?? null,
  companies ?? null,
];

/** Places only rise for a reader, also where everything was removed. */
const furthest = (head: string, behind: string): string => (BigInt(head) > BigInt(behind) ? head : behind);

const toEntry = (row: EntryRow): FeedEntry => ({
  place: row.place,
  companyId: row.company_id,
  slug: row.slug ?? '',
  entryId: formatResourceId(row.activity_id),
  txn: row.txn ?? '',
  credential: row.credential_name,
  operation: row.operation,
  resourceType: row.resource_type,
  resourceId: row.resource_id === null ? null : formatResourceId(row.resource_id),
  externalId: row.external_id,
  display: row.display,
  userName: row.user_name,
  active: row.active,
  version: row.version === null ? null : Number(row.version),
  attributes: row.attributes ?? [],
  changed: row.changed,
  members: (row.members ?? []).map(toMember),
  detail: row.detail,
});

const typeOf = (letter: 'U' | 'G'): 'User' | 'Group' => (letter === 'U' ? 'User' : 'Group');

const toMember = ({ id, type, sign, name, external_id: externalId }: MemberRow): EntryMember => ({
  id,
  type: typeOf(type),
  sign,
  name,
  externalId,
});

/** The members of an entry: no row where there is no such entry of a group, one without a member where none is left. */
function selectMembers(
  companyId: string,
  entryId: string,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Statement {
  const company = sql`${parameter(companyId)}::bigint`;
  return toStatement(
    sql`SELECT format_resource_id(e.member_id) AS id, e.member_type AS type, e.sign,
      coalesce(u.attributes->>'userName', g.display_name) AS name, coalesce(u.external_id, g.external_id) AS external_id
    FROM (
      SELECT a.id, a.resource_id FROM activity a
      WHERE a.company_id = ${company} AND a.id = ${idParameter(entryId)} AND a.resource_type = 'Group') a
    LEFT JOIN LATERAL (
      SELECT e.* FROM activity_members e
      WHERE e.company_id = ${company} AND e.group_id = a.resource_id AND e.activity_id = a.id
        ${behindMember(after)}
      ORDER BY e.member_id LIMIT ${parameter(limit)}) e ON true
    ${joinNames(company, sql`e`)} ORDER BY e.member_id`,
    after === undefined ? 'feed.members' : 'feed.members.next',
  );
}

/** Held until the end of the transaction, for one company each. */
const lockSnapshot = (companyId: string): Statement => ({
  text: "SELECT pg_try_advisory_xact_lock(hashtextextended('rollcall snapshot', $1::bigint)) AS alone",
  values: [companyId],
});

/** All that a company has, as lines of JSON that the database makes: one after the other, as a cursor reads them. */
function selectSnapshot(companyId: string): Statement {
  const company = sql`${parameter(companyId)}::bigint`;
  return toStatement(sql`
    SELECT 'user' AS kind, json_strip_nulls(row_to_json(r))::text AS json FROM (
      SELECT 'user' AS type, format_resource_id(u.id) AS id, u.version, u.attributes->>'userName' AS "userName",
        u.display AS "displayName", u.external_id AS "externalId",
        u.attributes->'active' IS DISTINCT FROM 'false'::jsonb AS active
      FROM users u WHERE u.company_id = ${company}) r
    UNION ALL
    SELECT 'group', json_strip_nulls(row_to_json(r))::text FROM (
      SELECT 'group' AS type, format_resource_id(g.id) AS id, g.version, g.display_name AS "displayName",
        g.external_id AS "externalId"
      FROM groups g WHERE g.company_id = ${company}) r
    UNION ALL
    SELECT 'membership', row_to_json(r)::text FROM (
      SELECT 'membership' AS type, format_resource_id(m.group_id) AS "group", format_resource_id(m.member_id) AS value,
        CASE WHEN m.member_user_id IS NULL THEN 'Group' ELSE 'User' END AS "memberType"
      FROM memberships m WHERE m.company_id = ${company}) r`);
}
