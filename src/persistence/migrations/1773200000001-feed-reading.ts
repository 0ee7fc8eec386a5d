import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Lets several companies' changes be read at once: by `rollcall_platform`, to which row-level security shows the companies
 * of one credential and no others.
 *
 * The role must exist, without LOGIN, and be granted to the login that migrates.
 */
export class FeedReading1773200000001 implements MigrationInterface {
  readonly name = 'FeedReading1773200000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const section of [COMPANIES, RIGHTS, functions(), OWNERS]) await queryRunner.query(section);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(REMOVAL);
  }
}

/**
 * Which companies the functions of `rollcall_platform` read is in `rollcall.companies` while they run: `all`, or an array
 * of ids. They set it by the credential alone. Nothing is read where it is not set.
 */
const COMPANIES = `
  CREATE FUNCTION reads_all_companies() RETURNS boolean LANGUAGE sql STABLE
  RETURN coalesce(current_setting('rollcall.companies', true) = 'all', false);

  CREATE FUNCTION readable_companies() RETURNS bigint[] LANGUAGE sql STABLE
  RETURN CASE WHEN left(current_setting('rollcall.companies', true), 1) = '{'
    THEN current_setting('rollcall.companies', true)::bigint[] ELSE '{}' END;

  CREATE FUNCTION feed_companies(credential_hash bytea) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT CASE WHEN p.all_companies THEN 'all' ELSE ARRAY(
      SELECT l.company_id FROM public.platform_credential_companies l WHERE l.credential_id = p.id)::text END
    FROM public.platform_credentials p
    WHERE p.hash = credential_hash AND 'feed' = ANY (p.scopes) AND p.revoked IS NULL
      AND (p.expires IS NULL OR p.expires > clock_timestamp())
  $$;
`;

const READ_TABLES = ['activity', 'activity_members', 'feed', 'groups', 'users'];

const RIGHTS = `
${READ_TABLES.map(
  (table) => `
  CREATE POLICY ${table}_of_platform ON ${table} FOR SELECT TO rollcall_platform
    USING ((SELECT reads_all_companies()) OR company_id = ANY ((SELECT readable_companies())::bigint[]));
`,
).join('')}
  GRANT USAGE ON SCHEMA public TO rollcall_platform;
  GRANT SELECT ON activity, activity_members, feed TO rollcall_platform;
  GRANT SELECT (company_id, id, display_name, external_id) ON groups TO rollcall_platform;
  GRANT SELECT (company_id, id, attributes, external_id) ON users TO rollcall_platform;
  GRANT SELECT (id, slug, created, journal_since) ON companies TO rollcall_platform;
`;

/**
 * \`read_feed\` reads what stands behind a place, at most \`most\` entries, each with \`inline\` of its members at most. With
 * several companies it looks for a part of them in each, and goes up to where the first of these parts ends, so that one
 * call reads a bounded number of rows whatever the number of companies. The conditions of that part are those of the index
 * by company alone: in that of all places, a company with few entries would be looked for to the end. \`more\` tells whether
 * there is anything behind the last row. Where nothing is, the place is that of \`feed_state\`, which has to be asked in the
 * same snapshot.
 *
 * Both are for a credential or, where that is null, for the companies that are given.
 *
 * \`lost\` tells whether entries were removed that somebody who had read all until \`since\` has not seen. A company that
 * was made later, and of which nothing was removed, has all of them; nothing is kept for less than a day. A place that was
 * never given is of a database that was restored since.
 *
 * \`feed_news\` tells which companies have entries behind a place.
 */
const functions = (): string => `
  CREATE FUNCTION feed_head(OUT head bigint, OUT given bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT coalesce((SELECT f.position FROM public.feed f ORDER BY f.position DESC LIMIT 1), 0), s.last_value
    FROM public.feed_position_seq s
  $$;

  CREATE FUNCTION feed_news(behind bigint, most integer) RETURNS TABLE (head bigint, companies bigint[])
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT max(n.position), array_agg(DISTINCT n.company_id)
    FROM (SELECT f.position, f.company_id FROM public.feed f WHERE f.position > behind ORDER BY f.position LIMIT most) n
  $$;

  CREATE FUNCTION feed_state(credential bytea, named bigint[], behind bigint, since timestamptz)
  RETURNS TABLE (head bigint, lost boolean, at timestamptz)
  LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    allowed text := CASE WHEN credential IS NULL THEN '{}' ELSE coalesce(public.feed_companies(credential), '{}') END;
    asked bigint[] := CASE WHEN allowed = 'all' THEN named ELSE coalesce(named, allowed::bigint[]) END;
  BEGIN
    RETURN QUERY SELECT f.head,
      behind > f.given OR since < clock_timestamp() - interval '23 hours' AND EXISTS (
        SELECT FROM public.companies c
        WHERE (asked IS NULL OR c.id = ANY (asked)) AND c.journal_since > since AND c.journal_since > c.created),
      clock_timestamp()
    FROM public.feed_head() f;
  END
  $$;

${readFeed({ create: 'CREATE', told: TOLD })}`;

/** Which entries are told with their detail. */
export const TOLD = "k.operation LIKE 'guard.%' OR k.operation = 'credential.expiring'";

/**
 * The function `read_feed`.
 *
 * @param told which entries are told with their detail
 * @param set what else is set while it runs
 */
export function readFeed({
  create,
  told,
  set = '',
}: {
  readonly create: 'CREATE' | 'CREATE OR REPLACE';
  readonly told: string;
  readonly set?: string;
}): string {
  return `
  ${create} FUNCTION read_feed(credential bytea, named bigint[], behind bigint, most integer, inline integer)
  RETURNS TABLE (
    place bigint, more boolean, company_id bigint, slug text, activity_id bigint, txn text, credential_name text,
    operation text, resource_type text, resource_id bigint, external_id text, display text, user_name text,
    active boolean, version bigint, attributes text[], changed integer, members jsonb, detail jsonb
  )
  LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp
  SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET enable_hashjoin = off SET enable_mergejoin = off
  SET plan_cache_mode = force_generic_plan${set}
  AS $$
  #variable_conflict use_column
  DECLARE
    allowed text := CASE WHEN credential IS NULL THEN coalesce(named, '{}')::text
      ELSE coalesce(public.feed_companies(credential), '{}') END;
    asked bigint[] := CASE WHEN allowed = 'all' THEN named ELSE coalesce(named, allowed::bigint[]) END;
    part integer := least(most + 1, greatest(10, least(20000, 8 * most) / greatest(1, cardinality(asked))));
  BEGIN
    PERFORM set_config('rollcall.companies', allowed, true);
    RETURN QUERY
    WITH found AS MATERIALIZED (
      (SELECT f.position, f.company_id, f.activity_id, false AS ends_part FROM public.feed f
        WHERE asked IS NULL AND f.position > behind ORDER BY f.position LIMIT most + 1)
      UNION ALL
      SELECT p.position, p.company_id, p.activity_id, p.nth = part
      FROM unnest(asked) AS c (id) CROSS JOIN LATERAL (
        SELECT f.position, f.company_id, f.activity_id,
          row_number() OVER (ORDER BY f.company_id, f.position) AS nth
        FROM public.feed f WHERE (f.company_id, f.position) > (c.id, behind) AND f.company_id <= c.id
        ORDER BY f.company_id, f.position LIMIT part) p
    ), page AS MATERIALIZED (
      SELECT f.position, f.company_id, f.activity_id FROM found f
      WHERE f.position <= coalesce((SELECT min(e.position) FROM found e WHERE e.ends_part), 9223372036854775807)
      ORDER BY f.position LIMIT most + 1
    ), entries AS MATERIALIZED (
      SELECT p.position, p.company_id, p.activity_id, a.txn, a.credential_name, a.operation, a.resource_type,
        a.resource_id, a.external_id, a.display, a.version, a.attributes, a.detail,
        coalesce(a.added, 0) + coalesce(a.removed, 0) AS changed, row_number() OVER w AS nth,
        sum(least(inline, coalesce(a.added, 0) + coalesce(a.removed, 0))) OVER w AS so_far
      FROM page p LEFT JOIN LATERAL (
        SELECT a.* FROM public.activity a WHERE a.company_id = p.company_id AND a.id = p.activity_id OFFSET 0) a ON true
      WINDOW w AS (ORDER BY p.position)
    ), kept AS MATERIALIZED (
      SELECT e.* FROM entries e WHERE e.nth <= most AND (e.nth = 1 OR e.so_far <= 100 * inline)
    )
    SELECT k.position,
      coalesce((SELECT bool_or(f.ends_part) FROM found f), false)
        OR (SELECT count(*) FROM page) > (SELECT count(*) FROM kept),
      k.company_id, (SELECT c.slug FROM public.companies c WHERE c.id = k.company_id), k.activity_id, k.txn,
      k.credential_name, k.operation, k.resource_type, k.resource_id, k.external_id, k.display,
      n.user_name, n.active,
      k.version, k.attributes, k.changed,
      CASE WHEN k.changed > 0 THEN (
        SELECT jsonb_agg(jsonb_build_object('id', public.format_resource_id(e.member_id), 'type', e.member_type,
          'sign', e.sign, 'name', coalesce(u.attributes->>'userName', g.display_name),
          'external_id', coalesce(u.external_id, g.external_id)))
        FROM (
          SELECT e.member_id, e.member_type, e.sign FROM public.activity_members e
          WHERE e.company_id = k.company_id AND e.group_id = k.resource_id AND e.activity_id = k.activity_id
          ORDER BY e.member_id LIMIT inline) e
        LEFT JOIN public.users u ON u.company_id = k.company_id AND u.id = e.member_id AND e.member_type = 'U'
        LEFT JOIN public.groups g ON g.company_id = k.company_id AND g.id = e.member_id AND e.member_type = 'G') END,
      CASE WHEN ${told} THEN k.detail
        WHEN k.operation = 'restore' THEN k.detail->'restore' END
    FROM kept k LEFT JOIN LATERAL (
      SELECT u.attributes->>'userName' AS user_name, u.attributes->'active' IS DISTINCT FROM 'false' AS active
      FROM public.users u WHERE u.company_id = k.company_id AND u.id = k.resource_id OFFSET 0
    ) n ON k.resource_type = 'User' ORDER BY k.position;
  END
  $$;
`;
}

const OWNERS = `
  REVOKE ALL ON FUNCTION feed_companies(bytea), feed_head(), feed_news(bigint, integer),
    feed_state(bytea, bigint[], bigint, timestamptz), read_feed(bytea, bigint[], bigint, integer, integer) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION feed_companies(bytea), feed_head() TO rollcall_platform;
  GRANT EXECUTE ON FUNCTION feed_news(bigint, integer), feed_state(bytea, bigint[], bigint, timestamptz),
    read_feed(bytea, bigint[], bigint, integer, integer) TO rollcall_service;
  GRANT SELECT ON SEQUENCE feed_position_seq TO rollcall_journal;
  GRANT CREATE ON SCHEMA public TO rollcall_platform, rollcall_journal;
  ALTER FUNCTION feed_head() OWNER TO rollcall_journal;
  ALTER FUNCTION feed_news(bigint, integer) OWNER TO rollcall_journal;
  ALTER FUNCTION feed_state(bytea, bigint[], bigint, timestamptz) OWNER TO rollcall_platform;
  ALTER FUNCTION read_feed(bytea, bigint[], bigint, integer, integer) OWNER TO rollcall_platform;
  REVOKE CREATE ON SCHEMA public FROM rollcall_platform, rollcall_journal;
`;

const REMOVAL = `
  DROP FUNCTION read_feed(bytea, bigint[], bigint, integer, integer), feed_state(bytea, bigint[], bigint, timestamptz),
    feed_news(bigint, integer), feed_head(), feed_companies(bytea);
${READ_TABLES.map((table) => `  DROP POLICY ${table}_of_platform ON ${table};\n`).join('')}
  DROP FUNCTION reads_all_companies(), readable_companies();
  REVOKE ALL ON SEQUENCE feed_position_seq FROM rollcall_journal;
  REVOKE ALL ON activity, activity_members, feed, groups, users, companies FROM rollcall_platform;
  REVOKE ALL ON SCHEMA public FROM rollcall_platform;
`;
