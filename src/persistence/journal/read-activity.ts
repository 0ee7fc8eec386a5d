import { idParameter, readResourceId } from '../sql/resource-id.js';
import { join, parameter, sql, type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import { type Statement } from '../transaction/company-transaction.js';
import { firstIdAt } from '../../scim/id-times.js';

/** Which entries of the journal are asked for: those that fulfil all conditions. Ids are 16 hex digits. */
export interface ActivityFilter {
  readonly resource?: string;
  /** A user or group that came or went. */
  readonly member?: string;
  /** The id of a credential. */
  readonly credential?: string;
  /** The name that a credential had at the time. */
  readonly credentialName?: string;
  readonly operation?: string;
  readonly outcome?: string;
  /** Leaves out what asked for a state that was there already. */
  readonly exceptUnchanged?: boolean;
  readonly scimType?: string;
  readonly from?: Date;
  /** The first moment that does not count. */
  readonly to?: Date;
}

/** A part of the entries in one of two orders. */
export interface ActivityWindow {
  readonly order: 'newest first' | 'oldest first';
  /** The id behind which the part begins; undefined for the first one. */
  readonly behind: string | undefined;
  readonly count: number;
}

/** A row of the statements here: an entry as the journal has it, and the member that came or went, if it is only one. */
export interface ActivityRow {
  readonly id: string;
  readonly at: Date;
  readonly txn: string;
  readonly credential_id: string | null;
  readonly credential_name: string | null;
  readonly client: string | null;
  readonly surface: string | null;
  readonly request_id: string | null;
  readonly trace_id: string | null;
  readonly operation: string;
  readonly outcome: 'done' | 'unchanged' | 'refused' | 'ignored';
  readonly status: number | null;
  readonly scim_type: string | null;
  readonly resource_type: string | null;
  readonly resource: string | null;
  readonly external_id: string | null;
  readonly display: string | null;
  readonly version: string | null;
  readonly attributes: string[] | null;
  readonly added: number | null;
  readonly removed: number | null;
  readonly duration_ms: number | null;
  readonly detail: object | null;
  readonly member: string | null;
  readonly member_type: 'U' | 'G' | null;
  readonly member_display: string | null;
}

/** A member that came or went by an entry. */
export interface ActivityMemberRow {
  readonly activity: string;
  readonly member: string;
  readonly member_type: 'U' | 'G';
  readonly sign: 1 | -1;
  readonly member_display: string | null;
}

const ACTIVITY_COLUMNS = sql`format_resource_id(a.id) AS id, resource_id_time(a.id) AS at, a.txn, a.credential_id,
    a.credential_name, a.client, a.surface, a.request_id, a.trace_id, a.operation, a.outcome, a.status, a.scim_type,
    a.resource_type, format_resource_id(a.resource_id) AS resource, a.external_id, ${nameOfResource()} AS display, a.version, a.attributes,
    a.added, a.removed, a.duration_ms, a.detail`;

/** Entries of a company's journal. Each condition has an index, or is tested on entries in the order of their ids. */
export function selectActivities(
  companyId: string,
  filter: ActivityFilter,
  window: ActivityWindow,
): Statement {
  const company = sql`${parameter(companyId)}::bigint`;
  const order = window.order === 'newest first' ? sql`DESC` : sql`ASC`;
  const among = (id: SqlFragment): SqlFragment => conjunction(boundsOf(id, filter, window));
  const conditions = conditionsOf(filter);
  const { member, resource } = filter;
  const inGroup = resource === undefined ? sql`` : sql`AND e.group_id = ${idParameter(resource)}`;
  const found =
    member === undefined
      ? sql`SELECT a.* FROM activity a WHERE a.company_id = ${company} AND ${among(sql`a.id`)} AND ${conditions}
          ORDER BY a.id ${order} LIMIT ${parameter(window.count)}`
      : // The entries are looked up in the order in which the member came and went, as many as are asked for.
        sql`SELECT a.*, e.member_id, e.member_type FROM (
            SELECT e.activity_id, e.member_id, e.member_type FROM activity_members e
            WHERE e.company_id = ${company} AND e.member_id = ${idParameter(member)} AND ${among(sql`e.activity_id`)}
              ${inGroup}
            ORDER BY e.activity_id ${order}) e
          CROSS JOIN LATERAL (
            SELECT a.* FROM activity a WHERE a.company_id = ${company} AND a.id = e.activity_id AND ${conditions}
            OFFSET 0) a
          ORDER BY e.activity_id ${order} LIMIT ${parameter(window.count)}`;
  const single = member === undefined ? singleMember(company) : sql`SELECT a.member_id, a.member_type`;
  return toStatement(
    sql`${selectWithMember(company, found, single)} ORDER BY a.id ${order}`,
    nameOf(filter, window),
  );
}

/** The filters of the usual questions: few enough that a connection can hold the plans of all their combinations. */
const USUAL: ReadonlySet<string> = new Set(['resource', 'member', 'operation', 'exceptUnchanged']);

/** A name for each text that the usual questions have; undefined for others, which are planned each time. */
function nameOf(filter: ActivityFilter, { order, behind }: ActivityWindow): string | undefined {
  const filters = Object.entries(filter)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name]) => name);
  if (!filters.every((name) => USUAL.has(name))) return undefined;
  const page = behind === undefined ? 'first' : 'next';
  return ['activity', order === 'newest first' ? 'newest' : 'oldest', page, ...filters.sort()].join('.');
}

/** One entry, by its id. */
export function selectActivity(companyId: string, id: string): Statement {
  const company = sql`${parameter(companyId)}::bigint`;
  const found = sql`SELECT a.* FROM activity a WHERE a.company_id = ${company} AND a.id = ${idParameter(id)}`;
  return toStatement(selectWithMember(company, found, singleMember(company)), 'activity.show');
}

/** What {@link selectActivitySummary} finds: a row for each hour in which something was refused, one at least. */
export interface ActivitySummaryRow {
  /** When a client service last changed something. */
  readonly last_change: Date | null;
  /** How many whole hours ago; null where nothing was refused. */
  readonly hour: number | null;
  readonly refused: number;
}

/** How many entries are looked at, the newest first, for the last change. */
const LOOKED_AT = 1000;

/**
 * When a client service last changed something, and what was refused since a time, by the hour.
 *
 * @param most how many refusals are counted, the newest first
 */
export function selectActivitySummary(companyId: string, since: Date, most: number): Statement {
  const company = sql`${parameter(companyId)}::bigint`;
  return toStatement(
    sql`WITH newest AS (
        SELECT a.id, a.outcome, a.surface FROM activity a WHERE a.company_id = ${company} ORDER BY a.id DESC LIMIT ${parameter(LOOKED_AT)}
      ), refusals AS (
        SELECT a.id FROM activity a
        WHERE a.company_id = ${company} AND a.id >= ${parameter(firstIdAt(since))}::bigint
          AND a.outcome <> 'done' AND a.outcome <> 'unchanged' AND a.outcome = 'refused'
        ORDER BY a.id DESC LIMIT ${parameter(most)}
      ), hours AS (
        SELECT floor(extract(epoch FROM now() - resource_id_time(id)) / 3600)::int AS hour, count(*)::int AS refused
        FROM refusals GROUP BY 1
      )
      SELECT l.last_change, h.hour, coalesce(h.refused, 0) AS refused FROM (
        SELECT max(resource_id_time(n.id)) AS last_change FROM newest n
        WHERE n.outcome = 'done' AND n.surface IS NOT NULL AND n.surface <> 'admin' AND n.surface <> 'command line') l
      LEFT JOIN hours h ON true`,
    'activity.summary',
  );
}

/** How many entries lie in one of the stretches of time that {@link selectActivityCounts} counts. */
export interface ActivityCountRow {
  /** From 0. */
  readonly place: number;
  /** Whether they are of the newest refusals, and not of the newest entries of all kinds. */
  readonly troubles: boolean;
  readonly outcome: string;
  readonly entries: number;
}

/**
 * Counts entries between the bounds of the filter, in stretches of so many milliseconds: the newest of all kinds, and the newest
 * refusals, which are few among many others.
 *
 * @param most how many of either are counted
 */
export function selectActivityCounts(
  companyId: string,
  { from, to, ...filter }: ActivityFilter & Required<Pick<ActivityFilter, 'from' | 'to'>>,
  stretchMs: number,
  most: number,
): Statement {
  const first = sql`${parameter(firstIdAt(from))}::bigint`;
  const newest = (conditions: SqlFragment): SqlFragment => sql`SELECT a.id, a.outcome FROM activity a
        WHERE a.company_id = ${parameter(companyId)}::bigint AND a.id >= ${first}
          AND a.id < ${parameter(firstIdAt(to))}::bigint AND ${conditions}
        ORDER BY a.id DESC LIMIT ${parameter(most)}`;
  // An id begins with its milliseconds; 22 bits stand behind them.
  return toStatement(
    sql`SELECT (((e.id - ${first}) >> 22) / ${parameter(stretchMs)}::bigint)::int AS place, e.troubles, e.outcome,
        count(*)::int AS entries
      FROM (
        SELECT n.*, false AS troubles FROM (${newest(conditionsOf(filter))}) n
        UNION ALL
        SELECT r.*, true FROM (${newest(conditionsOf({ ...filter, outcome: 'refused' }))}) r) e
      GROUP BY 1, 2, 3`,
  );
}

/** Where a single member came or went, the sentence about it has a name: `single` is the member of an entry `a`. */
function selectWithMember(company: SqlFragment, found: SqlFragment, single: SqlFragment): SqlFragment {
  return sql`SELECT ${ACTIVITY_COLUMNS}, format_resource_id(e.member_id) AS member, e.member_type,
      ${displayOf(company, sql`e`)} AS member_display
    FROM (${found}) a LEFT JOIN LATERAL (${single}) e ON a.added + a.removed = 1 ${joinNames(company, sql`e`)}`;
}

function singleMember(company: SqlFragment): SqlFragment {
  return sql`SELECT e.member_id, e.member_type FROM activity_members e
      WHERE e.company_id = ${company} AND e.group_id = a.resource_id AND e.activity_id = a.id LIMIT 1`;
}

/** Members that came or went by an entry, in the order of their ids. */
export function selectMembersOf(
  companyId: string,
  { id, group }: { readonly id: string; readonly group: string },
  { behind, count }: { readonly behind: string | undefined; readonly count: number },
): Statement {
  const company = sql`${parameter(companyId)}::bigint`;
  return toStatement(
    sql`SELECT ${MEMBER_COLUMNS}, ${displayOf(company, sql`e`)} AS member_display FROM (
      SELECT e.* FROM activity_members e
      WHERE e.company_id = ${company} AND e.group_id = ${idParameter(group)} AND e.activity_id = ${idParameter(id)}
        ${behindMember(behind)}
      ORDER BY e.member_id LIMIT ${parameter(count)}) e
    ${joinNames(company, sql`e`)} ORDER BY e.member_id`,
    behind === undefined ? 'activity.members' : 'activity.members.next',
  );
}

/** {@link selectMembersOf} for several entries: of each the first `count`. */
export function selectFirstMembersOf(
  companyId: string,
  entries: readonly { readonly id: string; readonly group: string }[],
  count: number,
): Statement {
  const company = sql`${parameter(companyId)}::bigint`;
  const ids = (list: readonly string[]): SqlFragment =>
    sql`${parameter(list.map((id) => readResourceId(id) ?? null))}::bigint[]`;
  return toStatement(
    sql`SELECT ${MEMBER_COLUMNS}, ${displayOf(company, sql`e`)} AS member_display
    FROM unnest(${ids(entries.map(({ id }) => id))}, ${ids(entries.map(({ group }) => group))}) n (activity_id, group_id)
    CROSS JOIN LATERAL (
      SELECT e.* FROM activity_members e
      WHERE e.company_id = ${company} AND e.group_id = n.group_id AND e.activity_id = n.activity_id
      ORDER BY e.member_id LIMIT ${parameter(count)}) e
    ${joinNames(company, sql`e`)} ORDER BY e.activity_id, e.member_id`,
    'activity.members.first',
  );
}

const MEMBER_COLUMNS = sql`format_resource_id(e.activity_id) AS activity, format_resource_id(e.member_id) AS member,
    e.member_type, e.sign`;

/** The condition of members behind one in the order of their ids. */
export function behindMember(behind: string | undefined): SqlFragment {
  return behind === undefined ? sql`` : sql`AND e.member_id > ${idParameter(behind)}`;
}

/** Joins what has the names of members: of `row`, with `member_id` and `member_type`. */
export function joinNames(company: SqlFragment, row: SqlFragment): SqlFragment {
  return sql`LEFT JOIN users u ON u.company_id = ${company} AND u.id = ${row}.member_id AND ${row}.member_type = 'U'
    LEFT JOIN groups g ON g.company_id = ${company} AND g.id = ${row}.member_id AND ${row}.member_type = 'G'`;
}

/** The present name of a member that {@link joinNames} was given, or the last one of a member that is gone. */
export function displayOf(company: SqlFragment, row: SqlFragment): SqlFragment {
  return sql`coalesce(u.display, g.display_name, ${lastDisplayOf(company, sql`${row}.member_id`)})`;
}

/** The name of what an entry is about: at the time, or of a request that changed nothing the present one, or the last. */
function nameOfResource(): SqlFragment {
  const ofKey = sql`t.company_id = a.company_id AND t.id = a.resource_id`;
  return sql`CASE WHEN a.display IS NULL AND a.resource_id IS NOT NULL THEN coalesce(
        (SELECT t.display FROM users t WHERE ${ofKey}), (SELECT t.display_name FROM groups t WHERE ${ofKey}),
        ${lastDisplayOf(sql`a.company_id`, sql`a.resource_id`)})
      ELSE a.display END`;
}

/** The name by which the journal knows a resource. */
export function lastDisplayOf(company: SqlFragment, id: SqlFragment): SqlFragment {
  return sql`(SELECT j.display FROM activity j WHERE j.company_id = ${company} AND j.resource_id = ${id}
        AND j.display IS NOT NULL
      ORDER BY j.id DESC LIMIT 1)`;
}

function boundsOf(id: SqlFragment, { from, to }: ActivityFilter, window: ActivityWindow): SqlFragment[] {
  const conditions: SqlFragment[] = [];
  if (from !== undefined) conditions.push(sql`${id} >= ${parameter(firstIdAt(from))}::bigint`);
  if (to !== undefined) conditions.push(sql`${id} < ${parameter(firstIdAt(to))}::bigint`);
  if (window.behind !== undefined) {
    const last = idParameter(window.behind);
    conditions.push(window.order === 'newest first' ? sql`${id} < ${last}` : sql`${id} > ${last}`);
  }
  return conditions;
}

function conditionsOf(filter: ActivityFilter): SqlFragment {
  const { resource, credential, credentialName, operation, outcome, scimType } = filter;
  const conditions: SqlFragment[] = [];
  if (resource !== undefined) conditions.push(sql`a.resource_id = ${idParameter(resource)}`);
  if (credential !== undefined) conditions.push(sql`a.credential_id = ${parameter(credential)}`);
  if (credentialName !== undefined) conditions.push(sql`a.credential_name = ${parameter(credentialName)}`);
  const isTrouble = outcome === 'refused' || outcome === 'ignored' || scimType !== undefined;
  if (operation !== undefined) {
    // The index of the resource, or of what went wrong, finds fewer entries than that of the operation.
    const words = resource !== undefined || isTrouble ? sql`a.operation || ''` : sql`a.operation`;
    conditions.push(sql`${words} = ${parameter(operation)}`);
  }
  if (outcome !== undefined) conditions.push(sql`a.outcome = ${parameter(outcome)}`);
  if (scimType !== undefined) conditions.push(sql`a.scim_type = ${parameter(scimType)}`);
  if (filter.exceptUnchanged === true) conditions.push(sql`a.outcome <> 'unchanged'`);
  // The words of the index of what went wrong.
  if (isTrouble) conditions.push(sql`a.outcome <> 'done' AND a.outcome <> 'unchanged'`);
  return conjunction(conditions);
}

const conjunction = (conditions: readonly SqlFragment[]): SqlFragment =>
  conditions.length === 0 ? sql`true` : join(conditions, sql` AND `);
