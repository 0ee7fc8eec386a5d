---- decide: a question by ids

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

-- prepared once: checks.climb.i.i
WITH RECURSIVE
nested AS MATERIALIZED (SELECT g.id FROM (SELECT DISTINCT k.id FROM unnest($1::bigint[]) k (id)) g WHERE EXISTS (SELECT  FROM scoped.memberships m WHERE m.group_id = g.id AND m.member_group_id IS NOT NULL OFFSET 0)),
asked AS MATERIALIZED (
  SELECT a.place, a.user_id, a.group_id, CASE
  WHEN a.verdict IS NOT NULL THEN a.verdict
  WHEN a.direct_only OR a.group_id NOT IN (SELECT n.id FROM nested n) THEN
  CASE WHEN EXISTS (SELECT  FROM scoped.memberships m WHERE m.member_user_id = a.user_id AND m.group_id = a.group_id OFFSET 0) THEN 'm' ELSE 'n' END END AS verdict
  FROM (
    SELECT q.place, q.user_name AS user_id, q.group_name AS group_id, q.direct_only,
    CASE WHEN false OR false THEN 'a'
    WHEN q.user_name IN (SELECT u.id FROM users u WHERE u.company_id = $2 AND u.id = ANY ($3::bigint[]) AND u.attributes -> 'active' = 'false') AND NOT q.include_inactive THEN 'i'
    WHEN q.user_name IS NULL OR q.group_name IS NULL THEN 'n' END AS verdict
    FROM unnest($3::bigint[], $1::bigint[], $4::boolean[], $5::boolean[])
    WITH ORDINALITY q (user_name, group_name, direct_only, include_inactive, place)
  ) a
),
own AS MATERIALIZED (
  SELECT m.member_user_id, m.group_id FROM scoped.memberships m
  WHERE m.member_user_id = ANY (ARRAY(SELECT a.user_id FROM asked a WHERE a.verdict IS NULL))
  LIMIT $6::bigint
),
open AS MATERIALIZED (
  SELECT a.user_id FROM asked a
  WHERE a.verdict IS NULL AND (a.user_id, a.group_id) NOT IN (SELECT o.member_user_id, o.group_id FROM own o)
),
levels (level, total, ids, members, groups) AS (
  SELECT 1, n.* FROM (
    SELECT count(*) AS total,
    array_agg(o.group_id) FILTER (WHERE o.member_user_id IN (SELECT u.user_id FROM open u)) AS ids,
    array_agg(o.member_user_id) AS members, array_agg(o.group_id) AS groups
    FROM own o) n
  WHERE n.total > 0
  UNION ALL
  SELECT l.level + 1, l.total + n.total, n.groups, n.members, n.groups
  FROM levels l CROSS JOIN LATERAL (
    SELECT count(*) AS total, array_agg(m.member_group_id) AS members, array_agg(m.group_id) AS groups
    FROM (
      SELECT m.member_group_id, m.group_id FROM scoped.memberships m WHERE m.member_group_id = ANY (l.ids)
      LIMIT $7::bigint
    ) m) n
  WHERE n.total > 0 AND l.level < $8::bigint AND l.total <= $9::bigint
)
SELECT 0 AS level, 0 AS total, string_agg(coalesce(a.verdict, '?'), '' ORDER BY a.place) AS verdicts,
encode(array_send(array_agg(coalesce(a.user_id, 0) ORDER BY a.place)), 'hex') AS members,
encode(array_send(array_agg(coalesce(a.group_id, 0) ORDER BY a.place)), 'hex') AS groups
FROM asked a
UNION ALL
SELECT l.level, l.total, NULL, encode(array_send(l.members), 'hex'), encode(array_send(l.groups), 'hex') FROM levels l;

COMMIT;

---- decide: questions by names

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

-- prepared once: checks.climb.nxm.xd
WITH RECURSIVE found_users AS MATERIALIZED (SELECT n.place, min(n.id) AS id, bool_or(n.inactive) AS inactive, count(*) AS hits
  FROM (SELECT k.place, r.* FROM unnest($1::int[], $2::text[]) k (place, key)
    CROSS JOIN LATERAL (SELECT u.id, coalesce(u.attributes -> 'active' = 'false', false) AS inactive FROM users u WHERE u.company_id = $3 AND u.user_name_key = k.key LIMIT 1) r UNION ALL SELECT k.place, r.* FROM unnest($4::int[], $5::text[]) k (place, key)
    CROSS JOIN LATERAL (WITH f AS MATERIALIZED (SELECT u.id, coalesce(u.attributes -> 'active' = 'false', false) AS inactive
        FROM users u WHERE u.company_id = $3 AND u.external_id = k.key) SELECT f.* FROM f LIMIT 2) r UNION ALL SELECT k.place, r.* FROM unnest($6::int[], $7::text[]) k (place, key)
    CROSS JOIN LATERAL (WITH f AS MATERIALIZED (SELECT u.id, coalesce(u.attributes -> 'active' = 'false', false) AS inactive FROM scoped.users u WHERE u.search @> k.key::jsonb) SELECT f.* FROM f LIMIT 2) r) n GROUP BY n.place), found_groups AS MATERIALIZED (SELECT n.place, min(n.id) AS id, count(*) AS hits FROM (SELECT k.place, r.* FROM unnest($8::int[], $9::text[]) k (place, key)
    CROSS JOIN LATERAL (WITH f AS MATERIALIZED (SELECT g.id FROM groups g WHERE g.company_id = $3 AND g.external_id = k.key) SELECT f.* FROM f LIMIT 2) r UNION ALL SELECT k.place, r.* FROM unnest($10::int[], $11::text[]) k (place, key)
    CROSS JOIN LATERAL (WITH f AS MATERIALIZED (SELECT g.id FROM groups g WHERE g.company_id = $3 AND g.display_name_key = k.key) SELECT f.* FROM f LIMIT 2) r) n GROUP BY n.place),
nested AS MATERIALIZED (SELECT g.id FROM (SELECT f.id FROM found_groups f) g WHERE EXISTS (SELECT  FROM scoped.memberships m WHERE m.group_id = g.id AND m.member_group_id IS NOT NULL OFFSET 0)),
asked AS MATERIALIZED (
  SELECT a.place, a.user_id, a.group_id, CASE
  WHEN a.verdict IS NOT NULL THEN a.verdict
  WHEN a.direct_only OR a.group_id NOT IN (SELECT n.id FROM nested n) THEN
  CASE WHEN EXISTS (SELECT  FROM scoped.memberships m WHERE m.member_user_id = a.user_id AND m.group_id = a.group_id OFFSET 0) THEN 'm' ELSE 'n' END END AS verdict
  FROM (
    SELECT q.place, u.id AS user_id, g.id AS group_id, q.direct_only,
    CASE WHEN u.hits > 1 OR g.hits > 1 THEN 'a'
    WHEN u.inactive AND NOT q.include_inactive THEN 'i'
    WHEN u.id IS NULL OR g.id IS NULL THEN 'n' END AS verdict
    FROM unnest($12::int[], $13::int[], $14::boolean[], $15::boolean[])
    WITH ORDINALITY q (user_name, group_name, direct_only, include_inactive, place)
    LEFT JOIN found_users u ON u.place = q.user_name LEFT JOIN found_groups g ON g.place = q.group_name
  ) a
),
own AS MATERIALIZED (
  SELECT m.member_user_id, m.group_id FROM scoped.memberships m
  WHERE m.member_user_id = ANY (ARRAY(SELECT a.user_id FROM asked a WHERE a.verdict IS NULL))
  LIMIT $16::bigint
),
open AS MATERIALIZED (
  SELECT a.user_id FROM asked a
  WHERE a.verdict IS NULL AND (a.user_id, a.group_id) NOT IN (SELECT o.member_user_id, o.group_id FROM own o)
),
levels (level, total, ids, members, groups) AS (
  SELECT 1, n.* FROM (
    SELECT count(*) AS total,
    array_agg(o.group_id) FILTER (WHERE o.member_user_id IN (SELECT u.user_id FROM open u)) AS ids,
    array_agg(o.member_user_id) AS members, array_agg(o.group_id) AS groups
    FROM own o) n
  WHERE n.total > 0
  UNION ALL
  SELECT l.level + 1, l.total + n.total, n.groups, n.members, n.groups
  FROM levels l CROSS JOIN LATERAL (
    SELECT count(*) AS total, array_agg(m.member_group_id) AS members, array_agg(m.group_id) AS groups
    FROM (
      SELECT m.member_group_id, m.group_id FROM scoped.memberships m WHERE m.member_group_id = ANY (l.ids)
      LIMIT $17::bigint
    ) m) n
  WHERE n.total > 0 AND l.level < $18::bigint AND l.total <= $19::bigint
)
SELECT 0 AS level, 0 AS total, string_agg(coalesce(a.verdict, '?'), '' ORDER BY a.place) AS verdicts,
encode(array_send(array_agg(coalesce(a.user_id, 0) ORDER BY a.place)), 'hex') AS members,
encode(array_send(array_agg(coalesce(a.group_id, 0) ORDER BY a.place)), 'hex') AS groups
FROM asked a
UNION ALL
SELECT l.level, l.total, NULL, encode(array_send(l.members), 'hex'), encode(array_send(l.groups), 'hex') FROM levels l;

COMMIT;

---- groupsOf: all

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

-- prepared once: checks.groups.i.all
WITH RECURSIVE found AS MATERIALIZED (SELECT n.*, 1 AS hits FROM (SELECT k.place, r.* FROM unnest($1::int[], $2::bigint[]) k (place, key)
    CROSS JOIN LATERAL (SELECT u.id, coalesce(u.attributes -> 'active' = 'false', false) AS inactive FROM users u WHERE u.company_id = $3 AND u.id = k.key LIMIT 1) r) n), reached (user_id, group_id) AS (
  SELECT s.user_id, m.group_id
  FROM (SELECT f.id AS user_id FROM found f
    WHERE f.hits = 1 AND (NOT f.inactive OR $4::boolean)) s CROSS JOIN LATERAL (SELECT m.group_id FROM scoped.memberships m WHERE m.member_user_id = s.user_id OFFSET 0) m
  UNION
  SELECT r.user_id, m.group_id
  FROM reached r CROSS JOIN LATERAL (SELECT m.group_id FROM scoped.memberships m WHERE m.member_group_id = r.group_id OFFSET 0) m
),
held AS MATERIALIZED (SELECT r.user_id, r.group_id FROM reached r LIMIT $5::bigint),
page AS MATERIALIZED (
  SELECT h.user_id, h.group_id FROM held h WHERE h.group_id > $6::bigint ORDER BY h.group_id LIMIT $7::bigint
), verdict AS (SELECT (SELECT count(*) FROM held) > $8::bigint AS too_many)
SELECT f.hits, f.inactive, v.too_many, format_resource_id(g.id) AS id, g.display_name, g.external_id,
EXISTS (SELECT  FROM scoped.memberships m WHERE m.group_id = p.group_id AND m.member_id = p.user_id OFFSET 0) AS direct
FROM found f CROSS JOIN verdict v LEFT JOIN (page p CROSS JOIN LATERAL (SELECT g.id, g.display_name, g.external_id FROM scoped.groups g WHERE g.id = p.group_id LIMIT 1) g) ON true ORDER BY g.id;

COMMIT;

---- groupsOf: those that he is in himself

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

-- prepared once: checks.groups.i.direct
WITH RECURSIVE found AS MATERIALIZED (SELECT n.*, 1 AS hits FROM (SELECT k.place, r.* FROM unnest($1::int[], $2::bigint[]) k (place, key)
    CROSS JOIN LATERAL (SELECT u.id, coalesce(u.attributes -> 'active' = 'false', false) AS inactive FROM users u WHERE u.company_id = $3 AND u.id = k.key LIMIT 1) r) n), page AS MATERIALIZED (
  SELECT s.user_id, m.group_id FROM (SELECT f.id AS user_id FROM found f
    WHERE f.hits = 1 AND (NOT f.inactive OR $4::boolean)) s CROSS JOIN LATERAL (
    SELECT m.group_id FROM scoped.memberships m
    WHERE m.member_user_id = s.user_id AND m.group_id > $5::bigint ORDER BY m.group_id LIMIT $6::bigint) m
), verdict AS (SELECT false AS too_many)
SELECT f.hits, f.inactive, v.too_many, format_resource_id(g.id) AS id, g.display_name, g.external_id,
EXISTS (SELECT  FROM scoped.memberships m WHERE m.group_id = p.group_id AND m.member_id = p.user_id OFFSET 0) AS direct
FROM found f CROSS JOIN verdict v LEFT JOIN (page p CROSS JOIN LATERAL (SELECT g.id, g.display_name, g.external_id FROM scoped.groups g WHERE g.id = p.group_id LIMIT 1) g) ON true ORDER BY g.id;

COMMIT;

---- usersOf: all

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

-- prepared once: checks.users.i.all
WITH RECURSIVE found AS MATERIALIZED (SELECT n.*, 1 AS hits FROM (SELECT k.place, r.* FROM unnest($1::int[], $2::bigint[]) k (place, key)
    CROSS JOIN LATERAL (SELECT k.key AS id) r) n), below (group_id) AS (
  SELECT f.id AS group_id FROM found f WHERE f.hits = 1 UNION SELECT m.member_group_id FROM below b CROSS JOIN LATERAL (SELECT m.member_group_id FROM scoped.memberships m WHERE m.group_id = b.group_id AND m.member_group_id IS NOT NULL OFFSET 0) m),
held AS MATERIALIZED (SELECT b.group_id FROM below b LIMIT $3::bigint),
page AS MATERIALIZED (
  SELECT DISTINCT m.user_id FROM held h CROSS JOIN LATERAL (
    SELECT m.member_user_id AS user_id FROM scoped.memberships m
    WHERE m.group_id = h.group_id AND m.member_id > $4::bigint AND m.member_user_id IS NOT NULL
    ORDER BY m.member_id LIMIT $5::bigint) m
  ORDER BY m.user_id LIMIT $6::bigint
)
SELECT f.hits, (SELECT count(*) FROM held) > $7::bigint AS too_many,
format_resource_id(u.id) AS id, coalesce(u.inactive, false) AS inactive
FROM found f LEFT JOIN (page p CROSS JOIN LATERAL (SELECT u.id, u.attributes -> 'active' = 'false' AS inactive FROM users u WHERE u.company_id = $8 AND u.id = p.user_id LIMIT 1) u) ON true ORDER BY u.id;

COMMIT;

---- usersOf: direct members

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

-- prepared once: checks.users.i.direct
WITH RECURSIVE found AS MATERIALIZED (SELECT n.*, 1 AS hits FROM (SELECT k.place, r.* FROM unnest($1::int[], $2::bigint[]) k (place, key)
    CROSS JOIN LATERAL (SELECT k.key AS id) r) n), below (group_id) AS (SELECT f.id AS group_id FROM found f WHERE f.hits = 1),
held AS MATERIALIZED (SELECT b.group_id FROM below b LIMIT $3::bigint),
page AS MATERIALIZED (
  SELECT DISTINCT m.user_id FROM held h CROSS JOIN LATERAL (
    SELECT m.member_user_id AS user_id FROM scoped.memberships m
    WHERE m.group_id = h.group_id AND m.member_id > $4::bigint AND m.member_user_id IS NOT NULL
    ORDER BY m.member_id LIMIT $5::bigint) m
  ORDER BY m.user_id LIMIT $6::bigint
)
SELECT f.hits, (SELECT count(*) FROM held) > $7::bigint AS too_many,
format_resource_id(u.id) AS id, coalesce(u.inactive, false) AS inactive
FROM found f LEFT JOIN (page p CROSS JOIN LATERAL (SELECT u.id, u.attributes -> 'active' = 'false' AS inactive FROM users u WHERE u.company_id = $8 AND u.id = p.user_id LIMIT 1) u) ON true ORDER BY u.id;

COMMIT;
