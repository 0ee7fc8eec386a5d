import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Creates the guard against removals in mass: its settings, what it counts, and the function that judges a write. */
export class Guard1773000000000 implements MigrationInterface {
  readonly name = 'Guard1773000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const section of [TABLES, RIGHTS, LIMIT, NET, JUDGE, HELD]) await queryRunner.query(section);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(REMOVAL);
  }
}

/**
 * \`guards\` has a row of each company that has ever removed something; another one has the defaults. \`guard_minutes\`
 * counts what is removed in a minute, whether it is added again or not: of the subject 0 users, of 1 memberships, of
 * 2 memberships that are not judged, and of another one the members of the group with this id. \`guard_estimates\` keeps
 * what was counted exactly of users (0) and memberships (1): \`net\` removals when it was \`minute\` and as many as
 * \`gross\` were counted; and that at least \`present\` memberships were there when \`present_minute\` began.
 * \`held_removals\` lists what was refused, by user or group.
 */
const TABLES = `
  CREATE TABLE guards (
    company_id bigint NOT NULL,
    mode text NOT NULL DEFAULT 'warn',
    window_minutes integer NOT NULL DEFAULT 60,
    users_percent integer NOT NULL DEFAULT 10,
    users_min integer NOT NULL DEFAULT 25,
    memberships_percent integer NOT NULL DEFAULT 20,
    memberships_min integer NOT NULL DEFAULT 100,
    group_percent integer NOT NULL DEFAULT 50,
    group_min integer NOT NULL DEFAULT 50,
    counted_from timestamptz(3),
    warned timestamptz(3),
    held_since timestamptz(3),
    held_rule jsonb,
    CONSTRAINT guards_pkey PRIMARY KEY (company_id),
    CONSTRAINT guards_company_fkey FOREIGN KEY (company_id) REFERENCES companies (id) ON DELETE CASCADE,
    CONSTRAINT guards_mode_choice CHECK (mode IN ('off', 'warn', 'hold'))
  );

  CREATE TABLE guard_minutes (
    company_id bigint NOT NULL,
    subject bigint NOT NULL,
    minute integer NOT NULL,
    slot smallint NOT NULL,
    removed bigint NOT NULL,
    CONSTRAINT guard_minutes_pkey PRIMARY KEY (company_id, subject, minute, slot),
    CONSTRAINT guard_minutes_company_fkey FOREIGN KEY (company_id) REFERENCES companies (id) ON DELETE CASCADE
  ) WITH (fillfactor = 50);
  CREATE INDEX guard_minutes_minute_index ON guard_minutes (company_id, minute);

  CREATE TABLE guard_estimates (
    company_id bigint NOT NULL,
    subject smallint NOT NULL,
    minute integer,
    gross bigint,
    net bigint,
    present_minute integer,
    present bigint,
    present_is_all boolean,
    CONSTRAINT guard_estimates_pkey PRIMARY KEY (company_id, subject),
    CONSTRAINT guard_estimates_company_fkey FOREIGN KEY (company_id) REFERENCES companies (id) ON DELETE CASCADE
  );

  CREATE TABLE held_removals (
    company_id bigint NOT NULL,
    resource_id bigint NOT NULL,
    resource_type text NOT NULL,
    operation text NOT NULL,
    removed bigint NOT NULL,
    attempts integer NOT NULL DEFAULT 1,
    first_attempt timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    last_attempt timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    released_until timestamptz(3),
    CONSTRAINT held_removals_pkey PRIMARY KEY (company_id, resource_id),
    CONSTRAINT held_removals_company_fkey FOREIGN KEY (company_id) REFERENCES companies (id) ON DELETE CASCADE
  );
`;

const RIGHTS = ['guards', 'guard_minutes', 'guard_estimates', 'held_removals']
  .map(
    (table) => `
  ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
  ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
  CREATE POLICY ${table}_of_company ON ${table} TO rollcall_service
    USING (company_id = current_company()) WITH CHECK (company_id = current_company());
  GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO rollcall_service;
`,
  )
  .join('');

/**
 * Whether so many are too many: more than a percentage, from a number on; or more than half of three and more. What
 * there was before may be known by its bounds alone; the answer is then whether it may be so.
 */
const LIMIT = `
  CREATE FUNCTION guard_exceeded(removed bigint, fewest bigint, most bigint, percent integer, min integer)
  RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN removed >= min AND removed * 100 > percent * fewest OR most >= 3 AND removed * 2 > fewest;
`;

/** Plans for the few rows of a window, which are found by an index whatever the statistics say. */
const BY_INDEX =
  'SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off';

/** Every query finds its rows by a key, so that one plan is right for all companies, and making it is not repeated. */
const PLANNED_ONCE =
  'SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan';

/**
 * What is gone in the end, of what was there when the window began. What was let through by name does not count.
 *
 * A user is gone whose last change is a deactivation or deletion, and who was not inactive before; one that was deleted
 * while inactive is gone too. A member of a group who was deleted counts as a user and as a membership, and not for each
 * group.
 */
const NET = `
  CREATE FUNCTION guard_removed_users(company bigint, since bigint, OUT removed bigint, OUT deleted bigint)
  LANGUAGE sql STABLE SET search_path = public, pg_temp ${BY_INDEX}
  AS $$
    SELECT count(*), count(*) FILTER (WHERE u.last = 'delete')
    FROM (
      SELECT a.resource_id, (array_agg(a.operation ORDER BY a.id))[1] AS first,
        (array_agg(a.operation ORDER BY a.id DESC))[1] AS last
      FROM activity a
      WHERE a.company_id = company AND a.id >= since AND a.resource_type = 'User' AND a.outcome = 'done'
        AND a.resource_id < since AND a.operation IN ('activate', 'deactivate', 'delete', 'restore')
      GROUP BY a.resource_id
    ) u
    WHERE (u.last = 'delete' OR u.last = 'deactivate' AND u.first <> 'activate')
      AND NOT EXISTS (SELECT FROM held_removals h
        WHERE h.company_id = company AND h.resource_id = u.resource_id AND h.released_until IS NOT NULL)
  $$;

  CREATE FUNCTION guard_removed_memberships(company bigint, since bigint) RETURNS bigint
  LANGUAGE sql STABLE SET search_path = public, pg_temp ${BY_INDEX}
  AS $$
    SELECT count(*)
    FROM (
      SELECT m.group_id, m.member_id
      FROM activity a JOIN activity_members m
        ON m.company_id = a.company_id AND m.group_id = a.resource_id AND m.activity_id = a.id
      WHERE a.company_id = company AND a.id >= since AND m.company_id = company AND m.activity_id >= since
        AND a.resource_type = 'Group' AND (a.added > 0 OR a.removed > 0)
      GROUP BY m.group_id, m.member_id
      HAVING sum(m.sign) < 0
    ) n
    WHERE NOT EXISTS (SELECT FROM held_removals h
      WHERE h.company_id = company AND h.resource_id IN (n.group_id, n.member_id) AND h.released_until IS NOT NULL)
  $$;

  CREATE FUNCTION guard_removed_members(company bigint, of_group bigint, since bigint) RETURNS bigint
  LANGUAGE sql STABLE SET search_path = public, pg_temp ${BY_INDEX}
  AS $$
    SELECT count(*)
    FROM (
      SELECT m.member_id FROM activity_members m
      WHERE m.company_id = company AND m.group_id = of_group AND m.activity_id >= since
      GROUP BY m.member_id
      HAVING sum(m.sign) < 0
    ) n
    WHERE EXISTS (SELECT FROM users u WHERE u.company_id = company AND u.id = n.member_id)
      OR EXISTS (SELECT FROM groups g WHERE g.company_id = company AND g.id = n.member_id)
  $$;

  CREATE FUNCTION guard_gross(company bigint, of_subject bigint, since integer) RETURNS bigint
  LANGUAGE sql STABLE
  RETURN (SELECT coalesce(sum(m.removed), 0)::bigint FROM guard_minutes m
    WHERE m.company_id = company AND m.subject = of_subject AND m.minute >= since);

  CREATE FUNCTION guard_present(e guard_estimates, first_minute integer) RETURNS bigint
  LANGUAGE sql STABLE
  RETURN CASE WHEN e.present_minute >= first_minute THEN greatest(0, e.present
    - guard_gross(e.company_id, 1, e.present_minute) - guard_gross(e.company_id, 2, e.present_minute)) END;
`;

/**
 * Judges what a write has removed, behind all of its statements. It counts what was removed in the window, all at first,
 * which is cheap; what is gone in the end only where that may be too much. Above half of what is allowed, writers of a
 * company are judged one after the other, so that no two of them see each other's removals too late; every row lock is
 * taken before. Writers of one group are behind each other's lock anyway.
 *
 * What was made since the window began, or was released by name, is not judged: that it loses something counts nothing.
 *
 * @param kind User or Group
 * @param resource the user that goes or is deactivated, or the group that goes or loses members
 * @param operation what is done to it, for the list of what was refused
 * @param memberships how many the company loses
 * @param members how many of them the group loses
 * @throws RC003 where it is too much, or removals are held (\`since\`); the detail tells what, as JSON
 */
const JUDGE = `
  CREATE FUNCTION judge_removals(company bigint, kind text, resource bigint, operation text,
    memberships integer, members integer)
  RETURNS void LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp ${PLANNED_ONCE}
  AS $$
  #variable_conflict use_variable
  DECLARE
    at CONSTANT timestamptz := clock_timestamp();
    this_minute CONSTANT integer := floor(extract(epoch FROM at) / 60);
    refusal CONSTANT jsonb := jsonb_build_object('type', kind, 'id', format_resource_id(resource),
      'operation', operation, 'memberships', memberships);
    users integer := (kind = 'User')::integer;
    first_minute integer;
    since bigint;
    g guards;
    estimate guard_estimates;
    exceeded text;
    gross bigint;
    gross_users bigint;
    gross_memberships bigint;
    gross_members bigint;
    lost_since bigint;
    removed bigint;
    deleted bigint;
    there bigint;
    needed bigint;
    is_first boolean;
    is_judged boolean := true;
    is_locked boolean := false;
  BEGIN
    SELECT * INTO g FROM guards c WHERE c.company_id = company;
    IF NOT FOUND THEN
      INSERT INTO guards (company_id) VALUES (company) ON CONFLICT DO NOTHING;
      SELECT * INTO g FROM guards c WHERE c.company_id = company;
    END IF;
    IF g.mode = 'off' OR at < g.counted_from
      OR g.mode = 'warn' AND g.warned > at - make_interval(mins => g.window_minutes)
    THEN
      RETURN;
    END IF;
    first_minute := this_minute - g.window_minutes;
    since := first_resource_id(to_timestamp(first_minute * 60.0));
    IF g.counted_from IS NOT NULL THEN
      first_minute := greatest(first_minute, floor(extract(epoch FROM g.counted_from) / 60));
      since := greatest(since, first_resource_id(g.counted_from));
    END IF;
    IF resource >= since OR EXISTS (
      SELECT FROM held_removals h
      WHERE h.company_id = company AND h.resource_id = resource AND h.released_until > at)
    THEN
      users := 0;
      members := 0;
      is_judged := false;
    ELSIF g.held_since IS NOT NULL AND g.mode = 'hold' THEN
      RAISE EXCEPTION 'removals are held' USING ERRCODE = 'RC003', DETAIL = (refusal || jsonb_build_object(
        'since', to_char(g.held_since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'rule', g.held_rule))::text;
    END IF;

    WITH counted AS (
      INSERT INTO guard_minutes AS m (company_id, subject, minute, slot, removed)
      SELECT company, s.subject, this_minute, CASE WHEN s.subject IN (0, 1) THEN pg_backend_pid() % 16 ELSE 0 END, s.removed
      FROM (VALUES (0::bigint, users), (CASE WHEN is_judged THEN 1 ELSE 2 END, memberships), (resource, members))
        s (subject, removed)
      WHERE s.removed > 0
      ORDER BY s.subject
      ON CONFLICT (company_id, subject, minute, slot) DO UPDATE SET removed = m.removed + excluded.removed
      RETURNING m.xmax = 0 AS is_first
    )
    SELECT bool_or(c.is_first) INTO is_first FROM counted c;
    IF is_first THEN
      -- Those of hours ago count no more.
      DELETE FROM guard_minutes o WHERE o.ctid = ANY (ARRAY(
        SELECT d.ctid FROM guard_minutes d
        WHERE d.company_id = company AND d.minute < this_minute - g.window_minutes - 1
        LIMIT 100 FOR UPDATE SKIP LOCKED));
    END IF;

    IF NOT is_judged THEN
      RETURN;
    END IF;
    SELECT * INTO estimate FROM guard_estimates e WHERE e.company_id = company AND e.subject = 1;
    SELECT sum(m.removed) FILTER (WHERE m.subject = 0), sum(m.removed) FILTER (WHERE m.subject = 1),
      sum(m.removed) FILTER (WHERE m.subject = resource),
      coalesce(sum(m.removed) FILTER (WHERE m.subject IN (1, 2) AND m.minute >= estimate.present_minute), 0)
    INTO gross_users, gross_memberships, gross_members, lost_since
    FROM guard_minutes m
    WHERE m.company_id = company AND m.subject = ANY (ARRAY[0, 1, 2, resource]) AND m.minute >= first_minute;

    IF members > 0 THEN
      gross := gross_members;
      IF gross >= least(g.group_min, 2) THEN
        needed := 1 + greatest(gross, gross * (100 - g.group_percent) / g.group_percent);
        SELECT count(*) INTO there FROM (
          SELECT FROM memberships m WHERE m.company_id = company AND m.group_id = resource LIMIT needed) c;
        IF guard_exceeded(gross, there + gross, there + gross, g.group_percent, g.group_min) THEN
          removed := guard_removed_members(company, resource, since);
          IF guard_exceeded(removed, there + removed, there + removed, g.group_percent, g.group_min) THEN
            exceeded := 'group';
          END IF;
        END IF;
      END IF;
    END IF;

    IF exceeded IS NULL AND users > 0 THEN
      gross := gross_users;
      SELECT coalesce(sum(c.count), 0) INTO there FROM resource_counts c WHERE c.company_id = company AND c.type = 'User';
      IF guard_exceeded(2 * gross, there, there + 2 * gross, g.users_percent, g.users_min) THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('rollcall guard ' || company, 0));
        is_locked := true;
        gross := guard_gross(company, 0, first_minute);
        SELECT coalesce(sum(c.count), 0) INTO there
        FROM resource_counts c WHERE c.company_id = company AND c.type = 'User';
        SELECT least(gross, e.net + gross - e.gross) INTO removed FROM guard_estimates e
        WHERE e.company_id = company AND e.subject = 0 AND e.minute = this_minute;
        removed := coalesce(removed, gross);
        IF guard_exceeded(removed, there, there + removed, g.users_percent, g.users_min) THEN
          SELECT u.removed, u.deleted INTO removed, deleted FROM guard_removed_users(company, since) u;
          INSERT INTO guard_estimates AS e (company_id, subject, minute, gross, net)
          VALUES (company, 0, this_minute, gross, removed)
          ON CONFLICT (company_id, subject) DO UPDATE
            SET minute = excluded.minute, gross = excluded.gross, net = excluded.net;
          there := there + deleted - removed;
          IF guard_exceeded(removed, there + removed, there + removed, g.users_percent, g.users_min) THEN
            exceeded := 'users';
          END IF;
        END IF;
      END IF;
    END IF;

    IF exceeded IS NULL AND memberships > 0 THEN
      gross := gross_memberships;
      there := CASE WHEN estimate.present_minute >= first_minute THEN greatest(0, estimate.present - lost_since) END;
      IF there IS NULL OR guard_exceeded(2 * gross, there + 2 * gross, 3, g.memberships_percent, g.memberships_min) THEN
        IF NOT is_locked THEN
          PERFORM pg_advisory_xact_lock(hashtextextended('rollcall guard ' || company, 0));
        END IF;
        gross := guard_gross(company, 1, first_minute);
        SELECT * INTO estimate FROM guard_estimates e WHERE e.company_id = company AND e.subject = 1;
        there := guard_present(estimate, first_minute);
        IF there IS NULL OR (estimate.present_minute < this_minute OR NOT estimate.present_is_all)
          AND guard_exceeded(2 * gross, there + 2 * gross, 3, g.memberships_percent, g.memberships_min)
        THEN
          needed := greatest(1000, 8 * greatest(gross, gross * (100 - g.memberships_percent) / g.memberships_percent));
          SELECT count(*) INTO there FROM (SELECT FROM memberships m WHERE m.company_id = company LIMIT needed) c;
          INSERT INTO guard_estimates AS e (company_id, subject, present_minute, present, present_is_all)
          VALUES (company, 1, this_minute,
            there + guard_gross(company, 1, this_minute) + guard_gross(company, 2, this_minute), there < needed)
          ON CONFLICT (company_id, subject) DO UPDATE SET present_minute = excluded.present_minute,
            present = excluded.present, present_is_all = excluded.present_is_all;
        END IF;
        removed := CASE WHEN estimate.minute = this_minute THEN least(gross, estimate.net + gross - estimate.gross)
          ELSE gross END;
        IF guard_exceeded(removed, there + removed, 3, g.memberships_percent, g.memberships_min) THEN
          removed := guard_removed_memberships(company, since);
          INSERT INTO guard_estimates AS e (company_id, subject, minute, gross, net)
          VALUES (company, 1, this_minute, gross, removed)
          ON CONFLICT (company_id, subject) DO UPDATE
            SET minute = excluded.minute, gross = excluded.gross, net = excluded.net;
          needed := 3 + greatest(removed, removed * (100 - g.memberships_percent) / g.memberships_percent);
          SELECT count(*) INTO there FROM (SELECT FROM memberships m WHERE m.company_id = company LIMIT needed) c;
          IF guard_exceeded(removed, there + removed, there + removed, g.memberships_percent, g.memberships_min) THEN
            exceeded := 'memberships';
          END IF;
        END IF;
      END IF;
    END IF;

    IF exceeded IS NULL THEN
      RETURN;
    END IF;
    g.held_rule := jsonb_build_object('kind', exceeded, 'removed', removed, 'of', there + removed,
      'windowMinutes', g.window_minutes, 'percent', CASE exceeded WHEN 'users' THEN g.users_percent
        WHEN 'memberships' THEN g.memberships_percent ELSE g.group_percent END)
      || CASE WHEN exceeded = 'group' THEN jsonb_build_object('group', format_resource_id(resource)) ELSE '{}' END;
    IF g.mode = 'hold' THEN
      RAISE EXCEPTION 'too much is removed' USING ERRCODE = 'RC003', DETAIL = (refusal || jsonb_build_object(
        'rule', g.held_rule, 'countedFrom', g.counted_from))::text;
    END IF;
    UPDATE guards c SET warned = at
    WHERE c.company_id = company AND c.warned IS NOT DISTINCT FROM g.warned;
    IF FOUND THEN
      DELETE FROM guard_estimates e WHERE e.company_id = company;
      WITH recorded AS (
        INSERT INTO activity (company_id, id, txn, credential_id, credential_name, client, surface, request_id, trace_id,
          operation, outcome, resource_type, resource_id, external_id, display, detail)
        SELECT company, next_resource_id(), a.txn, a.credential_id, a.credential_name, a.client, a.surface, a.request_id,
          a.trace_id, 'guard.warned', 'done', a.resource_type, a.resource_id, a.external_id, a.display, g.held_rule
        FROM activity a WHERE a.company_id = company AND a.resource_id = resource
        ORDER BY a.id DESC LIMIT 1
        RETURNING company_id, id
      )
      INSERT INTO outbox (company_id, activity_id) SELECT r.company_id, r.id FROM recorded r;
    END IF;
  END
  $$;
`;

/** How many companies are held, which the service can't see of all of them. */
const HELD = `
  CREATE FUNCTION count_held_guards() RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT count(*) FROM public.guards g WHERE g.held_since IS NOT NULL $$;
  REVOKE ALL ON FUNCTION count_held_guards() FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION count_held_guards() TO rollcall_service;
  GRANT SELECT ON guards TO rollcall_journal;
  CREATE POLICY guards_of_all ON guards FOR SELECT TO rollcall_journal USING (true);
  GRANT CREATE ON SCHEMA public TO rollcall_journal;
  ALTER FUNCTION count_held_guards() OWNER TO rollcall_journal;
  REVOKE CREATE ON SCHEMA public FROM rollcall_journal;
`;

const REMOVAL = `
  DROP FUNCTION count_held_guards(), judge_removals(bigint, text, bigint, text, integer, integer),
    guard_present(guard_estimates, integer), guard_gross(bigint, bigint, integer), guard_removed_members(bigint, bigint, bigint),
    guard_removed_memberships(bigint, bigint), guard_removed_users(bigint, bigint),
    guard_exceeded(bigint, bigint, bigint, integer, integer);
  DROP TABLE held_removals, guard_estimates, guard_minutes, guards;
`;
