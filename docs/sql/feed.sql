---- read: of a credential

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

-- prepared once: feed.state
SELECT head, lost, at FROM feed_state($1::bytea, $2::bigint[], $3::bigint, $4::timestamptz);

-- prepared once: feed.read
SELECT * FROM read_feed($1::bytea, $2::bigint[], $3::bigint, $4, $5);

COMMIT;

---- read: of a company

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

-- prepared once: feed.state
SELECT head, lost, at FROM feed_state($1::bytea, $2::bigint[], $3::bigint, $4::timestamptz);

-- prepared once: feed.read
SELECT * FROM read_feed($1::bytea, $2::bigint[], $3::bigint, $4, $5);

COMMIT;

---- end: of a company

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

-- prepared once: feed.state
SELECT head, lost, at FROM feed_state($1::bytea, $2::bigint[], $3::bigint, $4::timestamptz);

COMMIT;

---- members: of an entry

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

-- prepared once: feed.members
SELECT format_resource_id(e.member_id) AS id, e.member_type AS type, e.sign,
coalesce(u.attributes->>'userName', g.display_name) AS name, coalesce(u.external_id, g.external_id) AS external_id
FROM (
  SELECT a.id, a.resource_id FROM activity a
  WHERE a.company_id = $1::bigint AND a.id = $2::bigint AND a.resource_type = 'Group') a
LEFT JOIN LATERAL (
  SELECT e.* FROM activity_members e
  WHERE e.company_id = $1::bigint AND e.group_id = a.resource_id AND e.activity_id = a.id
  ORDER BY e.member_id LIMIT $3) e ON true
LEFT JOIN users u ON u.company_id = $1::bigint AND u.id = e.member_id AND e.member_type = 'U'
LEFT JOIN groups g ON g.company_id = $1::bigint AND g.id = e.member_id AND e.member_type = 'G' ORDER BY e.member_id;

COMMIT;

---- members: the next page

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

-- prepared once: feed.members.next
SELECT format_resource_id(e.member_id) AS id, e.member_type AS type, e.sign,
coalesce(u.attributes->>'userName', g.display_name) AS name, coalesce(u.external_id, g.external_id) AS external_id
FROM (
  SELECT a.id, a.resource_id FROM activity a
  WHERE a.company_id = $1::bigint AND a.id = $2::bigint AND a.resource_type = 'Group') a
LEFT JOIN LATERAL (
  SELECT e.* FROM activity_members e
  WHERE e.company_id = $1::bigint AND e.group_id = a.resource_id AND e.activity_id = a.id
  AND e.member_id > $3::bigint
  ORDER BY e.member_id LIMIT $4) e ON true
LEFT JOIN users u ON u.company_id = $1::bigint AND u.id = e.member_id AND e.member_type = 'U'
LEFT JOIN groups g ON g.company_id = $1::bigint AND g.id = e.member_id AND e.member_type = 'G' ORDER BY e.member_id;

COMMIT;

---- snapshot: whole

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

SELECT pg_try_advisory_xact_lock(hashtextextended('rollcall snapshot', $1::bigint)) AS alone;

-- prepared once: feed.state
SELECT head, lost, at FROM feed_state($1::bytea, $2::bigint[], $3::bigint, $4::timestamptz);

DECLARE batches NO SCROLL CURSOR FOR
SELECT 'user' AS kind, json_strip_nulls(row_to_json(r))::text AS json FROM (
  SELECT 'user' AS type, format_resource_id(u.id) AS id, u.version, u.attributes->>'userName' AS "userName",
  u.display AS "displayName", u.external_id AS "externalId",
  u.attributes->'active' IS DISTINCT FROM 'false'::jsonb AS active
  FROM users u WHERE u.company_id = $1::bigint) r
UNION ALL
SELECT 'group', json_strip_nulls(row_to_json(r))::text FROM (
  SELECT 'group' AS type, format_resource_id(g.id) AS id, g.version, g.display_name AS "displayName",
  g.external_id AS "externalId"
  FROM groups g WHERE g.company_id = $1::bigint) r
UNION ALL
SELECT 'membership', row_to_json(r)::text FROM (
  SELECT 'membership' AS type, format_resource_id(m.group_id) AS "group", format_resource_id(m.member_id) AS value,
  CASE WHEN m.member_user_id IS NULL THEN 'Group' ELSE 'User' END AS "memberType"
  FROM memberships m WHERE m.company_id = $1::bigint) r;

FETCH FORWARD 2000 FROM batches;

FETCH FORWARD 2000 FROM batches;

COMMIT;

---- news: first

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

-- prepared once: feed.state
SELECT head, lost, at FROM feed_state($1::bytea, $2::bigint[], $3::bigint, $4::timestamptz);

COMMIT;

---- news: then

-- prepared once: feed.news
SELECT head, companies FROM feed_news($1::bigint, $2);
