---- insert: a user

BEGIN ISOLATION LEVEL READ COMMITTED;

-- prepared once: set_write_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true), set_config('idle_in_transaction_session_timeout', $3, true), join_writers($4);

-- prepared once: users.insert.manager
INSERT INTO users AS u (company_id, attributes, search, user_name_key, display_name_key, email_keys, external_id, display, display_key, external_id_is_unique)
VALUES ($1, $2::jsonb, $3::jsonb,
  $4::text, $5::text, $6::text,
  $7::text, $8::text, $9::text, external_ids_are_unique())
RETURNING format_resource_id(u.id) AS id, u.version, u.created, u.last_modified, u.attributes, (SELECT jsonb_build_object('id', format_resource_id(m.id), 'display', m.display)
  FROM scoped.users m WHERE m.id = (SELECT read_resource_id(u.attributes #>> $10::text[]))) AS manager;

-- prepared once: resource_counts.change
INSERT INTO resource_counts AS c (company_id, type, bucket, count)
VALUES ($1, $2, pg_backend_pid() % 16, $3)
ON CONFLICT (company_id, type, bucket) DO UPDATE SET count = c.count + excluded.count;

-- prepared once: journal.record
WITH recorded AS (INSERT INTO activity (company_id, txn, credential_id, credential_name, client, surface, request_id, trace_id, duration_ms, id, operation, outcome, resource_type, resource_id, external_id,
    display, version, attributes, added, removed, detail)
  VALUES ($1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::integer, next_resource_id(), $10::text, 'done', $11::text, $12::bigint,
    $13::text, $14::text, $15::bigint,
    $16::text[], $17::integer, $18::integer,
    $19::jsonb) RETURNING company_id, id)
INSERT INTO outbox (company_id, activity_id) SELECT r.company_id, r.id FROM recorded r ORDER BY r.id;

COMMIT;

---- find: by id

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

-- prepared once: users.find.groupsmanager
SELECT format_resource_id(u.id) AS id, u.version, u.created, u.last_modified, u.attributes, (SELECT coalesce(jsonb_agg(jsonb_build_object('value', format_resource_id(g.id),
        'display', g.display_name, 'type', CASE WHEN o.direct THEN 'direct' ELSE 'indirect' END) ORDER BY g.id), '[]')
  FROM scoped.groups_of(u.id) o CROSS JOIN LATERAL (SELECT g.id, g.display_name FROM scoped.groups g WHERE g.id = o.group_id LIMIT 1) g) AS groups, (SELECT jsonb_build_object('id', format_resource_id(m.id), 'display', m.display)
  FROM scoped.users m WHERE m.id = (SELECT read_resource_id(u.attributes #>> $1::text[]))) AS manager FROM users u WHERE u.company_id = $2 AND u.id = $3::bigint;

COMMIT;

---- find: by id, without groups and manager

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

-- prepared once: users.find.
SELECT format_resource_id(u.id) AS id, u.version, u.created, u.last_modified, u.attributes FROM users u WHERE u.company_id = $1 AND u.id = $2::bigint;

COMMIT;

---- list: the first page

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

-- prepared once: users.page.groupsmanager
WITH RECURSIVE ahead AS MATERIALIZED (SELECT s.id, 'User'::text AS type, NULL::text COLLATE "C" AS key FROM (
    SELECT r.id FROM scoped.users r WHERE true
    ORDER BY r.id LIMIT $1::bigint + 1 OFFSET $2::bigint) s), total AS (
  SELECT (SELECT coalesce(sum(c.count), 0)::bigint FROM resource_counts c
    WHERE c.company_id = $3
    AND c.type = ANY ($4::text[])) AS total, (SELECT count(*) FROM ahead) > $5::bigint AS more
), page AS MATERIALIZED (
  SELECT a.id, a.type, a.key::text AS key, a.number AS position
  FROM (SELECT a.*, row_number() OVER (ORDER BY a.id) AS number FROM ahead a) a
  WHERE a.number <= $5::bigint
), listed AS MATERIALIZED (
  SELECT p.position, p.key, u.id, u.version, u.created, u.last_modified, u.attributes, pg_column_size(u.attributes)::bigint
  * CASE WHEN pg_column_compression(u.attributes) IS NULL THEN 1 ELSE $6::int END AS weight
  FROM page p CROSS JOIN LATERAL (SELECT u.* FROM users u WHERE u.company_id = $7 AND u.id = p.id LIMIT 1) u
), own AS MATERIALIZED (
  SELECT p.id AS user_id, m.group_id
  FROM page p CROSS JOIN LATERAL (SELECT m.group_id FROM scoped.memberships m WHERE m.member_user_id = p.id OFFSET 0) m LIMIT $8::bigint
), reached (user_id, group_id) AS (
  SELECT o.user_id, o.group_id FROM own o
  UNION
  SELECT r.user_id, m.group_id
  FROM reached r CROSS JOIN LATERAL (SELECT m.group_id FROM scoped.memberships m WHERE m.member_group_id = r.group_id OFFSET 0) m
), held AS MATERIALIZED (
  SELECT r.user_id, r.group_id, (r.user_id, r.group_id) IN (SELECT o.user_id, o.group_id FROM own o) AS direct
  FROM reached r LIMIT $8::bigint
), shown AS MATERIALIZED (
  SELECT o.user_id, jsonb_agg(jsonb_build_object('value', format_resource_id(g.id),
      'display', g.display_name, 'type', CASE WHEN o.direct THEN 'direct' ELSE 'indirect' END) ORDER BY g.id) AS groups FROM held o CROSS JOIN LATERAL (SELECT g.id, g.display_name FROM scoped.groups g WHERE g.id = o.group_id LIMIT 1) g GROUP BY o.user_id
), verdict AS MATERIALIZED (
  SELECT (SELECT coalesce(sum(l.weight), 0) FROM listed l) <= $9::bigint AND (SELECT count(*) FROM held) <= $10::bigint AS whole
)
SELECT t.total, t.more, v.whole, u.position, u.key, u.weight, format_resource_id(u.id) AS id, u.version, u.created, u.last_modified, CASE WHEN v.whole THEN u.attributes END AS attributes, CASE WHEN v.whole THEN coalesce(s.groups, '[]') END AS groups, CASE WHEN v.whole THEN (SELECT jsonb_build_object('id', format_resource_id(m.id), 'display', m.display)
  FROM scoped.users m WHERE m.id = (SELECT read_resource_id(u.attributes #>> $11::text[]))) END AS manager
FROM total t CROSS JOIN verdict v
LEFT JOIN (listed u LEFT JOIN shown s ON s.user_id = u.id) ON true
ORDER BY u.position;

COMMIT;

---- list: a page by startIndex

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

-- prepared once: users.page.groupsmanager
WITH RECURSIVE ahead AS MATERIALIZED (SELECT s.id, 'User'::text AS type, NULL::text COLLATE "C" AS key FROM (
    SELECT r.id FROM scoped.users r WHERE true
    ORDER BY r.id LIMIT $1::bigint + 1 OFFSET $2::bigint) s), total AS (
  SELECT (SELECT coalesce(sum(c.count), 0)::bigint FROM resource_counts c
    WHERE c.company_id = $3
    AND c.type = ANY ($4::text[])) AS total, (SELECT count(*) FROM ahead) > $5::bigint AS more
), page AS MATERIALIZED (
  SELECT a.id, a.type, a.key::text AS key, a.number AS position
  FROM (SELECT a.*, row_number() OVER (ORDER BY a.id) AS number FROM ahead a) a
  WHERE a.number <= $5::bigint
), listed AS MATERIALIZED (
  SELECT p.position, p.key, u.id, u.version, u.created, u.last_modified, u.attributes, pg_column_size(u.attributes)::bigint
  * CASE WHEN pg_column_compression(u.attributes) IS NULL THEN 1 ELSE $6::int END AS weight
  FROM page p CROSS JOIN LATERAL (SELECT u.* FROM users u WHERE u.company_id = $7 AND u.id = p.id LIMIT 1) u
), own AS MATERIALIZED (
  SELECT p.id AS user_id, m.group_id
  FROM page p CROSS JOIN LATERAL (SELECT m.group_id FROM scoped.memberships m WHERE m.member_user_id = p.id OFFSET 0) m LIMIT $8::bigint
), reached (user_id, group_id) AS (
  SELECT o.user_id, o.group_id FROM own o
  UNION
  SELECT r.user_id, m.group_id
  FROM reached r CROSS JOIN LATERAL (SELECT m.group_id FROM scoped.memberships m WHERE m.member_group_id = r.group_id OFFSET 0) m
), held AS MATERIALIZED (
  SELECT r.user_id, r.group_id, (r.user_id, r.group_id) IN (SELECT o.user_id, o.group_id FROM own o) AS direct
  FROM reached r LIMIT $8::bigint
), shown AS MATERIALIZED (
  SELECT o.user_id, jsonb_agg(jsonb_build_object('value', format_resource_id(g.id),
      'display', g.display_name, 'type', CASE WHEN o.direct THEN 'direct' ELSE 'indirect' END) ORDER BY g.id) AS groups FROM held o CROSS JOIN LATERAL (SELECT g.id, g.display_name FROM scoped.groups g WHERE g.id = o.group_id LIMIT 1) g GROUP BY o.user_id
), verdict AS MATERIALIZED (
  SELECT (SELECT coalesce(sum(l.weight), 0) FROM listed l) <= $9::bigint AND (SELECT count(*) FROM held) <= $10::bigint AS whole
)
SELECT t.total, t.more, v.whole, u.position, u.key, u.weight, format_resource_id(u.id) AS id, u.version, u.created, u.last_modified, CASE WHEN v.whole THEN u.attributes END AS attributes, CASE WHEN v.whole THEN coalesce(s.groups, '[]') END AS groups, CASE WHEN v.whole THEN (SELECT jsonb_build_object('id', format_resource_id(m.id), 'display', m.display)
  FROM scoped.users m WHERE m.id = (SELECT read_resource_id(u.attributes #>> $11::text[]))) END AS manager
FROM total t CROSS JOIN verdict v
LEFT JOIN (listed u LEFT JOIN shown s ON s.user_id = u.id) ON true
ORDER BY u.position;

COMMIT;

---- list: a page behind a cursor

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

WITH RECURSIVE ahead AS MATERIALIZED (SELECT s.id, 'User'::text AS type, NULL::text COLLATE "C" AS key FROM (
    SELECT r.id FROM scoped.users r WHERE r.id > $1::bigint
    ORDER BY r.id LIMIT $2::bigint + 1 OFFSET $3::bigint) s), total AS (
  SELECT (SELECT coalesce(sum(c.count), 0)::bigint FROM resource_counts c
    WHERE c.company_id = $4
    AND c.type = ANY ($5::text[])) AS total, (SELECT count(*) FROM ahead) > $6::bigint AS more
), page AS MATERIALIZED (
  SELECT a.id, a.type, a.key::text AS key, a.number AS position
  FROM (SELECT a.*, row_number() OVER (ORDER BY a.id) AS number FROM ahead a) a
  WHERE a.number <= $6::bigint
), listed AS MATERIALIZED (
  SELECT p.position, p.key, u.id, u.version, u.created, u.last_modified, u.attributes, pg_column_size(u.attributes)::bigint
  * CASE WHEN pg_column_compression(u.attributes) IS NULL THEN 1 ELSE $7::int END AS weight
  FROM page p CROSS JOIN LATERAL (SELECT u.* FROM users u WHERE u.company_id = $8 AND u.id = p.id LIMIT 1) u
), own AS MATERIALIZED (
  SELECT p.id AS user_id, m.group_id
  FROM page p CROSS JOIN LATERAL (SELECT m.group_id FROM scoped.memberships m WHERE m.member_user_id = p.id OFFSET 0) m LIMIT $9::bigint
), reached (user_id, group_id) AS (
  SELECT o.user_id, o.group_id FROM own o
  UNION
  SELECT r.user_id, m.group_id
  FROM reached r CROSS JOIN LATERAL (SELECT m.group_id FROM scoped.memberships m WHERE m.member_group_id = r.group_id OFFSET 0) m
), held AS MATERIALIZED (
  SELECT r.user_id, r.group_id, (r.user_id, r.group_id) IN (SELECT o.user_id, o.group_id FROM own o) AS direct
  FROM reached r LIMIT $9::bigint
), shown AS MATERIALIZED (
  SELECT o.user_id, jsonb_agg(jsonb_build_object('value', format_resource_id(g.id),
      'display', g.display_name, 'type', CASE WHEN o.direct THEN 'direct' ELSE 'indirect' END) ORDER BY g.id) AS groups FROM held o CROSS JOIN LATERAL (SELECT g.id, g.display_name FROM scoped.groups g WHERE g.id = o.group_id LIMIT 1) g GROUP BY o.user_id
), verdict AS MATERIALIZED (
  SELECT (SELECT coalesce(sum(l.weight), 0) FROM listed l) <= $10::bigint AND (SELECT count(*) FROM held) <= $11::bigint AS whole
)
SELECT t.total, t.more, v.whole, u.position, u.key, u.weight, format_resource_id(u.id) AS id, u.version, u.created, u.last_modified, CASE WHEN v.whole THEN u.attributes END AS attributes, CASE WHEN v.whole THEN coalesce(s.groups, '[]') END AS groups, CASE WHEN v.whole THEN (SELECT jsonb_build_object('id', format_resource_id(m.id), 'display', m.display)
  FROM scoped.users m WHERE m.id = (SELECT read_resource_id(u.attributes #>> $12::text[]))) END AS manager
FROM total t CROSS JOIN verdict v
LEFT JOIN (listed u LEFT JOIN shown s ON s.user_id = u.id) ON true
ORDER BY u.position;

COMMIT;

---- list: a page by userName behind a cursor

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

WITH RECURSIVE ahead AS MATERIALIZED (SELECT s.id, 'User'::text AS type, s.key AS key FROM (
    SELECT r.id, r.user_name_key AS key FROM scoped.users r WHERE r.user_name_key >= '' AND (r.user_name_key >= $1::text AND (r.user_name_key > $1::text OR r.id > $2::bigint))
    ORDER BY r.user_name_key, r.id LIMIT $3::bigint + 1 OFFSET $4::bigint) s), total AS (
  SELECT (SELECT coalesce(sum(c.count), 0)::bigint FROM resource_counts c
    WHERE c.company_id = $5
    AND c.type = ANY ($6::text[])) AS total, (SELECT count(*) FROM ahead) > $7::bigint AS more
), page AS MATERIALIZED (
  SELECT a.id, a.type, a.key::text AS key, a.number AS position
  FROM (SELECT a.*, row_number() OVER (ORDER BY a.key, a.id) AS number FROM ahead a) a
  WHERE a.number <= $7::bigint
), listed AS MATERIALIZED (
  SELECT p.position, p.key, u.id, u.version, u.created, u.last_modified, u.attributes, pg_column_size(u.attributes)::bigint
  * CASE WHEN pg_column_compression(u.attributes) IS NULL THEN 1 ELSE $8::int END AS weight
  FROM page p CROSS JOIN LATERAL (SELECT u.* FROM users u WHERE u.company_id = $9 AND u.id = p.id LIMIT 1) u
), own AS MATERIALIZED (
  SELECT p.id AS user_id, m.group_id
  FROM page p CROSS JOIN LATERAL (SELECT m.group_id FROM scoped.memberships m WHERE m.member_user_id = p.id OFFSET 0) m LIMIT $10::bigint
), reached (user_id, group_id) AS (
  SELECT o.user_id, o.group_id FROM own o
  UNION
  SELECT r.user_id, m.group_id
  FROM reached r CROSS JOIN LATERAL (SELECT m.group_id FROM scoped.memberships m WHERE m.member_group_id = r.group_id OFFSET 0) m
), held AS MATERIALIZED (
  SELECT r.user_id, r.group_id, (r.user_id, r.group_id) IN (SELECT o.user_id, o.group_id FROM own o) AS direct
  FROM reached r LIMIT $10::bigint
), shown AS MATERIALIZED (
  SELECT o.user_id, jsonb_agg(jsonb_build_object('value', format_resource_id(g.id),
      'display', g.display_name, 'type', CASE WHEN o.direct THEN 'direct' ELSE 'indirect' END) ORDER BY g.id) AS groups FROM held o CROSS JOIN LATERAL (SELECT g.id, g.display_name FROM scoped.groups g WHERE g.id = o.group_id LIMIT 1) g GROUP BY o.user_id
), verdict AS MATERIALIZED (
  SELECT (SELECT coalesce(sum(l.weight), 0) FROM listed l) <= $11::bigint AND (SELECT count(*) FROM held) <= $12::bigint AS whole
)
SELECT t.total, t.more, v.whole, u.position, u.key, u.weight, format_resource_id(u.id) AS id, u.version, u.created, u.last_modified, CASE WHEN v.whole THEN u.attributes END AS attributes, CASE WHEN v.whole THEN coalesce(s.groups, '[]') END AS groups, CASE WHEN v.whole THEN (SELECT jsonb_build_object('id', format_resource_id(m.id), 'display', m.display)
  FROM scoped.users m WHERE m.id = (SELECT read_resource_id(u.attributes #>> $13::text[]))) END AS manager
FROM total t CROSS JOIN verdict v
LEFT JOIN (listed u LEFT JOIN shown s ON s.user_id = u.id) ON true
ORDER BY u.position;

COMMIT;

---- list: no resources, only their number

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

-- prepared once: users.page.groupsmanager
WITH RECURSIVE ahead AS MATERIALIZED (SELECT s.id, 'User'::text AS type, NULL::text COLLATE "C" AS key FROM (
    SELECT r.id FROM scoped.users r WHERE true
    ORDER BY r.id LIMIT $1::bigint + 1 OFFSET $2::bigint) s), total AS (
  SELECT (SELECT coalesce(sum(c.count), 0)::bigint FROM resource_counts c
    WHERE c.company_id = $3
    AND c.type = ANY ($4::text[])) AS total, (SELECT count(*) FROM ahead) > $5::bigint AS more
), page AS MATERIALIZED (
  SELECT a.id, a.type, a.key::text AS key, a.number AS position
  FROM (SELECT a.*, row_number() OVER (ORDER BY a.id) AS number FROM ahead a) a
  WHERE a.number <= $5::bigint
), listed AS MATERIALIZED (
  SELECT p.position, p.key, u.id, u.version, u.created, u.last_modified, u.attributes, pg_column_size(u.attributes)::bigint
  * CASE WHEN pg_column_compression(u.attributes) IS NULL THEN 1 ELSE $6::int END AS weight
  FROM page p CROSS JOIN LATERAL (SELECT u.* FROM users u WHERE u.company_id = $7 AND u.id = p.id LIMIT 1) u
), own AS MATERIALIZED (
  SELECT p.id AS user_id, m.group_id
  FROM page p CROSS JOIN LATERAL (SELECT m.group_id FROM scoped.memberships m WHERE m.member_user_id = p.id OFFSET 0) m LIMIT $8::bigint
), reached (user_id, group_id) AS (
  SELECT o.user_id, o.group_id FROM own o
  UNION
  SELECT r.user_id, m.group_id
  FROM reached r CROSS JOIN LATERAL (SELECT m.group_id FROM scoped.memberships m WHERE m.member_group_id = r.group_id OFFSET 0) m
), held AS MATERIALIZED (
  SELECT r.user_id, r.group_id, (r.user_id, r.group_id) IN (SELECT o.user_id, o.group_id FROM own o) AS direct
  FROM reached r LIMIT $8::bigint
), shown AS MATERIALIZED (
  SELECT o.user_id, jsonb_agg(jsonb_build_object('value', format_resource_id(g.id),
      'display', g.display_name, 'type', CASE WHEN o.direct THEN 'direct' ELSE 'indirect' END) ORDER BY g.id) AS groups FROM held o CROSS JOIN LATERAL (SELECT g.id, g.display_name FROM scoped.groups g WHERE g.id = o.group_id LIMIT 1) g GROUP BY o.user_id
), verdict AS MATERIALIZED (
  SELECT (SELECT coalesce(sum(l.weight), 0) FROM listed l) <= $9::bigint AND (SELECT count(*) FROM held) <= $10::bigint AS whole
)
SELECT t.total, t.more, v.whole, u.position, u.key, u.weight, format_resource_id(u.id) AS id, u.version, u.created, u.last_modified, CASE WHEN v.whole THEN u.attributes END AS attributes, CASE WHEN v.whole THEN coalesce(s.groups, '[]') END AS groups, CASE WHEN v.whole THEN (SELECT jsonb_build_object('id', format_resource_id(m.id), 'display', m.display)
  FROM scoped.users m WHERE m.id = (SELECT read_resource_id(u.attributes #>> $11::text[]))) END AS manager
FROM total t CROSS JOIN verdict v
LEFT JOIN (listed u LEFT JOIN shown s ON s.user_id = u.id) ON true
ORDER BY u.position;

COMMIT;

---- list: userName eq "ada"

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

-- prepared once: users.key.userName.groupsmanager
WITH found AS MATERIALIZED (
  SELECT u.* FROM users u WHERE u.company_id = $1 AND u.user_name_key = $2
)
SELECT format_resource_id(u.id) AS id, u.version, u.created, u.last_modified, u.attributes, (SELECT coalesce(jsonb_agg(jsonb_build_object('value', format_resource_id(g.id),
        'display', g.display_name, 'type', CASE WHEN o.direct THEN 'direct' ELSE 'indirect' END) ORDER BY g.id), '[]')
  FROM scoped.groups_of(u.id) o CROSS JOIN LATERAL (SELECT g.id, g.display_name FROM scoped.groups g WHERE g.id = o.group_id LIMIT 1) g) AS groups, (SELECT jsonb_build_object('id', format_resource_id(m.id), 'display', m.display)
  FROM scoped.users m WHERE m.id = (SELECT read_resource_id(u.attributes #>> $3::text[]))) AS manager FROM found u LIMIT 2;

COMMIT;

---- list: externalId eq "7"

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

-- prepared once: users.key.externalId.groupsmanager
WITH found AS MATERIALIZED (
  SELECT u.* FROM users u WHERE u.company_id = $1 AND u.external_id = $2
)
SELECT format_resource_id(u.id) AS id, u.version, u.created, u.last_modified, u.attributes, (SELECT coalesce(jsonb_agg(jsonb_build_object('value', format_resource_id(g.id),
        'display', g.display_name, 'type', CASE WHEN o.direct THEN 'direct' ELSE 'indirect' END) ORDER BY g.id), '[]')
  FROM scoped.groups_of(u.id) o CROSS JOIN LATERAL (SELECT g.id, g.display_name FROM scoped.groups g WHERE g.id = o.group_id LIMIT 1) g) AS groups, (SELECT jsonb_build_object('id', format_resource_id(m.id), 'display', m.display)
  FROM scoped.users m WHERE m.id = (SELECT read_resource_id(u.attributes #>> $3::text[]))) AS manager FROM found u LIMIT 2;

COMMIT;

---- list: emails[type eq "work" and value eq "ada@example.com"]

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

WITH RECURSIVE matching AS MATERIALIZED (
  SELECT r.id, 'User'::text AS type, NULL::text COLLATE "C" AS key FROM scoped.users r WHERE r.search @> $1::jsonb
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
  SELECT p.position, p.key, u.id, u.version, u.created, u.last_modified, u.attributes, pg_column_size(u.attributes)::bigint
  * CASE WHEN pg_column_compression(u.attributes) IS NULL THEN 1 ELSE $5::int END AS weight
  FROM page p CROSS JOIN LATERAL (SELECT u.* FROM users u WHERE u.company_id = $6 AND u.id = p.id LIMIT 1) u
), own AS MATERIALIZED (
  SELECT p.id AS user_id, m.group_id
  FROM page p CROSS JOIN LATERAL (SELECT m.group_id FROM scoped.memberships m WHERE m.member_user_id = p.id OFFSET 0) m LIMIT $7::bigint
), reached (user_id, group_id) AS (
  SELECT o.user_id, o.group_id FROM own o
  UNION
  SELECT r.user_id, m.group_id
  FROM reached r CROSS JOIN LATERAL (SELECT m.group_id FROM scoped.memberships m WHERE m.member_group_id = r.group_id OFFSET 0) m
), held AS MATERIALIZED (
  SELECT r.user_id, r.group_id, (r.user_id, r.group_id) IN (SELECT o.user_id, o.group_id FROM own o) AS direct
  FROM reached r LIMIT $7::bigint
), shown AS MATERIALIZED (
  SELECT o.user_id, jsonb_agg(jsonb_build_object('value', format_resource_id(g.id),
      'display', g.display_name, 'type', CASE WHEN o.direct THEN 'direct' ELSE 'indirect' END) ORDER BY g.id) AS groups FROM held o CROSS JOIN LATERAL (SELECT g.id, g.display_name FROM scoped.groups g WHERE g.id = o.group_id LIMIT 1) g GROUP BY o.user_id
), verdict AS MATERIALIZED (
  SELECT (SELECT coalesce(sum(l.weight), 0) FROM listed l) <= $8::bigint AND (SELECT count(*) FROM held) <= $9::bigint AS whole
)
SELECT t.total, t.more, v.whole, u.position, u.key, u.weight, format_resource_id(u.id) AS id, u.version, u.created, u.last_modified, CASE WHEN v.whole THEN u.attributes END AS attributes, CASE WHEN v.whole THEN coalesce(s.groups, '[]') END AS groups, CASE WHEN v.whole THEN (SELECT jsonb_build_object('id', format_resource_id(m.id), 'display', m.display)
  FROM scoped.users m WHERE m.id = (SELECT read_resource_id(u.attributes #>> $10::text[]))) END AS manager
FROM total t CROSS JOIN verdict v
LEFT JOIN (listed u LEFT JOIN shown s ON s.user_id = u.id) ON true
ORDER BY u.position;

COMMIT;

---- list: displayName co "ada"

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

WITH RECURSIVE matching AS MATERIALIZED (
  SELECT r.id, 'User'::text AS type, NULL::text COLLATE "C" AS key FROM scoped.users r WHERE r.display_name_key LIKE $1
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
  SELECT p.position, p.key, u.id, u.version, u.created, u.last_modified, u.attributes, pg_column_size(u.attributes)::bigint
  * CASE WHEN pg_column_compression(u.attributes) IS NULL THEN 1 ELSE $5::int END AS weight
  FROM page p CROSS JOIN LATERAL (SELECT u.* FROM users u WHERE u.company_id = $6 AND u.id = p.id LIMIT 1) u
), own AS MATERIALIZED (
  SELECT p.id AS user_id, m.group_id
  FROM page p CROSS JOIN LATERAL (SELECT m.group_id FROM scoped.memberships m WHERE m.member_user_id = p.id OFFSET 0) m LIMIT $7::bigint
), reached (user_id, group_id) AS (
  SELECT o.user_id, o.group_id FROM own o
  UNION
  SELECT r.user_id, m.group_id
  FROM reached r CROSS JOIN LATERAL (SELECT m.group_id FROM scoped.memberships m WHERE m.member_group_id = r.group_id OFFSET 0) m
), held AS MATERIALIZED (
  SELECT r.user_id, r.group_id, (r.user_id, r.group_id) IN (SELECT o.user_id, o.group_id FROM own o) AS direct
  FROM reached r LIMIT $7::bigint
), shown AS MATERIALIZED (
  SELECT o.user_id, jsonb_agg(jsonb_build_object('value', format_resource_id(g.id),
      'display', g.display_name, 'type', CASE WHEN o.direct THEN 'direct' ELSE 'indirect' END) ORDER BY g.id) AS groups FROM held o CROSS JOIN LATERAL (SELECT g.id, g.display_name FROM scoped.groups g WHERE g.id = o.group_id LIMIT 1) g GROUP BY o.user_id
), verdict AS MATERIALIZED (
  SELECT (SELECT coalesce(sum(l.weight), 0) FROM listed l) <= $8::bigint AND (SELECT count(*) FROM held) <= $9::bigint AS whole
)
SELECT t.total, t.more, v.whole, u.position, u.key, u.weight, format_resource_id(u.id) AS id, u.version, u.created, u.last_modified, CASE WHEN v.whole THEN u.attributes END AS attributes, CASE WHEN v.whole THEN coalesce(s.groups, '[]') END AS groups, CASE WHEN v.whole THEN (SELECT jsonb_build_object('id', format_resource_id(m.id), 'display', m.display)
  FROM scoped.users m WHERE m.id = (SELECT read_resource_id(u.attributes #>> $10::text[]))) END AS manager
FROM total t CROSS JOIN verdict v
LEFT JOIN (listed u LEFT JOIN shown s ON s.user_id = u.id) ON true
ORDER BY u.position;

COMMIT;

---- list: userName sw "ad"

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

WITH RECURSIVE matching AS MATERIALIZED (
  SELECT r.id, 'User'::text AS type, NULL::text COLLATE "C" AS key FROM scoped.users r WHERE (r.user_name_key >= $1 AND r.user_name_key < $2)
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
  SELECT p.position, p.key, u.id, u.version, u.created, u.last_modified, u.attributes, pg_column_size(u.attributes)::bigint
  * CASE WHEN pg_column_compression(u.attributes) IS NULL THEN 1 ELSE $6::int END AS weight
  FROM page p CROSS JOIN LATERAL (SELECT u.* FROM users u WHERE u.company_id = $7 AND u.id = p.id LIMIT 1) u
), own AS MATERIALIZED (
  SELECT p.id AS user_id, m.group_id
  FROM page p CROSS JOIN LATERAL (SELECT m.group_id FROM scoped.memberships m WHERE m.member_user_id = p.id OFFSET 0) m LIMIT $8::bigint
), reached (user_id, group_id) AS (
  SELECT o.user_id, o.group_id FROM own o
  UNION
  SELECT r.user_id, m.group_id
  FROM reached r CROSS JOIN LATERAL (SELECT m.group_id FROM scoped.memberships m WHERE m.member_group_id = r.group_id OFFSET 0) m
), held AS MATERIALIZED (
  SELECT r.user_id, r.group_id, (r.user_id, r.group_id) IN (SELECT o.user_id, o.group_id FROM own o) AS direct
  FROM reached r LIMIT $8::bigint
), shown AS MATERIALIZED (
  SELECT o.user_id, jsonb_agg(jsonb_build_object('value', format_resource_id(g.id),
      'display', g.display_name, 'type', CASE WHEN o.direct THEN 'direct' ELSE 'indirect' END) ORDER BY g.id) AS groups FROM held o CROSS JOIN LATERAL (SELECT g.id, g.display_name FROM scoped.groups g WHERE g.id = o.group_id LIMIT 1) g GROUP BY o.user_id
), verdict AS MATERIALIZED (
  SELECT (SELECT coalesce(sum(l.weight), 0) FROM listed l) <= $9::bigint AND (SELECT count(*) FROM held) <= $10::bigint AS whole
)
SELECT t.total, t.more, v.whole, u.position, u.key, u.weight, format_resource_id(u.id) AS id, u.version, u.created, u.last_modified, CASE WHEN v.whole THEN u.attributes END AS attributes, CASE WHEN v.whole THEN coalesce(s.groups, '[]') END AS groups, CASE WHEN v.whole THEN (SELECT jsonb_build_object('id', format_resource_id(m.id), 'display', m.display)
  FROM scoped.users m WHERE m.id = (SELECT read_resource_id(u.attributes #>> $11::text[]))) END AS manager
FROM total t CROSS JOIN verdict v
LEFT JOIN (listed u LEFT JOIN shown s ON s.user_id = u.id) ON true
ORDER BY u.position;

COMMIT;

---- list: active eq true

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

WITH RECURSIVE matching AS MATERIALIZED (
  SELECT r.id, 'User'::text AS type, NULL::text COLLATE "C" AS key FROM scoped.users r WHERE (r.search #> $1::text[]) = $2::jsonb
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
  SELECT p.position, p.key, u.id, u.version, u.created, u.last_modified, u.attributes, pg_column_size(u.attributes)::bigint
  * CASE WHEN pg_column_compression(u.attributes) IS NULL THEN 1 ELSE $6::int END AS weight
  FROM page p CROSS JOIN LATERAL (SELECT u.* FROM users u WHERE u.company_id = $7 AND u.id = p.id LIMIT 1) u
), own AS MATERIALIZED (
  SELECT p.id AS user_id, m.group_id
  FROM page p CROSS JOIN LATERAL (SELECT m.group_id FROM scoped.memberships m WHERE m.member_user_id = p.id OFFSET 0) m LIMIT $8::bigint
), reached (user_id, group_id) AS (
  SELECT o.user_id, o.group_id FROM own o
  UNION
  SELECT r.user_id, m.group_id
  FROM reached r CROSS JOIN LATERAL (SELECT m.group_id FROM scoped.memberships m WHERE m.member_group_id = r.group_id OFFSET 0) m
), held AS MATERIALIZED (
  SELECT r.user_id, r.group_id, (r.user_id, r.group_id) IN (SELECT o.user_id, o.group_id FROM own o) AS direct
  FROM reached r LIMIT $8::bigint
), shown AS MATERIALIZED (
  SELECT o.user_id, jsonb_agg(jsonb_build_object('value', format_resource_id(g.id),
      'display', g.display_name, 'type', CASE WHEN o.direct THEN 'direct' ELSE 'indirect' END) ORDER BY g.id) AS groups FROM held o CROSS JOIN LATERAL (SELECT g.id, g.display_name FROM scoped.groups g WHERE g.id = o.group_id LIMIT 1) g GROUP BY o.user_id
), verdict AS MATERIALIZED (
  SELECT (SELECT coalesce(sum(l.weight), 0) FROM listed l) <= $9::bigint AND (SELECT count(*) FROM held) <= $10::bigint AS whole
)
SELECT t.total, t.more, v.whole, u.position, u.key, u.weight, format_resource_id(u.id) AS id, u.version, u.created, u.last_modified, CASE WHEN v.whole THEN u.attributes END AS attributes, CASE WHEN v.whole THEN coalesce(s.groups, '[]') END AS groups, CASE WHEN v.whole THEN (SELECT jsonb_build_object('id', format_resource_id(m.id), 'display', m.display)
  FROM scoped.users m WHERE m.id = (SELECT read_resource_id(u.attributes #>> $11::text[]))) END AS manager
FROM total t CROSS JOIN verdict v
LEFT JOIN (listed u LEFT JOIN shown s ON s.user_id = u.id) ON true
ORDER BY u.position;

COMMIT;

---- list: id eq "<id>"

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

WITH RECURSIVE matching AS MATERIALIZED (
  SELECT r.id, 'User'::text AS type, NULL::text COLLATE "C" AS key FROM scoped.users r WHERE r.id = $1::bigint
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
  SELECT p.position, p.key, u.id, u.version, u.created, u.last_modified, u.attributes, pg_column_size(u.attributes)::bigint
  * CASE WHEN pg_column_compression(u.attributes) IS NULL THEN 1 ELSE $5::int END AS weight
  FROM page p CROSS JOIN LATERAL (SELECT u.* FROM users u WHERE u.company_id = $6 AND u.id = p.id LIMIT 1) u
), own AS MATERIALIZED (
  SELECT p.id AS user_id, m.group_id
  FROM page p CROSS JOIN LATERAL (SELECT m.group_id FROM scoped.memberships m WHERE m.member_user_id = p.id OFFSET 0) m LIMIT $7::bigint
), reached (user_id, group_id) AS (
  SELECT o.user_id, o.group_id FROM own o
  UNION
  SELECT r.user_id, m.group_id
  FROM reached r CROSS JOIN LATERAL (SELECT m.group_id FROM scoped.memberships m WHERE m.member_group_id = r.group_id OFFSET 0) m
), held AS MATERIALIZED (
  SELECT r.user_id, r.group_id, (r.user_id, r.group_id) IN (SELECT o.user_id, o.group_id FROM own o) AS direct
  FROM reached r LIMIT $7::bigint
), shown AS MATERIALIZED (
  SELECT o.user_id, jsonb_agg(jsonb_build_object('value', format_resource_id(g.id),
      'display', g.display_name, 'type', CASE WHEN o.direct THEN 'direct' ELSE 'indirect' END) ORDER BY g.id) AS groups FROM held o CROSS JOIN LATERAL (SELECT g.id, g.display_name FROM scoped.groups g WHERE g.id = o.group_id LIMIT 1) g GROUP BY o.user_id
), verdict AS MATERIALIZED (
  SELECT (SELECT coalesce(sum(l.weight), 0) FROM listed l) <= $8::bigint AND (SELECT count(*) FROM held) <= $9::bigint AS whole
)
SELECT t.total, t.more, v.whole, u.position, u.key, u.weight, format_resource_id(u.id) AS id, u.version, u.created, u.last_modified, CASE WHEN v.whole THEN u.attributes END AS attributes, CASE WHEN v.whole THEN coalesce(s.groups, '[]') END AS groups, CASE WHEN v.whole THEN (SELECT jsonb_build_object('id', format_resource_id(m.id), 'display', m.display)
  FROM scoped.users m WHERE m.id = (SELECT read_resource_id(u.attributes #>> $10::text[]))) END AS manager
FROM total t CROSS JOIN verdict v
LEFT JOIN (listed u LEFT JOIN shown s ON s.user_id = u.id) ON true
ORDER BY u.position;

COMMIT;

---- list: groups.value eq "<id>"

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

WITH RECURSIVE matching AS MATERIALIZED (
  SELECT r.id, 'User'::text AS type, NULL::text COLLATE "C" AS key FROM scoped.users r WHERE r.id IN (
    SELECT b.member_user_id FROM scoped.members_below($1::bigint) b WHERE b.member_user_id IS NOT NULL)
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
  SELECT p.position, p.key, u.id, u.version, u.created, u.last_modified, u.attributes, pg_column_size(u.attributes)::bigint
  * CASE WHEN pg_column_compression(u.attributes) IS NULL THEN 1 ELSE $5::int END AS weight
  FROM page p CROSS JOIN LATERAL (SELECT u.* FROM users u WHERE u.company_id = $6 AND u.id = p.id LIMIT 1) u
), own AS MATERIALIZED (
  SELECT p.id AS user_id, m.group_id
  FROM page p CROSS JOIN LATERAL (SELECT m.group_id FROM scoped.memberships m WHERE m.member_user_id = p.id OFFSET 0) m LIMIT $7::bigint
), reached (user_id, group_id) AS (
  SELECT o.user_id, o.group_id FROM own o
  UNION
  SELECT r.user_id, m.group_id
  FROM reached r CROSS JOIN LATERAL (SELECT m.group_id FROM scoped.memberships m WHERE m.member_group_id = r.group_id OFFSET 0) m
), held AS MATERIALIZED (
  SELECT r.user_id, r.group_id, (r.user_id, r.group_id) IN (SELECT o.user_id, o.group_id FROM own o) AS direct
  FROM reached r LIMIT $7::bigint
), shown AS MATERIALIZED (
  SELECT o.user_id, jsonb_agg(jsonb_build_object('value', format_resource_id(g.id),
      'display', g.display_name, 'type', CASE WHEN o.direct THEN 'direct' ELSE 'indirect' END) ORDER BY g.id) AS groups FROM held o CROSS JOIN LATERAL (SELECT g.id, g.display_name FROM scoped.groups g WHERE g.id = o.group_id LIMIT 1) g GROUP BY o.user_id
), verdict AS MATERIALIZED (
  SELECT (SELECT coalesce(sum(l.weight), 0) FROM listed l) <= $8::bigint AND (SELECT count(*) FROM held) <= $9::bigint AS whole
)
SELECT t.total, t.more, v.whole, u.position, u.key, u.weight, format_resource_id(u.id) AS id, u.version, u.created, u.last_modified, CASE WHEN v.whole THEN u.attributes END AS attributes, CASE WHEN v.whole THEN coalesce(s.groups, '[]') END AS groups, CASE WHEN v.whole THEN (SELECT jsonb_build_object('id', format_resource_id(m.id), 'display', m.display)
  FROM scoped.users m WHERE m.id = (SELECT read_resource_id(u.attributes #>> $10::text[]))) END AS manager
FROM total t CROSS JOIN verdict v
LEFT JOIN (listed u LEFT JOIN shown s ON s.user_id = u.id) ON true
ORDER BY u.position;

COMMIT;

---- update: an attribute

BEGIN ISOLATION LEVEL READ COMMITTED;

-- prepared once: set_write_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true), set_config('idle_in_transaction_session_timeout', $3, true), join_writers($4);

-- prepared once: users.lock.update
SELECT u.version, u.attributes FROM users u WHERE u.company_id = $1 AND u.id = $2::bigint FOR NO KEY UPDATE;

-- prepared once: users.update
UPDATE users u SET (attributes, search, user_name_key, display_name_key, email_keys, external_id, display, display_key) = ROW ($1::jsonb, $2::jsonb,
  $3::text, $4::text, $5::text,
  $6::text, $7::text, $8::text),
external_id_is_unique = external_ids_are_unique(),
version = u.version + 1, last_modified = clock_timestamp()
WHERE u.company_id = $9 AND u.id = $10::bigint AND u.attributes <> $11::jsonb;

-- prepared once: users.find.groupsmanager
SELECT format_resource_id(u.id) AS id, u.version, u.created, u.last_modified, u.attributes, (SELECT coalesce(jsonb_agg(jsonb_build_object('value', format_resource_id(g.id),
        'display', g.display_name, 'type', CASE WHEN o.direct THEN 'direct' ELSE 'indirect' END) ORDER BY g.id), '[]')
  FROM scoped.groups_of(u.id) o CROSS JOIN LATERAL (SELECT g.id, g.display_name FROM scoped.groups g WHERE g.id = o.group_id LIMIT 1) g) AS groups, (SELECT jsonb_build_object('id', format_resource_id(m.id), 'display', m.display)
  FROM scoped.users m WHERE m.id = (SELECT read_resource_id(u.attributes #>> $1::text[]))) AS manager FROM users u WHERE u.company_id = $2 AND u.id = $3::bigint;

-- prepared once: journal.record
WITH recorded AS (INSERT INTO activity (company_id, txn, credential_id, credential_name, client, surface, request_id, trace_id, duration_ms, id, operation, outcome, resource_type, resource_id, external_id,
    display, version, attributes, added, removed, detail)
  VALUES ($1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::integer, next_resource_id(), $10::text, 'done', $11::text, $12::bigint,
    $13::text, $14::text, $15::bigint,
    $16::text[], $17::integer, $18::integer,
    $19::jsonb) RETURNING company_id, id)
INSERT INTO outbox (company_id, activity_id) SELECT r.company_id, r.id FROM recorded r ORDER BY r.id;

COMMIT;

---- update: nothing

BEGIN ISOLATION LEVEL READ COMMITTED;

-- prepared once: set_write_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true), set_config('idle_in_transaction_session_timeout', $3, true), join_writers($4);

-- prepared once: users.lock.update
SELECT u.version, u.attributes FROM users u WHERE u.company_id = $1 AND u.id = $2::bigint FOR NO KEY UPDATE;

-- prepared once: users.update
UPDATE users u SET (attributes, search, user_name_key, display_name_key, email_keys, external_id, display, display_key) = ROW ($1::jsonb, $2::jsonb,
  $3::text, $4::text, $5::text,
  $6::text, $7::text, $8::text),
external_id_is_unique = external_ids_are_unique(),
version = u.version + 1, last_modified = clock_timestamp()
WHERE u.company_id = $9 AND u.id = $10::bigint AND u.attributes <> $11::jsonb;

-- prepared once: users.find.groupsmanager
SELECT format_resource_id(u.id) AS id, u.version, u.created, u.last_modified, u.attributes, (SELECT coalesce(jsonb_agg(jsonb_build_object('value', format_resource_id(g.id),
        'display', g.display_name, 'type', CASE WHEN o.direct THEN 'direct' ELSE 'indirect' END) ORDER BY g.id), '[]')
  FROM scoped.groups_of(u.id) o CROSS JOIN LATERAL (SELECT g.id, g.display_name FROM scoped.groups g WHERE g.id = o.group_id LIMIT 1) g) AS groups, (SELECT jsonb_build_object('id', format_resource_id(m.id), 'display', m.display)
  FROM scoped.users m WHERE m.id = (SELECT read_resource_id(u.attributes #>> $1::text[]))) AS manager FROM users u WHERE u.company_id = $2 AND u.id = $3::bigint;

COMMIT;

---- delete: a user who is in a group

BEGIN ISOLATION LEVEL READ COMMITTED;

-- prepared once: set_write_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true), set_config('idle_in_transaction_session_timeout', $3, true), join_writers($4);

-- prepared once: users.lock.delete
SELECT u.version, u.external_id, u.display FROM users u WHERE u.company_id = $1 AND u.id = $2::bigint FOR UPDATE;

-- prepared once: users.lock.groups
SELECT g.id FROM groups g WHERE g.company_id = $1 AND g.id = ANY (ARRAY(
    SELECT m.group_id FROM memberships m
    WHERE m.company_id = $1 AND m.member_user_id = $2::bigint))
ORDER BY g.id FOR NO KEY UPDATE;

-- prepared once: users.leave_groups
WITH gone AS (
  DELETE FROM memberships m
  WHERE m.company_id = $1 AND m.member_user_id = $2::bigint RETURNING m.group_id
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

-- prepared once: users.delete
WITH gone AS (DELETE FROM users u WHERE u.company_id = $1 AND u.id = $2::bigint
  RETURNING company_id, id, version, created, attributes, user_name_key AS name_key, external_id)
INSERT INTO deleted_resources (company_id, id, type, version, created, attributes, name_key, external_id)
SELECT g.company_id, g.id, $3::text, g.version, g.created, g.attributes, g.name_key, g.external_id
FROM gone g;

-- prepared once: resource_counts.change
INSERT INTO resource_counts AS c (company_id, type, bucket, count)
VALUES ($1, $2, pg_backend_pid() % 16, $3)
ON CONFLICT (company_id, type, bucket) DO UPDATE SET count = c.count + excluded.count;

-- prepared once: journal.record
WITH recorded AS (INSERT INTO activity (company_id, txn, credential_id, credential_name, client, surface, request_id, trace_id, duration_ms, id, operation, outcome, resource_type, resource_id, external_id,
    display, version, attributes, added, removed, detail)
  VALUES ($1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::integer, next_resource_id(), $10::text, 'done', $11::text, $12::bigint,
    $13::text, $14::text, $15::bigint,
    $16::text[], $17::integer, $18::integer,
    $19::jsonb) RETURNING company_id, id)
INSERT INTO outbox (company_id, activity_id) SELECT r.company_id, r.id FROM recorded r ORDER BY r.id;

-- prepared once: guard.judge
SELECT judge_removals($1::bigint, $2::text, $3::bigint,
  $4::text, $5::integer, $6::integer);

COMMIT;
