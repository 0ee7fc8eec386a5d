---- insert: with members

BEGIN ISOLATION LEVEL READ COMMITTED;

-- prepared once: set_write_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true), set_config('idle_in_transaction_session_timeout', $3, true), join_writers($4);

-- prepared once: groups.next_id
SELECT format_resource_id(next_resource_id()) AS id, format_resource_id(next_resource_id()) AS activity_id;

-- prepared once: users.lock.members
WITH locked AS MATERIALIZED (
  SELECT r.id FROM users r
  WHERE r.company_id = $1 AND r.id = ANY (ARRAY(SELECT unnest($2::bigint[])))
  ORDER BY r.id FOR KEY SHARE
)
SELECT c.found = cardinality($2::bigint[]) AS all, CASE WHEN c.found < cardinality($2::bigint[])
THEN (SELECT string_agg(format_resource_id(l.id), '') FROM locked l) END AS ids
FROM (SELECT count(*) AS found FROM locked) c;

-- prepared once: groups.lock.members
WITH locked AS MATERIALIZED (
  SELECT r.id FROM groups r
  WHERE r.company_id = $1 AND r.id = ANY (ARRAY(SELECT unnest($2::bigint[])))
  ORDER BY r.id FOR KEY SHARE
)
SELECT c.found = cardinality($2::bigint[]) AS all, CASE WHEN c.found < cardinality($2::bigint[])
THEN (SELECT string_agg(format_resource_id(l.id), '') FROM locked l) END AS ids
FROM (SELECT count(*) AS found FROM locked) c;

-- prepared once: groups.insert
INSERT INTO groups (company_id, id, attributes, search, display_name, display_name_key, external_id, duplicate_slot)
VALUES ($1, $2::bigint, $3::jsonb, $4::jsonb, $5::text,
  $6::text, $7::text,
  CASE WHEN group_names_are_unique() THEN 0 ELSE $8::bigint END);

-- prepared once: memberships.add.first
INSERT INTO memberships (company_id, group_id, member_id, member_user_id, member_group_id, added_at)
SELECT DISTINCT ON (a.id) $1::bigint, $2::bigint, a.id, a.user_id, a.group_id,
resource_id_time($3::bigint)
FROM (
  SELECT u.id, u.id, NULL::bigint FROM unnest($4::bigint[]) u (id)
  UNION ALL
  SELECT g.id, NULL, g.id FROM unnest($5::bigint[]) g (id)
) a (id, user_id, group_id)
ORDER BY a.id;

-- prepared once: resource_counts.change
INSERT INTO resource_counts AS c (company_id, type, bucket, count)
VALUES ($1, $2, pg_backend_pid() % 16, $3)
ON CONFLICT (company_id, type, bucket) DO UPDATE SET count = c.count + excluded.count;

-- prepared once: journal.record.first_members
INSERT INTO activity_members (company_id, group_id, activity_id, member_id, member_type, sign)
SELECT $1::bigint, $2::bigint, $3::bigint, c.member_id, CASE WHEN c.member_user_id IS NULL THEN 'G' ELSE 'U' END, 1 FROM memberships c
WHERE c.company_id = $4 AND c.group_id = $5::bigint;

-- prepared once: groups.find.members
WITH total AS (SELECT 1 AS total, false AS more), page AS (
  SELECT r.id, NULL::text AS key, 1::bigint AS position FROM groups r
  WHERE r.company_id = $1 AND r.id = $2::bigint), held AS MATERIALIZED (
  SELECT p.position, m.* FROM page p CROSS JOIN LATERAL (
    SELECT m.member_id, m.member_user_id, m.member_group_id FROM memberships m
    WHERE m.company_id = $3 AND m.group_id = p.id
    ORDER BY m.member_id LIMIT $4::bigint) m
  ORDER BY p.position, m.member_id LIMIT $4::bigint
)
SELECT t.total, t.more, p.position, p.key, format_resource_id(g.id) AS id, g.version, g.created, g.last_modified, g.attributes, (SELECT count(*) FROM held) AS held, (
  SELECT coalesce(json_agg(format_resource_id(m.member_id) || CASE WHEN m.member_user_id IS NULL THEN 'G' ELSE 'U' END || CASE WHEN m.member_user_id IS NULL
      THEN (SELECT g.display_name FROM scoped.groups g WHERE g.id = m.member_group_id LIMIT 1)
      ELSE (SELECT u.display FROM scoped.users u WHERE u.id = m.member_user_id LIMIT 1) END ORDER BY m.member_id), '[]')
  FROM held m WHERE m.position = p.position) AS members
FROM total t
LEFT JOIN (page p CROSS JOIN LATERAL (SELECT g.* FROM groups g WHERE g.company_id = $5 AND g.id = p.id LIMIT 1) g) ON true ORDER BY p.position;

-- prepared once: journal.record.drawn
WITH recorded AS (INSERT INTO activity (company_id, txn, credential_id, credential_name, client, surface, request_id, trace_id, duration_ms, id, operation, outcome, resource_type, resource_id, external_id,
    display, version, attributes, added, removed, detail)
  VALUES ($1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::integer, $10::bigint, $11::text, 'done', $12::text, $13::bigint,
    $14::text, $15::text, $16::bigint,
    $17::text[], $18::integer, $19::integer,
    $20::jsonb))
INSERT INTO outbox (company_id, activity_id) VALUES ($21::bigint, $10::bigint);

COMMIT;

---- insert: without members

BEGIN ISOLATION LEVEL READ COMMITTED;

-- prepared once: set_write_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true), set_config('idle_in_transaction_session_timeout', $3, true), join_writers($4);

-- prepared once: groups.next_id
SELECT format_resource_id(next_resource_id()) AS id, format_resource_id(next_resource_id()) AS activity_id;

-- prepared once: groups.insert
INSERT INTO groups (company_id, id, attributes, search, display_name, display_name_key, external_id, duplicate_slot)
VALUES ($1, $2::bigint, $3::jsonb, $4::jsonb, $5::text,
  $6::text, $7::text,
  CASE WHEN group_names_are_unique() THEN 0 ELSE $8::bigint END);

-- prepared once: resource_counts.change
INSERT INTO resource_counts AS c (company_id, type, bucket, count)
VALUES ($1, $2, pg_backend_pid() % 16, $3)
ON CONFLICT (company_id, type, bucket) DO UPDATE SET count = c.count + excluded.count;

-- prepared once: journal.record.first_members
INSERT INTO activity_members (company_id, group_id, activity_id, member_id, member_type, sign)
SELECT $1::bigint, $2::bigint, $3::bigint, c.member_id, CASE WHEN c.member_user_id IS NULL THEN 'G' ELSE 'U' END, 1 FROM memberships c
WHERE c.company_id = $4 AND c.group_id = $5::bigint;

-- prepared once: groups.find
WITH total AS (SELECT 1 AS total, false AS more), page AS (
  SELECT r.id, NULL::text AS key, 1::bigint AS position FROM groups r
  WHERE r.company_id = $1 AND r.id = $2::bigint) SELECT t.total, t.more, p.position, p.key, format_resource_id(g.id) AS id, g.version, g.created, g.last_modified, g.attributes FROM total t
LEFT JOIN (page p CROSS JOIN LATERAL (SELECT g.* FROM groups g WHERE g.company_id = $3 AND g.id = p.id LIMIT 1) g) ON true ORDER BY p.position;

-- prepared once: journal.record.drawn
WITH recorded AS (INSERT INTO activity (company_id, txn, credential_id, credential_name, client, surface, request_id, trace_id, duration_ms, id, operation, outcome, resource_type, resource_id, external_id,
    display, version, attributes, added, removed, detail)
  VALUES ($1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::integer, $10::bigint, $11::text, 'done', $12::text, $13::bigint,
    $14::text, $15::text, $16::bigint,
    $17::text[], $18::integer, $19::integer,
    $20::jsonb))
INSERT INTO outbox (company_id, activity_id) VALUES ($21::bigint, $10::bigint);

COMMIT;

---- find: by id

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

-- prepared once: groups.find.members
WITH total AS (SELECT 1 AS total, false AS more), page AS (
  SELECT r.id, NULL::text AS key, 1::bigint AS position FROM groups r
  WHERE r.company_id = $1 AND r.id = $2::bigint), held AS MATERIALIZED (
  SELECT p.position, m.* FROM page p CROSS JOIN LATERAL (
    SELECT m.member_id, m.member_user_id, m.member_group_id FROM memberships m
    WHERE m.company_id = $3 AND m.group_id = p.id
    ORDER BY m.member_id LIMIT $4::bigint) m
  ORDER BY p.position, m.member_id LIMIT $4::bigint
)
SELECT t.total, t.more, p.position, p.key, format_resource_id(g.id) AS id, g.version, g.created, g.last_modified, g.attributes, (SELECT count(*) FROM held) AS held, (
  SELECT coalesce(json_agg(format_resource_id(m.member_id) || CASE WHEN m.member_user_id IS NULL THEN 'G' ELSE 'U' END || CASE WHEN m.member_user_id IS NULL
      THEN (SELECT g.display_name FROM scoped.groups g WHERE g.id = m.member_group_id LIMIT 1)
      ELSE (SELECT u.display FROM scoped.users u WHERE u.id = m.member_user_id LIMIT 1) END ORDER BY m.member_id), '[]')
  FROM held m WHERE m.position = p.position) AS members
FROM total t
LEFT JOIN (page p CROSS JOIN LATERAL (SELECT g.* FROM groups g WHERE g.company_id = $5 AND g.id = p.id LIMIT 1) g) ON true ORDER BY p.position;

COMMIT;

---- find: by id, without members

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

-- prepared once: groups.find
WITH total AS (SELECT 1 AS total, false AS more), page AS (
  SELECT r.id, NULL::text AS key, 1::bigint AS position FROM groups r
  WHERE r.company_id = $1 AND r.id = $2::bigint) SELECT t.total, t.more, p.position, p.key, format_resource_id(g.id) AS id, g.version, g.created, g.last_modified, g.attributes FROM total t
LEFT JOIN (page p CROSS JOIN LATERAL (SELECT g.* FROM groups g WHERE g.company_id = $3 AND g.id = p.id LIMIT 1) g) ON true ORDER BY p.position;

COMMIT;

---- find: by id, with many members

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

-- prepared once: groups.find.members
WITH total AS (SELECT 1 AS total, false AS more), page AS (
  SELECT r.id, NULL::text AS key, 1::bigint AS position FROM groups r
  WHERE r.company_id = $1 AND r.id = $2::bigint), held AS MATERIALIZED (
  SELECT p.position, m.* FROM page p CROSS JOIN LATERAL (
    SELECT m.member_id, m.member_user_id, m.member_group_id FROM memberships m
    WHERE m.company_id = $3 AND m.group_id = p.id
    ORDER BY m.member_id LIMIT $4::bigint) m
  ORDER BY p.position, m.member_id LIMIT $4::bigint
)
SELECT t.total, t.more, p.position, p.key, format_resource_id(g.id) AS id, g.version, g.created, g.last_modified, g.attributes, (SELECT count(*) FROM held) AS held, (
  SELECT coalesce(json_agg(format_resource_id(m.member_id) || CASE WHEN m.member_user_id IS NULL THEN 'G' ELSE 'U' END || CASE WHEN m.member_user_id IS NULL
      THEN (SELECT g.display_name FROM scoped.groups g WHERE g.id = m.member_group_id LIMIT 1)
      ELSE (SELECT u.display FROM scoped.users u WHERE u.id = m.member_user_id LIMIT 1) END ORDER BY m.member_id), '[]')
  FROM held m WHERE m.position = p.position) AS members
FROM total t
LEFT JOIN (page p CROSS JOIN LATERAL (SELECT g.* FROM groups g WHERE g.company_id = $5 AND g.id = p.id LIMIT 1) g) ON true ORDER BY p.position;

COMMIT;

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

-- prepared once: groups.find
WITH total AS (SELECT 1 AS total, false AS more), page AS (
  SELECT r.id, NULL::text AS key, 1::bigint AS position FROM groups r
  WHERE r.company_id = $1 AND r.id = $2::bigint) SELECT t.total, t.more, p.position, p.key, format_resource_id(g.id) AS id, g.version, g.created, g.last_modified, g.attributes FROM total t
LEFT JOIN (page p CROSS JOIN LATERAL (SELECT g.* FROM groups g WHERE g.company_id = $3 AND g.id = p.id LIMIT 1) g) ON true ORDER BY p.position;

DECLARE batches NO SCROLL CURSOR FOR SELECT 1 AS position, format_resource_id(m.member_id) || CASE WHEN m.member_user_id IS NULL THEN 'G' ELSE 'U' END || CASE WHEN m.member_user_id IS NULL THEN mg.display_name ELSE mu.display END AS member FROM memberships m LEFT JOIN users mu ON mu.company_id = $1 AND mu.id = m.member_id
LEFT JOIN groups mg ON mg.company_id = $1 AND mg.id = m.member_id
WHERE m.company_id = $1 AND m.group_id = $2::bigint ORDER BY m.member_id;

FETCH FORWARD 2000 FROM batches;

COMMIT;

---- list: the first page

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

WITH ahead AS MATERIALIZED (SELECT s.id, 'Group'::text AS type, NULL::text COLLATE "C" AS key FROM (
    SELECT r.id FROM scoped.groups r WHERE true
    ORDER BY r.id LIMIT $1::bigint + 1 OFFSET $2::bigint) s), total AS (
  SELECT (SELECT coalesce(sum(c.count), 0)::bigint FROM resource_counts c
    WHERE c.company_id = $3
    AND c.type = ANY ($4::text[])) AS total, (SELECT count(*) FROM ahead) > $5::bigint AS more
), page AS MATERIALIZED (
  SELECT a.id, a.type, a.key::text AS key, a.number AS position
  FROM (SELECT a.*, row_number() OVER (ORDER BY a.id) AS number FROM ahead a) a
  WHERE a.number <= $5::bigint
), listed AS MATERIALIZED (
  SELECT p.position, p.key, g.id, g.version, g.created, g.last_modified, g.attributes,
  pg_column_size(g.attributes)::bigint
  * CASE WHEN pg_column_compression(g.attributes) IS NULL THEN 1 ELSE $6::int END AS weight
  FROM page p CROSS JOIN LATERAL (SELECT g.* FROM groups g WHERE g.company_id = $7 AND g.id = p.id LIMIT 1) g
), verdict AS MATERIALIZED (SELECT (SELECT coalesce(sum(l.weight), 0) FROM listed l) <= $8::bigint AS whole), held AS MATERIALIZED (
  SELECT p.position, m.* FROM page p CROSS JOIN LATERAL (
    SELECT m.member_id, m.member_user_id, m.member_group_id FROM memberships m
    WHERE m.company_id = $9 AND m.group_id = p.id
    ORDER BY m.member_id LIMIT $10::bigint) m
  ORDER BY p.position, m.member_id LIMIT $10::bigint
)
SELECT t.total, t.more, p.position, p.key, v.whole, p.weight, format_resource_id(p.id) AS id, p.version, p.created, p.last_modified,
CASE WHEN v.whole THEN p.attributes END AS attributes, (SELECT count(*) FROM held) AS held, (
  SELECT coalesce(json_agg(format_resource_id(m.member_id) || CASE WHEN m.member_user_id IS NULL THEN 'G' ELSE 'U' END || CASE WHEN m.member_user_id IS NULL
      THEN (SELECT g.display_name FROM scoped.groups g WHERE g.id = m.member_group_id LIMIT 1)
      ELSE (SELECT u.display FROM scoped.users u WHERE u.id = m.member_user_id LIMIT 1) END ORDER BY m.member_id), '[]')
  FROM held m WHERE m.position = p.position) AS members
FROM total t CROSS JOIN verdict v LEFT JOIN listed p ON true ORDER BY p.position;

COMMIT;

---- list: the first page, without members

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

WITH ahead AS MATERIALIZED (SELECT s.id, 'Group'::text AS type, NULL::text COLLATE "C" AS key FROM (
    SELECT r.id FROM scoped.groups r WHERE true
    ORDER BY r.id LIMIT $1::bigint + 1 OFFSET $2::bigint) s), total AS (
  SELECT (SELECT coalesce(sum(c.count), 0)::bigint FROM resource_counts c
    WHERE c.company_id = $3
    AND c.type = ANY ($4::text[])) AS total, (SELECT count(*) FROM ahead) > $5::bigint AS more
), page AS MATERIALIZED (
  SELECT a.id, a.type, a.key::text AS key, a.number AS position
  FROM (SELECT a.*, row_number() OVER (ORDER BY a.id) AS number FROM ahead a) a
  WHERE a.number <= $5::bigint
), listed AS MATERIALIZED (
  SELECT p.position, p.key, g.id, g.version, g.created, g.last_modified, g.attributes,
  pg_column_size(g.attributes)::bigint
  * CASE WHEN pg_column_compression(g.attributes) IS NULL THEN 1 ELSE $6::int END AS weight
  FROM page p CROSS JOIN LATERAL (SELECT g.* FROM groups g WHERE g.company_id = $7 AND g.id = p.id LIMIT 1) g
), verdict AS MATERIALIZED (SELECT (SELECT coalesce(sum(l.weight), 0) FROM listed l) <= $8::bigint AS whole) SELECT t.total, t.more, p.position, p.key, v.whole, p.weight, format_resource_id(p.id) AS id, p.version, p.created, p.last_modified,
CASE WHEN v.whole THEN p.attributes END AS attributes FROM total t CROSS JOIN verdict v LEFT JOIN listed p ON true ORDER BY p.position;

COMMIT;

---- list: displayName eq "Engineers", without members

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

-- prepared once: groups.key.displayName
WITH total AS (SELECT 1 AS total, false AS more), found AS MATERIALIZED (
  SELECT r.id FROM groups r WHERE r.company_id = $1 AND r.display_name_key = $2
), page AS (SELECT f.id, NULL::text AS key, 1::bigint AS position FROM found f LIMIT 2) SELECT t.total, t.more, p.position, p.key, format_resource_id(g.id) AS id, g.version, g.created, g.last_modified, g.attributes FROM total t
LEFT JOIN (page p CROSS JOIN LATERAL (SELECT g.* FROM groups g WHERE g.company_id = $3 AND g.id = p.id LIMIT 1) g) ON true ORDER BY p.position;

COMMIT;

---- list: members eq "<id>"

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

WITH matching AS MATERIALIZED (
  SELECT r.id, 'Group'::text AS type, NULL::text COLLATE "C" AS key FROM scoped.groups r WHERE r.id IN (SELECT m.group_id FROM scoped.memberships m WHERE m.member_user_id = $1::bigint UNION ALL SELECT m.group_id FROM scoped.memberships m WHERE m.member_group_id = $1::bigint)
), ahead AS MATERIALIZED (
  SELECT m.* FROM matching m WHERE true
  ORDER BY m.id LIMIT $2::bigint + 1 OFFSET $3::bigint
), total AS (
  SELECT (SELECT count(*) FROM matching) AS total, (SELECT count(*) FROM ahead) > $4::bigint AS more
), page AS MATERIALIZED (
  SELECT a.id, a.type, a.key::text AS key, a.number AS position
  FROM (SELECT a.*, row_number() OVER (ORDER BY a.id) AS number FROM ahead a) a
  WHERE a.number <= $4::bigint
), listed AS MATERIALIZED (
  SELECT p.position, p.key, g.id, g.version, g.created, g.last_modified, g.attributes,
  pg_column_size(g.attributes)::bigint
  * CASE WHEN pg_column_compression(g.attributes) IS NULL THEN 1 ELSE $5::int END AS weight
  FROM page p CROSS JOIN LATERAL (SELECT g.* FROM groups g WHERE g.company_id = $6 AND g.id = p.id LIMIT 1) g
), verdict AS MATERIALIZED (SELECT (SELECT coalesce(sum(l.weight), 0) FROM listed l) <= $7::bigint AS whole) SELECT t.total, t.more, p.position, p.key, v.whole, p.weight, format_resource_id(p.id) AS id, p.version, p.created, p.last_modified,
CASE WHEN v.whole THEN p.attributes END AS attributes FROM total t CROSS JOIN verdict v LEFT JOIN listed p ON true ORDER BY p.position;

COMMIT;

---- list: id eq "<id>" and members eq "<id>"

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

WITH matching AS MATERIALIZED (
  SELECT r.id, 'Group'::text AS type, NULL::text COLLATE "C" AS key FROM scoped.groups r WHERE (r.id = $1::bigint AND r.id IN (SELECT m.group_id FROM scoped.memberships m WHERE m.member_user_id = $2::bigint UNION ALL SELECT m.group_id FROM scoped.memberships m WHERE m.member_group_id = $2::bigint))
), ahead AS MATERIALIZED (
  SELECT m.* FROM matching m WHERE true
  ORDER BY m.id LIMIT $3::bigint + 1 OFFSET $4::bigint
), total AS (
  SELECT (SELECT count(*) FROM matching) AS total, (SELECT count(*) FROM ahead) > $5::bigint AS more
), page AS MATERIALIZED (
  SELECT a.id, a.type, a.key::text AS key, a.number AS position
  FROM (SELECT a.*, row_number() OVER (ORDER BY a.id) AS number FROM ahead a) a
  WHERE a.number <= $5::bigint
), listed AS MATERIALIZED (
  SELECT p.position, p.key, g.id, g.version, g.created, g.last_modified, g.attributes,
  pg_column_size(g.attributes)::bigint
  * CASE WHEN pg_column_compression(g.attributes) IS NULL THEN 1 ELSE $6::int END AS weight
  FROM page p CROSS JOIN LATERAL (SELECT g.* FROM groups g WHERE g.company_id = $7 AND g.id = p.id LIMIT 1) g
), verdict AS MATERIALIZED (SELECT (SELECT coalesce(sum(l.weight), 0) FROM listed l) <= $8::bigint AS whole) SELECT t.total, t.more, p.position, p.key, v.whole, p.weight, format_resource_id(p.id) AS id, p.version, p.created, p.last_modified,
CASE WHEN v.whole THEN p.attributes END AS attributes FROM total t CROSS JOIN verdict v LEFT JOIN listed p ON true ORDER BY p.position;

COMMIT;

---- list: a page by displayName behind a cursor

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

WITH ahead AS MATERIALIZED (SELECT s.id, 'Group'::text AS type, s.key AS key FROM (
    SELECT r.id, r.display_name_key AS key FROM scoped.groups r WHERE r.display_name_key >= '' AND (r.display_name_key >= $1::text AND (r.display_name_key > $1::text OR r.id > $2::bigint))
    ORDER BY r.display_name_key, r.id LIMIT $3::bigint + 1 OFFSET $4::bigint) s), total AS (
  SELECT (SELECT coalesce(sum(c.count), 0)::bigint FROM resource_counts c
    WHERE c.company_id = $5
    AND c.type = ANY ($6::text[])) AS total, (SELECT count(*) FROM ahead) > $7::bigint AS more
), page AS MATERIALIZED (
  SELECT a.id, a.type, a.key::text AS key, a.number AS position
  FROM (SELECT a.*, row_number() OVER (ORDER BY a.key, a.id) AS number FROM ahead a) a
  WHERE a.number <= $7::bigint
), listed AS MATERIALIZED (
  SELECT p.position, p.key, g.id, g.version, g.created, g.last_modified, g.attributes,
  pg_column_size(g.attributes)::bigint
  * CASE WHEN pg_column_compression(g.attributes) IS NULL THEN 1 ELSE $8::int END AS weight
  FROM page p CROSS JOIN LATERAL (SELECT g.* FROM groups g WHERE g.company_id = $9 AND g.id = p.id LIMIT 1) g
), verdict AS MATERIALIZED (SELECT (SELECT coalesce(sum(l.weight), 0) FROM listed l) <= $10::bigint AS whole) SELECT t.total, t.more, p.position, p.key, v.whole, p.weight, format_resource_id(p.id) AS id, p.version, p.created, p.last_modified,
CASE WHEN v.whole THEN p.attributes END AS attributes FROM total t CROSS JOIN verdict v LEFT JOIN listed p ON true ORDER BY p.position;

COMMIT;

---- update: an attribute

BEGIN ISOLATION LEVEL READ COMMITTED;

-- prepared once: set_write_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true), set_config('idle_in_transaction_session_timeout', $3, true), join_writers($4);

-- prepared once: groups.lock.update
SELECT l.*, format_resource_id(next_resource_id()) AS activity_id FROM (
  SELECT g.version, g.created, g.last_modified, g.attributes FROM groups g
  WHERE g.company_id = $1 AND g.id = $2::bigint FOR NO KEY UPDATE) l;

-- prepared once: groups.update
UPDATE groups g
SET (attributes, search, display_name, display_name_key, external_id) = ROW ($1::jsonb, $2::jsonb, $3::text,
  $4::text, $5::text), duplicate_slot = CASE WHEN group_names_are_unique() THEN 0 ELSE g.id END,
version = g.version + 1, last_modified = clock_timestamp()
WHERE g.company_id = $6 AND g.id = $7::bigint
AND ($8::boolean OR g.attributes <> $9::jsonb);

-- prepared once: groups.find
WITH total AS (SELECT 1 AS total, false AS more), page AS (
  SELECT r.id, NULL::text AS key, 1::bigint AS position FROM groups r
  WHERE r.company_id = $1 AND r.id = $2::bigint) SELECT t.total, t.more, p.position, p.key, format_resource_id(g.id) AS id, g.version, g.created, g.last_modified, g.attributes FROM total t
LEFT JOIN (page p CROSS JOIN LATERAL (SELECT g.* FROM groups g WHERE g.company_id = $3 AND g.id = p.id LIMIT 1) g) ON true ORDER BY p.position;

-- prepared once: journal.record.drawn
WITH recorded AS (INSERT INTO activity (company_id, txn, credential_id, credential_name, client, surface, request_id, trace_id, duration_ms, id, operation, outcome, resource_type, resource_id, external_id,
    display, version, attributes, added, removed, detail)
  VALUES ($1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::integer, $10::bigint, $11::text, 'done', $12::text, $13::bigint,
    $14::text, $15::text, $16::bigint,
    $17::text[], $18::integer, $19::integer,
    $20::jsonb))
INSERT INTO outbox (company_id, activity_id) VALUES ($21::bigint, $10::bigint);

COMMIT;

---- update: one member taken out

BEGIN ISOLATION LEVEL READ COMMITTED;

-- prepared once: set_write_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true), set_config('idle_in_transaction_session_timeout', $3, true), join_writers($4);

-- prepared once: groups.lock.update
SELECT l.*, format_resource_id(next_resource_id()) AS activity_id FROM (
  SELECT g.version, g.created, g.last_modified, g.attributes FROM groups g
  WHERE g.company_id = $1 AND g.id = $2::bigint FOR NO KEY UPDATE) l;

-- prepared once: memberships.remove.alone
WITH changed AS (DELETE FROM memberships m
  WHERE m.company_id = $1 AND m.group_id = $2::bigint AND m.member_id = ANY ($3::bigint[]) RETURNING member_id, member_user_id), moved AS (
  UPDATE groups g SET version = g.version + 1, last_modified = clock_timestamp()
  WHERE g.company_id = $4 AND g.id = $5::bigint AND EXISTS (SELECT FROM changed)
  RETURNING g.version, g.last_modified
) SELECT c.member_id, c.member_user_id, m.version, m.last_modified FROM changed c CROSS JOIN moved m;

-- prepared once: journal.record.members
WITH recorded AS (INSERT INTO activity (company_id, txn, credential_id, credential_name, client, surface, request_id, trace_id, duration_ms, id, operation, outcome, resource_type, resource_id, external_id,
    display, version, attributes, added, removed, detail)
  VALUES ($1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::integer, $10::bigint, $11::text, 'done', $12::text, $13::bigint,
    $14::text, $15::text, $16::bigint,
    $17::text[], $18::integer, $19::integer,
    $20::jsonb)), members AS (
  INSERT INTO activity_members (company_id, group_id, activity_id, member_id, member_type, sign)
  SELECT $21::bigint, $13::bigint, $10::bigint, n.* FROM unnest($22::bigint[], $23::text[], $24::smallint[]) n)
INSERT INTO outbox (company_id, activity_id) VALUES ($21::bigint, $10::bigint);

-- prepared once: guard.judge
SELECT judge_removals($1::bigint, $2::text, $3::bigint,
  $4::text, $5::integer, $6::integer);

COMMIT;

---- update: one member added

BEGIN ISOLATION LEVEL READ COMMITTED;

-- prepared once: set_write_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true), set_config('idle_in_transaction_session_timeout', $3, true), join_writers($4);

-- prepared once: users.lock.members
WITH locked AS MATERIALIZED (
  SELECT r.id FROM users r
  WHERE r.company_id = $1 AND r.id = ANY (ARRAY(SELECT unnest($2::bigint[])))
  ORDER BY r.id FOR KEY SHARE
)
SELECT c.found = cardinality($2::bigint[]) AS all, CASE WHEN c.found < cardinality($2::bigint[])
THEN (SELECT string_agg(format_resource_id(l.id), '') FROM locked l) END AS ids
FROM (SELECT count(*) AS found FROM locked) c;

-- prepared once: groups.lock.members.below
WITH locked AS MATERIALIZED (
  SELECT r.id FROM groups r
  WHERE r.company_id = $1 AND r.id = ANY (ARRAY(SELECT unnest($2::bigint[]))) AND r.id < $3::bigint
  ORDER BY r.id FOR KEY SHARE
)
SELECT c.found = cardinality($2::bigint[]) AS all, CASE WHEN c.found < cardinality($2::bigint[])
THEN (SELECT string_agg(format_resource_id(l.id), '') FROM locked l) END AS ids
FROM (SELECT count(*) AS found FROM locked) c;

-- prepared once: groups.lock.update
SELECT l.*, format_resource_id(next_resource_id()) AS activity_id FROM (
  SELECT g.version, g.created, g.last_modified, g.attributes FROM groups g
  WHERE g.company_id = $1 AND g.id = $2::bigint FOR NO KEY UPDATE) l;

-- prepared once: memberships.add.alone
WITH changed AS (INSERT INTO memberships (company_id, group_id, member_id, member_user_id, member_group_id, added_at)
  SELECT DISTINCT ON (a.id) $1::bigint, $2::bigint, a.id, a.user_id, a.group_id,
  resource_id_time($3::bigint)
  FROM (
    SELECT u.id, u.id, NULL::bigint FROM unnest($4::bigint[]) u (id)
    UNION ALL
    SELECT g.id, NULL, g.id FROM unnest($5::bigint[]) g (id)
  ) a (id, user_id, group_id)
  ORDER BY a.id ON CONFLICT DO NOTHING RETURNING member_id, member_user_id), moved AS (
  UPDATE groups g SET version = g.version + 1, last_modified = clock_timestamp()
  WHERE g.company_id = $6 AND g.id = $7::bigint AND EXISTS (SELECT FROM changed)
  RETURNING g.version, g.last_modified
) SELECT c.member_id, c.member_user_id, m.version, m.last_modified FROM changed c CROSS JOIN moved m;

-- prepared once: journal.record.members
WITH recorded AS (INSERT INTO activity (company_id, txn, credential_id, credential_name, client, surface, request_id, trace_id, duration_ms, id, operation, outcome, resource_type, resource_id, external_id,
    display, version, attributes, added, removed, detail)
  VALUES ($1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::integer, $10::bigint, $11::text, 'done', $12::text, $13::bigint,
    $14::text, $15::text, $16::bigint,
    $17::text[], $18::integer, $19::integer,
    $20::jsonb)), members AS (
  INSERT INTO activity_members (company_id, group_id, activity_id, member_id, member_type, sign)
  SELECT $21::bigint, $13::bigint, $10::bigint, n.* FROM unnest($22::bigint[], $23::text[], $24::smallint[]) n)
INSERT INTO outbox (company_id, activity_id) VALUES ($21::bigint, $10::bigint);

COMMIT;

---- update: all members

BEGIN ISOLATION LEVEL READ COMMITTED;

-- prepared once: set_write_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true), set_config('idle_in_transaction_session_timeout', $3, true), join_writers($4);

-- prepared once: users.lock.members
WITH locked AS MATERIALIZED (
  SELECT r.id FROM users r
  WHERE r.company_id = $1 AND r.id = ANY (ARRAY(SELECT unnest($2::bigint[])))
  ORDER BY r.id FOR KEY SHARE
)
SELECT c.found = cardinality($2::bigint[]) AS all, CASE WHEN c.found < cardinality($2::bigint[])
THEN (SELECT string_agg(format_resource_id(l.id), '') FROM locked l) END AS ids
FROM (SELECT count(*) AS found FROM locked) c;

-- prepared once: groups.lock.members.below
WITH locked AS MATERIALIZED (
  SELECT r.id FROM groups r
  WHERE r.company_id = $1 AND r.id = ANY (ARRAY(SELECT unnest($2::bigint[]))) AND r.id < $3::bigint
  ORDER BY r.id FOR KEY SHARE
)
SELECT c.found = cardinality($2::bigint[]) AS all, CASE WHEN c.found < cardinality($2::bigint[])
THEN (SELECT string_agg(format_resource_id(l.id), '') FROM locked l) END AS ids
FROM (SELECT count(*) AS found FROM locked) c;

-- prepared once: groups.lock.update
SELECT l.*, format_resource_id(next_resource_id()) AS activity_id FROM (
  SELECT g.version, g.created, g.last_modified, g.attributes FROM groups g
  WHERE g.company_id = $1 AND g.id = $2::bigint FOR NO KEY UPDATE) l;

WITH changed AS (DELETE FROM memberships m
  WHERE m.company_id = $1 AND m.group_id = $2::bigint AND NOT (m.member_id = ANY ($3::bigint[] || $4::bigint[])) RETURNING member_id, member_user_id)
INSERT INTO activity_members (company_id, group_id, activity_id, member_id, member_type, sign)
SELECT $5::bigint, $6::bigint, $7::bigint, c.member_id, CASE WHEN c.member_user_id IS NULL THEN 'G' ELSE 'U' END, $8::smallint FROM changed c;

-- prepared once: memberships.add.recorded
WITH changed AS (INSERT INTO memberships (company_id, group_id, member_id, member_user_id, member_group_id, added_at)
  SELECT DISTINCT ON (a.id) $1::bigint, $2::bigint, a.id, a.user_id, a.group_id,
  resource_id_time($3::bigint)
  FROM (
    SELECT u.id, u.id, NULL::bigint FROM unnest($4::bigint[]) u (id)
    UNION ALL
    SELECT g.id, NULL, g.id FROM unnest($5::bigint[]) g (id)
  ) a (id, user_id, group_id)
  ORDER BY a.id ON CONFLICT DO NOTHING RETURNING member_id, member_user_id)
INSERT INTO activity_members (company_id, group_id, activity_id, member_id, member_type, sign)
SELECT $6::bigint, $7::bigint, $8::bigint, c.member_id, CASE WHEN c.member_user_id IS NULL THEN 'G' ELSE 'U' END, $9::smallint FROM changed c;

-- prepared once: groups.move
UPDATE groups g SET version = g.version + 1, last_modified = clock_timestamp()
WHERE g.company_id = $1 AND g.id = $2::bigint
RETURNING g.version, g.last_modified;

-- prepared once: groups.find.members
WITH total AS (SELECT 1 AS total, false AS more), page AS (
  SELECT r.id, NULL::text AS key, 1::bigint AS position FROM groups r
  WHERE r.company_id = $1 AND r.id = $2::bigint), held AS MATERIALIZED (
  SELECT p.position, m.* FROM page p CROSS JOIN LATERAL (
    SELECT m.member_id, m.member_user_id, m.member_group_id FROM memberships m
    WHERE m.company_id = $3 AND m.group_id = p.id
    ORDER BY m.member_id LIMIT $4::bigint) m
  ORDER BY p.position, m.member_id LIMIT $4::bigint
)
SELECT t.total, t.more, p.position, p.key, format_resource_id(g.id) AS id, g.version, g.created, g.last_modified, g.attributes, (SELECT count(*) FROM held) AS held, (
  SELECT coalesce(json_agg(format_resource_id(m.member_id) || CASE WHEN m.member_user_id IS NULL THEN 'G' ELSE 'U' END || CASE WHEN m.member_user_id IS NULL
      THEN (SELECT g.display_name FROM scoped.groups g WHERE g.id = m.member_group_id LIMIT 1)
      ELSE (SELECT u.display FROM scoped.users u WHERE u.id = m.member_user_id LIMIT 1) END ORDER BY m.member_id), '[]')
  FROM held m WHERE m.position = p.position) AS members
FROM total t
LEFT JOIN (page p CROSS JOIN LATERAL (SELECT g.* FROM groups g WHERE g.company_id = $5 AND g.id = p.id LIMIT 1) g) ON true ORDER BY p.position;

-- prepared once: journal.record.drawn
WITH recorded AS (INSERT INTO activity (company_id, txn, credential_id, credential_name, client, surface, request_id, trace_id, duration_ms, id, operation, outcome, resource_type, resource_id, external_id,
    display, version, attributes, added, removed, detail)
  VALUES ($1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::integer, $10::bigint, $11::text, 'done', $12::text, $13::bigint,
    $14::text, $15::text, $16::bigint,
    $17::text[], $18::integer, $19::integer,
    $20::jsonb))
INSERT INTO outbox (company_id, activity_id) VALUES ($21::bigint, $10::bigint);

-- prepared once: guard.judge
SELECT judge_removals($1::bigint, $2::text, $3::bigint,
  $4::text, $5::integer, $6::integer);

COMMIT;

---- delete: a group that is in a group

BEGIN ISOLATION LEVEL READ COMMITTED;

-- prepared once: set_write_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true), set_config('idle_in_transaction_session_timeout', $3, true), join_writers($4);

-- prepared once: groups.lock.holders.below
SELECT g.id FROM groups g
WHERE g.company_id = $1 AND g.id < $2::bigint
AND g.id = ANY (ARRAY(SELECT m.group_id FROM memberships m
    WHERE m.company_id = $3 AND m.member_group_id = $2::bigint))
ORDER BY g.id FOR NO KEY UPDATE;

-- prepared once: groups.lock.delete
SELECT l.*, format_resource_id(next_resource_id()) AS activity_id FROM (
  SELECT g.version, g.external_id, g.display_name FROM groups g
  WHERE g.company_id = $1 AND g.id = $2::bigint FOR UPDATE) l;

-- prepared once: groups.lock.holders.above
SELECT g.id FROM groups g
WHERE g.company_id = $1 AND g.id > $2::bigint
AND g.id = ANY (ARRAY(SELECT m.group_id FROM memberships m
    WHERE m.company_id = $3 AND m.member_group_id = $2::bigint))
ORDER BY g.id FOR NO KEY UPDATE;

-- prepared once: groups.holders
SELECT m.group_id FROM memberships m
WHERE m.company_id = $1 AND m.member_group_id = $2::bigint AND m.group_id <> $2::bigint;

-- prepared once: groups.delete.members
WITH changed AS (DELETE FROM memberships m
  WHERE m.company_id = $1 AND m.group_id = $2::bigint RETURNING member_id, member_user_id)
INSERT INTO activity_members (company_id, group_id, activity_id, member_id, member_type, sign)
SELECT $3::bigint, $4::bigint, $5::bigint, c.member_id, CASE WHEN c.member_user_id IS NULL THEN 'G' ELSE 'U' END, $6::smallint FROM changed c;

-- prepared once: groups.leave_holders
WITH gone AS (
  DELETE FROM memberships m
  WHERE m.company_id = $1 AND m.member_group_id = $2::bigint RETURNING m.group_id
), left_groups AS (
  UPDATE groups g SET version = g.version + 1, last_modified = clock_timestamp()
  WHERE g.company_id = $3 AND g.id = ANY (ARRAY(SELECT l.group_id FROM gone l))
  RETURNING g.id, g.version, g.external_id, g.display_name
), recorded AS (
  INSERT INTO activity (company_id, txn, credential_id, credential_name, client, surface, request_id, trace_id, duration_ms, id, operation, outcome, resource_type, resource_id, external_id, display,
    version, attributes, added, removed)
  SELECT $4::bigint, $5::text, $6::text, $7::text, $8::text, $9::text, $10::text, $11::text, $12::integer, next_resource_id(), 'members', 'done', 'Group', g.id, regexp_replace(g.external_id, 'rollcall_[\w-]+|\yeyJ[\w-]+(?:\.[\w-]*)*', '…', 'g'),
  regexp_replace(g.display_name, 'rollcall_[\w-]+|\yeyJ[\w-]+(?:\.[\w-]*)*', '…', 'g'), g.version, '{}', 0, 1
  FROM left_groups g
  RETURNING company_id, id, resource_id
), recorded_members AS (
  INSERT INTO activity_members (company_id, group_id, activity_id, member_id, member_type, sign)
  SELECT r.company_id, r.resource_id, r.id, $13::bigint, $14::text, -1 FROM recorded r
)
INSERT INTO outbox (company_id, activity_id) SELECT r.company_id, r.id FROM recorded r ORDER BY r.id;

-- prepared once: groups.delete
WITH gone AS (DELETE FROM groups g
  WHERE g.company_id = $1 AND g.id = $2::bigint
  RETURNING company_id, id, version, created, attributes, display_name_key AS name_key, external_id)
INSERT INTO deleted_resources (company_id, id, type, version, created, attributes, name_key, external_id)
SELECT g.company_id, g.id, $3::text, g.version, g.created, g.attributes, g.name_key, g.external_id
FROM gone g;

-- prepared once: resource_counts.change
INSERT INTO resource_counts AS c (company_id, type, bucket, count)
VALUES ($1, $2, pg_backend_pid() % 16, $3)
ON CONFLICT (company_id, type, bucket) DO UPDATE SET count = c.count + excluded.count;

-- prepared once: journal.record.drawn
WITH recorded AS (INSERT INTO activity (company_id, txn, credential_id, credential_name, client, surface, request_id, trace_id, duration_ms, id, operation, outcome, resource_type, resource_id, external_id,
    display, version, attributes, added, removed, detail)
  VALUES ($1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::integer, $10::bigint, $11::text, 'done', $12::text, $13::bigint,
    $14::text, $15::text, $16::bigint,
    $17::text[], $18::integer, $19::integer,
    $20::jsonb))
INSERT INTO outbox (company_id, activity_id) VALUES ($21::bigint, $10::bigint);

-- prepared once: guard.judge
SELECT judge_removals($1::bigint, $2::text, $3::bigint,
  $4::text, $5::integer, $6::integer);

COMMIT;

---- delete: a group, which the guard refuses

BEGIN ISOLATION LEVEL READ COMMITTED;

-- prepared once: set_write_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true), set_config('idle_in_transaction_session_timeout', $3, true), join_writers($4);

-- prepared once: groups.lock.holders.below
SELECT g.id FROM groups g
WHERE g.company_id = $1 AND g.id < $2::bigint
AND g.id = ANY (ARRAY(SELECT m.group_id FROM memberships m
    WHERE m.company_id = $3 AND m.member_group_id = $2::bigint))
ORDER BY g.id FOR NO KEY UPDATE;

-- prepared once: groups.lock.delete
SELECT l.*, format_resource_id(next_resource_id()) AS activity_id FROM (
  SELECT g.version, g.external_id, g.display_name FROM groups g
  WHERE g.company_id = $1 AND g.id = $2::bigint FOR UPDATE) l;

-- prepared once: groups.lock.holders.above
SELECT g.id FROM groups g
WHERE g.company_id = $1 AND g.id > $2::bigint
AND g.id = ANY (ARRAY(SELECT m.group_id FROM memberships m
    WHERE m.company_id = $3 AND m.member_group_id = $2::bigint))
ORDER BY g.id FOR NO KEY UPDATE;

-- prepared once: groups.holders
SELECT m.group_id FROM memberships m
WHERE m.company_id = $1 AND m.member_group_id = $2::bigint AND m.group_id <> $2::bigint;

-- prepared once: groups.delete.members
WITH changed AS (DELETE FROM memberships m
  WHERE m.company_id = $1 AND m.group_id = $2::bigint RETURNING member_id, member_user_id)
INSERT INTO activity_members (company_id, group_id, activity_id, member_id, member_type, sign)
SELECT $3::bigint, $4::bigint, $5::bigint, c.member_id, CASE WHEN c.member_user_id IS NULL THEN 'G' ELSE 'U' END, $6::smallint FROM changed c;

-- prepared once: groups.leave_holders
WITH gone AS (
  DELETE FROM memberships m
  WHERE m.company_id = $1 AND m.member_group_id = $2::bigint RETURNING m.group_id
), left_groups AS (
  UPDATE groups g SET version = g.version + 1, last_modified = clock_timestamp()
  WHERE g.company_id = $3 AND g.id = ANY (ARRAY(SELECT l.group_id FROM gone l))
  RETURNING g.id, g.version, g.external_id, g.display_name
), recorded AS (
  INSERT INTO activity (company_id, txn, credential_id, credential_name, client, surface, request_id, trace_id, duration_ms, id, operation, outcome, resource_type, resource_id, external_id, display,
    version, attributes, added, removed)
  SELECT $4::bigint, $5::text, $6::text, $7::text, $8::text, $9::text, $10::text, $11::text, $12::integer, next_resource_id(), 'members', 'done', 'Group', g.id, regexp_replace(g.external_id, 'rollcall_[\w-]+|\yeyJ[\w-]+(?:\.[\w-]*)*', '…', 'g'),
  regexp_replace(g.display_name, 'rollcall_[\w-]+|\yeyJ[\w-]+(?:\.[\w-]*)*', '…', 'g'), g.version, '{}', 0, 1
  FROM left_groups g
  RETURNING company_id, id, resource_id
), recorded_members AS (
  INSERT INTO activity_members (company_id, group_id, activity_id, member_id, member_type, sign)
  SELECT r.company_id, r.resource_id, r.id, $13::bigint, $14::text, -1 FROM recorded r
)
INSERT INTO outbox (company_id, activity_id) SELECT r.company_id, r.id FROM recorded r ORDER BY r.id;

-- prepared once: groups.delete
WITH gone AS (DELETE FROM groups g
  WHERE g.company_id = $1 AND g.id = $2::bigint
  RETURNING company_id, id, version, created, attributes, display_name_key AS name_key, external_id)
INSERT INTO deleted_resources (company_id, id, type, version, created, attributes, name_key, external_id)
SELECT g.company_id, g.id, $3::text, g.version, g.created, g.attributes, g.name_key, g.external_id
FROM gone g;

-- prepared once: resource_counts.change
INSERT INTO resource_counts AS c (company_id, type, bucket, count)
VALUES ($1, $2, pg_backend_pid() % 16, $3)
ON CONFLICT (company_id, type, bucket) DO UPDATE SET count = c.count + excluded.count;

-- prepared once: journal.record.drawn
WITH recorded AS (INSERT INTO activity (company_id, txn, credential_id, credential_name, client, surface, request_id, trace_id, duration_ms, id, operation, outcome, resource_type, resource_id, external_id,
    display, version, attributes, added, removed, detail)
  VALUES ($1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::integer, $10::bigint, $11::text, 'done', $12::text, $13::bigint,
    $14::text, $15::text, $16::bigint,
    $17::text[], $18::integer, $19::integer,
    $20::jsonb))
INSERT INTO outbox (company_id, activity_id) VALUES ($21::bigint, $10::bigint);

-- prepared once: guard.judge
SELECT judge_removals($1::bigint, $2::text, $3::bigint,
  $4::text, $5::integer, $6::integer);

COMMIT;

BEGIN ISOLATION LEVEL READ COMMITTED;

-- prepared once: set_write_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true), set_config('idle_in_transaction_session_timeout', $3, true), join_writers($4);

-- prepared once: guard.hold
UPDATE guards g SET held_since = clock_timestamp(), held_rule = $1::jsonb
WHERE g.company_id = $2 AND g.mode = 'hold' AND g.held_since IS NULL
AND g.counted_from IS NOT DISTINCT FROM $3::timestamptz;

-- prepared once: guard.drop_old_releases
DELETE FROM held_removals h
WHERE h.company_id = $1 AND h.released_until < clock_timestamp() - interval '1 day';

-- prepared once: guard.list_refusal
INSERT INTO held_removals AS h (company_id, resource_id, resource_type, operation, removed)
SELECT $1::bigint, $2::bigint, $3::text, $4::text,
$5::bigint
WHERE (SELECT count(*) FROM held_removals o WHERE o.company_id = $1::bigint) < $6
OR EXISTS (SELECT FROM held_removals o WHERE o.company_id = $1::bigint AND o.resource_id = $2::bigint)
ON CONFLICT (company_id, resource_id) DO UPDATE SET operation = excluded.operation, removed = excluded.removed,
attempts = h.attempts + 1, last_attempt = clock_timestamp(), released_until = NULL;

-- prepared once: journal.record.company
WITH recorded AS (
  INSERT INTO activity (company_id, txn, credential_id, credential_name, client, surface, request_id, trace_id, duration_ms, id, operation, outcome, resource_type, resource_id, display,
    attributes, detail)
  VALUES ($1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::integer, next_resource_id(), $10::text, 'done', NULL, NULL, $11::text,
    $12::text[], $13::jsonb)
  RETURNING company_id, id)
INSERT INTO outbox (company_id, activity_id) SELECT r.company_id, r.id FROM recorded r ORDER BY r.id;

COMMIT;
