import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Creates the journal: what was changed, by whom and by what request, which members came and went, and the order in
 * which others may read it.
 *
 * The role `rollcall_journal` must exist, without LOGIN, and be granted to the login that migrates.
 */
export class Journal1772000000000 implements MigrationInterface {
  readonly name = 'Journal1772000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const section of [TIMES, TABLES, PARTITIONS, RIGHTS, FUNCTIONS, MEMBERSHIPS]) {
      await queryRunner.query(section);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(REMOVAL);
  }
}

/** An id begins with the milliseconds at which it was drawn, so it tells a time, and times bound ids. */
const TIMES = `
  CREATE FUNCTION resource_id_time(id bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN to_timestamp(((id >> 22) + 1704067200000) / 1000.0)::timestamptz(3);

  CREATE FUNCTION first_resource_id(moment timestamptz) RETURNS bigint LANGUAGE sql STABLE STRICT PARALLEL SAFE
  RETURN (ceil(extract(epoch FROM moment) * 1000)::bigint - 1704067200000) << 22;
`;

/**
 * The journal has no foreign keys, since their checks would cost each write as much as the row itself, and it outlives
 * what it tells of. A row of \`outbox\` is moved to \`feed\` as soon as its transaction is there.
 */
const TABLES = `
  CREATE TABLE activity (
    company_id bigint NOT NULL,
    id bigint NOT NULL,
    txn text NOT NULL,
    credential_id text,
    credential_name text,
    client text,
    surface text,
    request_id text,
    trace_id text,
    operation text NOT NULL,
    outcome text NOT NULL,
    status smallint,
    scim_type text,
    resource_type text,
    resource_id bigint,
    external_id text,
    display text,
    version bigint,
    attributes text[],
    added integer,
    removed integer,
    duration_ms integer,
    detail jsonb,
    CONSTRAINT activity_pkey PRIMARY KEY (company_id, id),
    CONSTRAINT activity_outcome_choice CHECK (outcome IN ('done', 'unchanged', 'refused', 'ignored'))
  ) PARTITION BY RANGE (id);
  CREATE INDEX activity_resource_index ON activity (company_id, resource_id, id);
  CREATE INDEX activity_credential_index ON activity (company_id, credential_id, id);
  CREATE INDEX activity_trouble_index ON activity (company_id, id)
    WHERE outcome <> 'done' AND outcome <> 'unchanged';

  CREATE TABLE activity_members (
    company_id bigint NOT NULL,
    group_id bigint NOT NULL,
    activity_id bigint NOT NULL,
    member_id bigint NOT NULL,
    member_type text NOT NULL,
    sign smallint NOT NULL,
    CONSTRAINT activity_members_pkey PRIMARY KEY (company_id, group_id, activity_id, member_id),
    CONSTRAINT activity_members_type_choice CHECK (member_type IN ('U', 'G')),
    CONSTRAINT activity_members_sign_choice CHECK (sign IN (1, -1))
  ) PARTITION BY RANGE (activity_id);
  CREATE INDEX activity_members_member_index ON activity_members (company_id, member_id, activity_id);

  CREATE TABLE outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    company_id bigint NOT NULL,
    activity_id bigint NOT NULL,
    CONSTRAINT outbox_pkey PRIMARY KEY (seq)
  ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

  CREATE TABLE feed (
    position bigint GENERATED ALWAYS AS IDENTITY,
    company_id bigint NOT NULL,
    activity_id bigint NOT NULL,
    CONSTRAINT feed_pkey PRIMARY KEY (position)
  );
  CREATE INDEX feed_company_index ON feed (company_id, position);
`;

/**
 * A partition for each month of UTC, bounded by ids: the newest rows of a company, and those behind a position, are
 * found in one of them. Rows of a month that has none go to the default partition.
 */
const PARTITIONS = `
  CREATE FUNCTION make_journal_partitions(until timestamptz) RETURNS integer
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    month timestamptz := date_trunc('month', now(), 'UTC');
    parent text;
    partition text;
    made integer := 0;
  BEGIN
    WHILE month <= until LOOP
      FOREACH parent IN ARRAY ARRAY['activity', 'activity_members'] LOOP
        partition := parent || to_char(month AT TIME ZONE 'UTC', '_YYYYMM');
        CONTINUE WHEN to_regclass('public.' || partition) IS NOT NULL;
        EXECUTE format('CREATE TABLE public.%I PARTITION OF public.%I FOR VALUES FROM (%s) TO (%s)', partition, parent,
          public.first_resource_id(month),
          public.first_resource_id((month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC'));
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', partition);
        EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', partition);
        made := made + 1;
      END LOOP;
      month := (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC';
    END LOOP;
    RETURN made;
  END
  $$;
  REVOKE ALL ON FUNCTION make_journal_partitions(timestamptz) FROM PUBLIC;

  CREATE TABLE activity_default PARTITION OF activity DEFAULT;
  CREATE TABLE activity_members_default PARTITION OF activity_members DEFAULT;
  SELECT make_journal_partitions(now() + interval '1 year');
`;

const JOURNAL_TABLES = ['activity', 'activity_members', 'outbox', 'feed'];

/**
 * The service may add to the journal of its company and read it, and change nothing of it. \`rollcall_journal\` does what
 * concerns all companies: the relay, requests whose company is known but not let in, retention, and erasure.
 */
const RIGHTS = [
  ...[...JOURNAL_TABLES, 'activity_default', 'activity_members_default'].map(
    (table) => `
  ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
  ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
`,
  ),
  ...JOURNAL_TABLES.map(
    (table) => `
  CREATE POLICY ${table}_of_company ON ${table} TO rollcall_service
    USING (company_id = current_company()) WITH CHECK (company_id = current_company());
  CREATE POLICY ${table}_of_all ON ${table} TO rollcall_journal USING (true) WITH CHECK (true);
  GRANT SELECT, INSERT, DELETE ON ${table} TO rollcall_journal;
`,
  ),
  `
  GRANT SELECT, INSERT ON activity, activity_members TO rollcall_service;
  GRANT INSERT ON outbox TO rollcall_service;
  GRANT SELECT ON feed TO rollcall_service;
  GRANT UPDATE (external_id, display, detail) ON activity TO rollcall_journal;
  GRANT SELECT (id, slug) ON companies TO rollcall_journal;
  GRANT USAGE ON SCHEMA public TO rollcall_journal;
  GRANT USAGE ON SEQUENCE resource_ids TO rollcall_journal;
`,
].join('');

/**
 * \`relay_outbox\` gives committed changes their place in the feed, at most \`most\` at a time, and returns how many; -1
 * where another process is at it. A number of \`outbox\` is drawn while what is changed is locked, so that the changes of
 * one resource come in their order, whenever they are committed.
 *
 * \`note_requests\` writes requests that changed nothing. Each names its company by id or slug; what names none that
 * exists is left out.
 */
const FUNCTIONS = `
  CREATE FUNCTION relay_outbox(most integer) RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    moved bigint;
  BEGIN
    IF NOT pg_try_advisory_xact_lock(7265015) THEN
      RETURN -1;
    END IF;
    WITH taken AS (
      DELETE FROM public.outbox WHERE seq IN (SELECT seq FROM public.outbox ORDER BY seq LIMIT most)
      RETURNING seq, company_id, activity_id
    )
    INSERT INTO public.feed (company_id, activity_id) SELECT company_id, activity_id FROM taken ORDER BY seq;
    GET DIAGNOSTICS moved = ROW_COUNT;
    RETURN moved;
  END
  $$;

  CREATE FUNCTION note_requests(requests jsonb) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    INSERT INTO public.activity (company_id, id, txn, credential_id, credential_name, client, surface, request_id,
      trace_id, operation, outcome, status, scim_type, resource_type, resource_id, duration_ms, detail)
    SELECT c.id, public.next_resource_id(), r.txn, r.credential_id, r.credential_name, r.client, r.surface, r.request_id,
      r.trace_id, r.operation, r.outcome, r.status, r.scim_type, r.resource_type,
      public.read_resource_id(r.resource_id), r.duration_ms, r.detail
    FROM jsonb_to_recordset(requests) AS r (company_id bigint, slug text, txn text, credential_id text,
      credential_name text, client text, surface text, request_id text, trace_id text, operation text, outcome text,
      status smallint, scim_type text, resource_type text, resource_id text, duration_ms integer, detail jsonb)
    JOIN public.companies c ON c.id = r.company_id OR r.company_id IS NULL AND c.slug = r.slug
  $$;

  REVOKE ALL ON FUNCTION relay_outbox(integer), note_requests(jsonb) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION relay_outbox(integer), note_requests(jsonb) TO rollcall_service;
  GRANT CREATE ON SCHEMA public TO rollcall_journal;
  ALTER FUNCTION relay_outbox(integer) OWNER TO rollcall_journal;
  ALTER FUNCTION note_requests(jsonb) OWNER TO rollcall_journal;
  REVOKE CREATE ON SCHEMA public FROM rollcall_journal;
`;

/** Since when a member is in its group: the time of the activity that brought it, or of this migration. */
const MEMBERSHIPS = `
  ALTER TABLE memberships ADD COLUMN added_at timestamptz(3) NOT NULL DEFAULT now();
  ALTER TABLE memberships ALTER COLUMN added_at SET DEFAULT statement_timestamp();
`;

const REMOVAL = `
  ALTER TABLE memberships DROP COLUMN added_at;
  DROP FUNCTION relay_outbox(integer), note_requests(jsonb);
  DROP TABLE feed, outbox, activity_members, activity;
  DROP FUNCTION make_journal_partitions(timestamptz), first_resource_id(timestamptz), resource_id_time(bigint);
  REVOKE ALL ON SEQUENCE resource_ids FROM rollcall_journal;
  REVOKE ALL ON companies FROM rollcall_journal;
  REVOKE ALL ON SCHEMA public FROM rollcall_journal;
`;
