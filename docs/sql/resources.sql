---- list: the first page of both types

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- prepared once: set_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true);

WITH ahead AS MATERIALIZED (
  SELECT p.* FROM ((SELECT s.id, 'User'::text AS type, NULL::text COLLATE "C" AS key FROM (
        SELECT r.id FROM scoped.users r WHERE true
        ORDER BY r.id LIMIT $1::bigint) s) UNION ALL (SELECT s.id, 'Group'::text AS type, NULL::text COLLATE "C" AS key FROM (
        SELECT r.id FROM scoped.groups r WHERE true
        ORDER BY r.id LIMIT $2::bigint) s)) p
  ORDER BY p.id LIMIT $3::bigint + 1 OFFSET $4::bigint
), total AS (
  SELECT (SELECT coalesce(sum(c.count), 0)::bigint FROM resource_counts c
    WHERE c.company_id = $5
    AND c.type = ANY ($6::text[])) AS total, (SELECT count(*) FROM ahead) > $7::bigint AS more
), page AS MATERIALIZED (
  SELECT a.id, a.type, a.key::text AS key, a.number AS position
  FROM (SELECT a.*, row_number() OVER (ORDER BY a.id) AS number FROM ahead a) a
  WHERE a.number <= $7::bigint
)
SELECT t.total, t.more, p.position, p.key, p.type, format_resource_id(p.id) AS id,
CASE p.type WHEN 'User' THEN pg_column_size(u.attributes)::bigint
* CASE WHEN pg_column_compression(u.attributes) IS NULL THEN 1 ELSE $8::int END ELSE pg_column_size(g.attributes)::bigint
* CASE WHEN pg_column_compression(g.attributes) IS NULL THEN 1 ELSE $9::int END END AS weight
FROM total t LEFT JOIN page p ON true
LEFT JOIN LATERAL (SELECT u.* FROM users u WHERE u.company_id = $10 AND u.id = p.id LIMIT 1) u ON p.type = 'User'
LEFT JOIN LATERAL (SELECT g.* FROM groups g WHERE g.company_id = $10 AND g.id = p.id LIMIT 1) g ON p.type = 'Group'
ORDER BY p.position;

COMMIT;
