import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Creates recordings: the requests of a company as they came, encrypted, for some days. */
export class Recordings1776000000000 implements MigrationInterface {
  readonly name = 'Recordings1776000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const section of [TABLES, RIGHTS, FUNCTIONS]) await queryRunner.query(section);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(REMOVAL);
  }
}

const TABLES = `
  CREATE TABLE recordings (
    company_id bigint NOT NULL,
    id bigint NOT NULL DEFAULT next_resource_id(),
    started timestamptz(3) NOT NULL DEFAULT now(),
    ends timestamptz(3) NOT NULL,
    ended timestamptz(3),
    end_reason text,
    requests integer NOT NULL DEFAULT 0,
    bytes bigint NOT NULL DEFAULT 0,
    left_out integer NOT NULL DEFAULT 0,
    CONSTRAINT recordings_pkey PRIMARY KEY (company_id, id),
    CONSTRAINT recordings_company_fkey FOREIGN KEY (company_id) REFERENCES companies (id) ON DELETE CASCADE,
    CONSTRAINT recordings_reason_choice CHECK (end_reason IN ('time', 'stopped', 'full'))
  );
  CREATE UNIQUE INDEX recordings_under_way_index ON recordings (company_id) WHERE ended IS NULL;

  CREATE TABLE recorded_requests (
    company_id bigint NOT NULL,
    id bigint NOT NULL DEFAULT next_resource_id(),
    recording_id bigint NOT NULL,
    at timestamptz(3) NOT NULL,
    request_id text NOT NULL,
    status smallint NOT NULL,
    head text NOT NULL,
    content text NOT NULL,
    CONSTRAINT recorded_requests_pkey PRIMARY KEY (company_id, id),
    CONSTRAINT recorded_requests_recording_fkey FOREIGN KEY (company_id, recording_id)
      REFERENCES recordings (company_id, id) ON DELETE CASCADE
  );
  CREATE INDEX recorded_requests_recording_index ON recorded_requests (company_id, recording_id);
  CREATE INDEX recorded_requests_request_index ON recorded_requests (company_id, request_id);
`;

/** The service has no right to the tables: it writes by a function, and reads nothing. */
const RIGHTS = ['recordings', 'recorded_requests']
  .map(
    (table) => `
  ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
  ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
  CREATE POLICY ${table}_of_all ON ${table} TO rollcall_journal USING (true) WITH CHECK (true);
  GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO rollcall_journal;
`,
  )
  .join('');

/** How many requests a recording has at most, and how many bytes of them. */
const MOST_REQUESTS = 1000;
const MOST_BYTES = 20 * 1024 * 1024;

/**
 * `keep_recorded_requests` keeps as many as there is room for, in their order, and ends the recording where that is used up.
 * What came before a recording was stopped may be written a moment later. It tells whether the recording goes on.
 */
const FUNCTIONS = `
  CREATE FUNCTION find_recordings() RETURNS TABLE (company_id bigint, slug text, recording_id bigint, ends timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT r.company_id, c.slug, r.id, r.ends
    FROM public.recordings r JOIN public.companies c ON c.id = r.company_id
    WHERE r.ended IS NULL AND r.ends > clock_timestamp() AND c.delete_after IS NULL AND c.elsewhere IS NULL
  $$;

  CREATE FUNCTION keep_recorded_requests(company bigint, recording bigint, requests jsonb, missed integer) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    held record;
    given integer;
    kept integer;
    size bigint;
    is_full boolean;
  BEGIN
    SELECT r.requests, r.bytes, r.ended, least(coalesce(r.ended, r.ends), r.ends) AS until INTO held
    FROM public.recordings r WHERE r.company_id = company AND r.id = recording FOR UPDATE;
    IF NOT FOUND THEN
      RETURN false;
    END IF;
    WITH sent AS (
      SELECT s.*, row_number() OVER (ORDER BY s.n) AS place,
        sum(octet_length(s.head) + octet_length(s.content)) OVER (ORDER BY s.n) AS total
      FROM jsonb_to_recordset(requests) AS s (n integer, at timestamptz, request_id text, status smallint, head text,
        content text)
      WHERE s.at <= held.until
    ), added AS (
      INSERT INTO public.recorded_requests (company_id, recording_id, at, request_id, status, head, content)
      SELECT company, recording, s.at, s.request_id, s.status, s.head, s.content FROM sent s
      WHERE held.requests + s.place <= ${MOST_REQUESTS} AND held.bytes + s.total <= ${MOST_BYTES}
      ORDER BY s.n
      RETURNING octet_length(head) + octet_length(content) AS bytes)
    SELECT (SELECT count(*) FROM sent), count(*), coalesce(sum(a.bytes), 0) INTO given, kept, size FROM added a;
    is_full := kept < given OR held.requests + kept >= ${MOST_REQUESTS};
    UPDATE public.recordings r SET requests = r.requests + kept, bytes = r.bytes + size,
      left_out = r.left_out + missed + given - kept,
      ended = CASE WHEN is_full THEN coalesce(r.ended, clock_timestamp()) ELSE r.ended END,
      end_reason = CASE WHEN is_full THEN coalesce(r.end_reason, 'full') ELSE r.end_reason END
    WHERE r.company_id = company AND r.id = recording;
    RETURN held.ended IS NULL AND NOT is_full;
  END
  $$;

  REVOKE ALL ON FUNCTION find_recordings(), keep_recorded_requests(bigint, bigint, jsonb, integer) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION find_recordings(), keep_recorded_requests(bigint, bigint, jsonb, integer) TO rollcall_service;
  GRANT CREATE ON SCHEMA public TO rollcall_journal;
  ALTER FUNCTION find_recordings() OWNER TO rollcall_journal;
  ALTER FUNCTION keep_recorded_requests(bigint, bigint, jsonb, integer) OWNER TO rollcall_journal;
  REVOKE CREATE ON SCHEMA public FROM rollcall_journal;
`;

const REMOVAL = `
  DROP FUNCTION find_recordings(), keep_recorded_requests(bigint, bigint, jsonb, integer);
  DROP TABLE recorded_requests, recordings;
`;
