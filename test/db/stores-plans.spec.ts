import type pg from 'pg';
import { selectGroup } from '../../src/persistence/groups/read-groups.js';
import { pageOfOne, selectMembers } from '../../src/persistence/groups/select-groups.js';
import { pageQuery } from '../../src/persistence/sql/page-query.js';
import { sql, type SqlFragment, toStatement } from '../../src/persistence/sql/sql-fragment.js';
import { type Statement } from '../../src/persistence/transaction/company-transaction.js';
import { bindFilter } from '../../src/protocol/filter/bind-filter.js';
import { FilterParser } from '../../src/protocol/filter/filter.parser.js';
import { type BoundAttribute, resolveAttribute } from '../../src/protocol/schema/attribute-path.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../src/protocol/schema/resource-types.js';
import { type ResourceType } from '../../src/protocol/schema/schema.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { listOf, StoreRig } from './store-rig.js';

const SIZE = 8_000;

let rig: StoreRig;
let scope: CompanyScope;
let service: pg.Client;
let userId: string;
let groupId: string;

/** Two companies of the same size; every user in the one big group, and in one of the small ones. */
async function fill(company: CompanyScope): Promise<void> {
  const values = [company.companyId, SIZE];
  await rig.admin.query(
    `INSERT INTO users (company_id, attributes, search, user_name_key, display_name_key, email_keys, external_id, display, display_key)
     SELECT $1, d, d, d->>'userName', d->>'displayName', d#>>'{emails,0,value}', d->>'externalId', 'x', 'x'
     FROM generate_series(1, $2::int) n CROSS JOIN LATERAL jsonb_build_object(
       'userName', 'user' || n || '@example.com', 'displayName', 'display ' || md5(n::text), 'externalId', 'ext' || n,
       'name', jsonb_build_object('familyName', 'family' || n), 'active', true,
       'emails', jsonb_build_array(jsonb_build_object('value', 'mail' || md5(n::text) || '@example.com', 'type', 'work'))) d`,
    values,
  );
  await rig.admin.query(
    `INSERT INTO groups (company_id, attributes, search, display_name, display_name_key, external_id)
     SELECT $1, d, d, d->>'displayName', d->>'displayName', d->>'externalId' FROM generate_series(1, $2::int) n
     CROSS JOIN LATERAL jsonb_build_object('displayName', 'group ' || md5(n::text), 'externalId', 'g' || n) d`,
    values,
  );
  await rig.admin.query(
    `WITH g AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM groups WHERE company_id = $1),
       u AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM users WHERE company_id = $1)
     INSERT INTO memberships (company_id, group_id, member_id, member_user_id)
     SELECT $1, g.id, u.id, u.id FROM u JOIN g ON g.n = u.n
     UNION SELECT $1, g.id, u.id, u.id FROM u JOIN g ON g.n = 1`,
    [company.companyId],
  );
}

beforeAll(async () => {
  rig = await StoreRig.open();
  scope = await rig.company();
  await fill(await rig.company());
  await fill(scope);
  await rig.admin.query('ANALYZE');
  service = await rig.asService(scope.companyId);
  const firstId = async (table: string): Promise<string> =>
    (await service.query(`SELECT format_resource_id(min(id)) AS id FROM ${table}`)).rows[0].id;
  userId = await firstId('users');
  groupId = await firstId('groups');
}, 60_000);
afterAll(async () => {
  await service.end();
  await rig.close();
});

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  Plans?: PlanNode[];
}

async function planOf({
  text,
  values,
}: Statement): Promise<{ indexes: string[]; scanned: string[]; rows: number }> {
  const explained = await service.query(`EXPLAIN (FORMAT JSON) ${text}`, values as unknown[]);
  const indexes: string[] = [];
  const scanned: string[] = [];
  const visit = (node: PlanNode): void => {
    if (node['Index Name'] !== undefined) indexes.push(node['Index Name']);
    if (node['Node Type'] === 'Seq Scan') scanned.push(node['Relation Name'] ?? '');
    node.Plans?.forEach(visit);
  };
  visit(explained.rows[0]['QUERY PLAN'][0].Plan);
  const { rows } = await service.query(text, values as unknown[]);
  return { indexes, scanned, rows: Number(rows[0].total ?? rows.length) };
}

function listing(type: ResourceType, filter: string): Statement {
  const baseUri = 'https://x/v2';
  const bound = bindFilter(new FilterParser().parse(filter, { dialect: 'strict' }), type, {
    dialect: 'lenient',
    baseUri,
  });
  return toStatement(sql`WITH ${pageQuery(scope, listOf(type, { filter: bound, baseUri }))}
    SELECT t.total, p.id FROM total t LEFT JOIN page p ON true ORDER BY p.position`);
}

const { user, group } = BUILT_IN_RESOURCE_TYPES;
const MAIL = 'mailc4ca4238a0b923820dcc509a6f75849b@example.com';

it.each([
  ['User', 'userName eq "USER7@example.com"', 'users_user_name_unique', 1],
  ['User', 'userName sw "user7999"', 'users_user_name_unique', 1],
  ['User', 'userName co "7999@exam"', 'users_user_name_trigrams', 1],
  ['User', 'externalId eq "ext7"', 'users_external_id_index', 1],
  ['User', 'displayName eq "Display c4ca4238a0b923820dcc509a6f75849b"', 'users_display_name_index', 1],
  ['User', 'displayName co "c4ca4238a0b9"', 'users_display_name_trigrams', 1],
  ['User', `emails.value eq "${MAIL}"`, 'users_search_index', 1],
  ['User', `emails eq "${MAIL}" or name.familyName eq "family9"`, 'users_search_index', 2],
  ['User', `emails[type eq "work" and value eq "${MAIL}"]`, 'users_search_index', 1],
  ['User', 'emails[type eq "work" and value co "ilc4ca4238a"]', 'users_email_trigrams', 1],
  ['User', 'emails.value ew "20dcc509a6f75849b@example.com"', 'users_email_trigrams', 1],
  ['User', 'name.familyName eq "Family9"', 'users_search_index', 1],
  ['User', 'userName eq "user7@example.com" and not (active eq false)', 'users_user_name_unique', 1],
  ['Group', 'displayName eq "Group c4ca4238a0b923820dcc509a6f75849b"', 'groups_display_name_unique', 1],
  ['Group', 'displayName sw "group c4ca4238"', 'groups_display_name_unique', 1],
  ['Group', 'displayName co "c4ca4238a0b9"', 'groups_display_name_trigrams', 1],
  ['Group', 'externalId eq "g7"', 'groups_external_id_index', 1],
] as const)('FIL: an index answers, on %s, %s', async (type, filter, index, total) => {
  const plan = await planOf(listing(type === 'User' ? user : group, filter));
  expect(plan).toMatchObject({ scanned: [], rows: total });
  expect(plan.indexes).toContain(index);
});

it('GRP-13: finds by id, by member and by group without reading everything', async () => {
  for (const [type, filter, index, total] of [
    [user, `id eq "${userId}"`, 'users_pkey', 1],
    [group, `members.value eq "${userId}"`, 'memberships_member_user_index', 1],
    [group, `members[value eq "${userId}"]`, 'memberships_member_user_index', 1],
    [group, `members.$ref eq "https://x/v2/Users/${userId}"`, 'memberships_member_user_index', 1],
    [group, `members[$ref eq "../Users/${userId}"]`, 'memberships_member_user_index', 1],
    [user, `meta.location eq "/v2/Users/${userId}"`, 'users_pkey', 1],
    [group, `id eq "${groupId}" and members eq "${userId}"`, 'groups_pkey', 1],
    [user, `groups.value eq "${groupId}" and userName eq "user7@example.com"`, 'users_user_name_unique', 1],
  ] as const) {
    const plan = await planOf(listing(type, filter));
    expect({ filter, plan }).toMatchObject({ plan: { scanned: [], rows: total } });
    expect({ filter, indexes: plan.indexes }).toEqual({ filter, indexes: expect.arrayContaining([index]) });
  }
});

it('a filter that no index answers is a scan of this company, and right', async () => {
  expect(await planOf(listing(user, 'name.familyName ew "y7"'))).toMatchObject({ rows: 1 });
});

it('reads one group and the first of its members by keys alone, and streams in their order without a sort', async () => {
  const one = await planOf(selectGroup(scope, groupId, { members: true }));
  expect(one.scanned).toEqual([]);
  expect(one.indexes).toEqual(expect.arrayContaining(['groups_pkey', 'memberships_pkey']));
  const page = await planOf(toStatement(sql`WITH ${pageOfOne(scope, groupId)} SELECT * FROM page`));
  expect(page.indexes).toEqual(['groups_pkey']);
  const { text, values } = toStatement(selectMembers(scope, groupId));
  await service.query('BEGIN');
  const explained = await service.query(`EXPLAIN DECLARE c CURSOR FOR ${text}`, values as unknown[]);
  await service.query('ROLLBACK');
  const plan = explained.rows.map((row) => String(row['QUERY PLAN'])).join('\n');
  expect(plan).toContain('memberships_pkey');
  expect(plan).not.toContain('Sort');
});

it('lists without a filter by the primary key', async () => {
  const plan = await planOf(toStatement(sql`WITH ${pageQuery(scope, listOf(user))} SELECT p.id FROM page p`));
  expect(plan).toMatchObject({ scanned: [], indexes: ['users_pkey'], rows: 100 });
});

describe('CUR: a page far behind is found by an index', () => {
  const from = { id: '0000000000000000', key: 'user4000@example.com' };
  const place = async (table: string): Promise<typeof from> => {
    const { rows } = await service.query<typeof from>(
      `SELECT format_resource_id(id) AS id, NULL AS key FROM ${table} ORDER BY id OFFSET 4000 LIMIT 1`,
    );
    return rows[0] ?? from;
  };
  const page = (query: SqlFragment): Statement => toStatement(sql`WITH ${query} SELECT p.id FROM page p`);

  it.each([false, true])('of users by id and by userName, backward: %s', async (backward) => {
    const byId = listOf(user, { keyset: { from: await place('users'), backward } });
    expect(await planOf(page(pageQuery(scope, byId)))).toMatchObject({
      scanned: [],
      indexes: ['users_pkey'],
      rows: 100,
    });
    const sortBy = attributeOf(user, 'userName');
    for (const descending of [false, true]) {
      const behind = listOf(user, { sortBy, sort: { descending }, keyset: { from, backward } });
      const plan = await planOf(page(pageQuery(scope, behind)));
      expect(plan).toMatchObject({ scanned: [], indexes: ['users_user_name_unique'], rows: 100 });
    }
    const begun = listOf(user, { sortBy, sort: { descending: false }, keyset: { backward } });
    const first = await planOf(page(pageQuery(scope, begun)));
    expect(first).toMatchObject({ scanned: [], indexes: ['users_user_name_unique'], rows: 100 });
  });

  it('of groups by displayName', async () => {
    const sortBy = attributeOf(group, 'displayName');
    const keyset = { from: { ...from, key: 'group 7' }, backward: false };
    const behind = listOf(group, { sortBy, sort: { descending: false }, keyset });
    const plan = await planOf(page(pageQuery(scope, behind)));
    expect(plan).toMatchObject({ scanned: [], indexes: ['groups_display_name_unique'], rows: 100 });
  });

  it('of both types by id', async () => {
    const keyset = { from: await place('groups'), backward: false };
    const both = { ...listOf(user, { keyset }), parts: [{ type: user }, { type: group }] };
    const plan = await planOf(page(pageQuery(scope, both)));
    expect(plan).toMatchObject({ scanned: [], rows: 100 });
    expect(plan.indexes.sort()).toEqual(['groups_pkey', 'users_pkey']);
  });
});

function attributeOf(type: ResourceType, name: string): BoundAttribute {
  const resolution = resolveAttribute(type, name);
  if (resolution.kind !== 'attribute') throw new Error(`${name} is no attribute`);
  return resolution.target;
}
