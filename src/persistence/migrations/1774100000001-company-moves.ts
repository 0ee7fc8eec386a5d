import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Lets a company move to another cell. While its last changes go over, its writes are refused (`moving_until`); the cell
 * that it has left, and the one that it is not quite in yet, serve nothing of it (`elsewhere`).
 */
export class CompanyMoves1774100000001 implements MigrationInterface {
  readonly name = 'CompanyMoves1774100000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(COLUMNS);
    await queryRunner.query(lookUps(', elsewhere text', ', c.elsewhere'));
    await queryRunner.query(REFUSALS);
    await queryRunner.query(joinWriters('PERFORM public.refuse_elsewhere(public.current_company());'));
    await queryRunner.query(ofJournal(HERE));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(ofJournal('true'));
    await queryRunner.query(joinWriters(''));
    await queryRunner.query(lookUps('', ''));
    await queryRunner.query(REMOVAL);
  }
}

/**
 * A publication with a filter takes a table only where the columns of the filter are part of what names its rows. The
 * primary key of `feed` has no company.
 */
const COLUMNS = `
  ALTER TABLE companies
    ADD COLUMN moving_until timestamptz(3),
    ADD COLUMN elsewhere text,
    ADD CONSTRAINT companies_elsewhere_form CHECK (elsewhere ~ '^(arriving|[0-9]{1,4})$');
  GRANT SELECT (moving_until, elsewhere) ON companies TO rollcall_journal;
  DROP INDEX feed_company_index;
  CREATE UNIQUE INDEX feed_company_index ON feed (company_id, position);
  ALTER TABLE feed REPLICA IDENTITY USING INDEX feed_company_index;
`;

const REMOVAL = `
  ALTER TABLE feed REPLICA IDENTITY DEFAULT;
  DROP INDEX feed_company_index;
  CREATE INDEX feed_company_index ON feed (company_id, position);
  DROP TRIGGER companies_stay ON companies;
  DROP TRIGGER access_tokens_stay ON access_tokens;
  DROP TRIGGER oauth_clients_stay ON oauth_clients;
  DROP TRIGGER oauth_client_secrets_stay ON oauth_client_secrets;
  DROP TRIGGER oauth_federated_credentials_stay ON oauth_federated_credentials;
  DROP TRIGGER token_issuers_stay ON token_issuers;
  DROP FUNCTION keep_while_elsewhere();
  DROP FUNCTION refuse_elsewhere(bigint);
  ALTER TABLE companies DROP COLUMN moving_until, DROP COLUMN elsewhere;
`;

/**
 * Each write of a company takes its lock in shared mode and looks then whether the company is here. Who closes the company
 * takes the lock alone, so that a write is either committed before that or refused.
 *
 * The triggers hold for what changes settings and credentials, whichever way. They let through what only notes a use, and
 * the move itself, which says so by a setting.
 */
const REFUSALS = `
  CREATE FUNCTION refuse_elsewhere(company bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    place text;
  BEGIN
    PERFORM pg_advisory_xact_lock_shared(7265020, (company & 2147483647)::integer);
    SELECT coalesce(c.elsewhere, 'moving') INTO place FROM public.companies c
    WHERE c.id = company AND (c.elsewhere IS NOT NULL OR c.moving_until > clock_timestamp());
    IF FOUND THEN
      RAISE EXCEPTION 'the company is being moved, or was moved, to another cell'
        USING ERRCODE = 'RC004', DETAIL = place;
    END IF;
  END
  $$;
  REVOKE ALL ON FUNCTION refuse_elsewhere(bigint) FROM PUBLIC;

  CREATE FUNCTION keep_while_elsewhere() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    held jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
    company bigint;
  BEGIN
    IF current_setting('rollcall.moves', true) = 'on' THEN
      RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    company := CASE
      WHEN TG_TABLE_NAME = 'companies' THEN held->>'id'
      WHEN held ? 'company_id' THEN held->>'company_id'
      ELSE (SELECT o.company_id FROM public.oauth_clients o WHERE o.id = held->>'client_id')::text
    END::bigint;
    IF company IS NOT NULL THEN
      PERFORM public.refuse_elsewhere(company);
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END
  $$;
  REVOKE ALL ON FUNCTION keep_while_elsewhere() FROM PUBLIC;

  CREATE TRIGGER companies_stay
    BEFORE UPDATE OF slug, name, duplicate_group_names, unknown_members, unique_external_id, suspended, paused_until,
      journal_retention_days, rate_limit, journal_values, recreate, reprovision ON companies
    FOR EACH ROW EXECUTE FUNCTION keep_while_elsewhere();
  CREATE TRIGGER access_tokens_stay BEFORE INSERT OR UPDATE ON access_tokens
    FOR EACH ROW EXECUTE FUNCTION keep_while_elsewhere();
  CREATE TRIGGER oauth_clients_stay BEFORE INSERT OR DELETE OR UPDATE OF name, dialect, scopes, disabled ON oauth_clients
    FOR EACH ROW EXECUTE FUNCTION keep_while_elsewhere();
  CREATE TRIGGER oauth_client_secrets_stay
    BEFORE INSERT OR DELETE OR UPDATE OF hash, expires, revoked ON oauth_client_secrets
    FOR EACH ROW EXECUTE FUNCTION keep_while_elsewhere();
  CREATE TRIGGER oauth_federated_credentials_stay
    BEFORE INSERT OR DELETE OR UPDATE OF issuer, subject, tenant, audiences, jwks_url, keys ON oauth_federated_credentials
    FOR EACH ROW EXECUTE FUNCTION keep_while_elsewhere();
  CREATE TRIGGER token_issuers_stay BEFORE INSERT OR DELETE OR UPDATE ON token_issuers
    FOR EACH ROW EXECUTE FUNCTION keep_while_elsewhere();
`;

const joinWriters = (refusal: string): string => `
  CREATE OR REPLACE FUNCTION join_writers(seen bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  BEGIN
    PERFORM pg_advisory_xact_lock_shared(7265012);
    ${refusal}
    IF NOT EXISTS (
      SELECT FROM public.settings WHERE key = 'comparison_generation' AND value = seen::text
    ) THEN
      RAISE EXCEPTION 'the comparison is no longer of generation %', seen USING ERRCODE = 'RC001';
    END IF;
  END
  $$;
`;

/** Whether the company `c` is here, and takes writes. */
const HERE = '(c.elsewhere IS NULL AND (c.moving_until IS NULL OR c.moving_until <= clock_timestamp()))';

/** What is written behind requests leaves out a company that is moving: it would stay behind. Its webhooks wait. */
const ofJournal = (isHere: string): string => `
  GRANT CREATE ON SCHEMA public TO rollcall_journal;
  SET LOCAL ROLE rollcall_journal;

  CREATE OR REPLACE FUNCTION note_requests(requests jsonb) RETURNS void
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
    JOIN public.companies c ON (c.id = r.company_id OR r.company_id IS NULL AND c.slug = r.slug) AND ${isHere}
  $$;

  CREATE OR REPLACE FUNCTION record_expiring(credentials jsonb) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    WITH recorded AS (
      INSERT INTO public.activity (company_id, id, txn, operation, outcome, display, attributes, detail)
      SELECT c.id, public.next_resource_id(), gen_random_uuid()::text, 'credential.expiring', 'done', r.credential_name, '{}',
        jsonb_strip_nulls(jsonb_build_object('id', r.credential_id, 'name', r.credential_name, 'secretId', r.secret_id,
          'expires', r.expires))
      FROM jsonb_to_recordset(credentials) AS r (slug text, credential_id text, credential_name text, secret_id text,
        expires text)
      JOIN public.companies c ON c.slug = r.slug AND ${isHere}
      RETURNING company_id, id)
    INSERT INTO public.outbox (company_id, activity_id) SELECT r.company_id, r.id FROM recorded r ORDER BY r.id
  $$;

  CREATE OR REPLACE FUNCTION find_due_webhooks(failing boolean, most integer, busy bigint[]) RETURNS TABLE (
    company_id bigint, slug text, webhook_id bigint
  )
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT w.company_id, c.slug, w.id
    FROM public.webhooks w JOIN public.companies c ON c.id = w.company_id AND ${isHere}
    WHERE w.disabled IS NULL AND c.delete_after IS NULL AND (w.failures > 0) = failing AND w.id <> ALL (busy)
      AND (w.paused_until IS NULL OR w.paused_until <= clock_timestamp())
      AND (EXISTS (SELECT FROM public.feed f WHERE f.company_id = w.company_id AND f.position > w.position)
        OR EXISTS (SELECT FROM public.webhook_deliveries d
          WHERE d.company_id = w.company_id AND d.webhook_id = w.id AND d.state = 'pending'
            AND d.due <= clock_timestamp() AND (d.leased_until IS NULL OR d.leased_until <= clock_timestamp())))
    ORDER BY w.claimed NULLS FIRST, w.id
    LIMIT most
  $$;

  RESET ROLE;
  REVOKE CREATE ON SCHEMA public FROM rollcall_journal;
`;

/** How many seconds of a pause are left; see the migration of pauses. */
const PAUSE_LEFT = `CASE WHEN c.paused_until > pg_catalog.clock_timestamp()
      THEN pg_catalog.ceil(extract(epoch FROM c.paused_until - pg_catalog.clock_timestamp()))::integer END`;

const SUSPENDED = 'c.suspended IS NOT NULL OR c.delete_after IS NOT NULL';

/** The result columns of a function cannot be changed, so all that tell of a company are dropped and created again. */
const lookUps = (column: string, value: string): string => `
  DROP FUNCTION find_token(bytea), find_issuers(text), find_company(text), find_oauth_client(text, bytea),
    find_platform_credential(bytea, text);

  CREATE FUNCTION find_token(token_hash bytea) RETURNS TABLE (
    token_id bigint, token_name text, dialect text, scopes text[], expires timestamptz,
    company_id bigint, slug text, company_name text, duplicate_group_names boolean, unknown_members text,
    user_id bigint, suspended boolean, client_id text, pause_left integer, rate_limit integer, journal_values boolean,
    recreate text, reprovision text${column}
  )
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT t.id, t.name, t.dialect, t.scopes, t.expires,
      c.id, c.slug, c.name, c.duplicate_group_names, c.unknown_members, t.user_id,
      ${SUSPENDED}, t.client_id, ${PAUSE_LEFT},
      c.rate_limit, c.journal_values, c.recreate, c.reprovision${value}
    FROM public.access_tokens t JOIN public.companies c ON c.id = t.company_id
    WHERE t.hash = token_hash AND t.revoked IS NULL
      AND (t.expires IS NULL OR t.expires > pg_catalog.clock_timestamp())
  $$;

  CREATE FUNCTION find_issuers(iss text) RETURNS TABLE (
    issuer_id bigint, issuer_name text, audience text, jwks_url text, keys text, required_scope text,
    company_claim text, dialect text, scopes text[],
    company_id bigint, slug text, duplicate_group_names boolean, unknown_members text, suspended boolean, pause_left integer,
    rate_limit integer, journal_values boolean, recreate text, reprovision text${column}
  )
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT i.id, i.name, i.audience, i.jwks_url, i.keys::text, i.required_scope, i.company_claim, i.dialect, i.scopes,
      c.id, c.slug, c.duplicate_group_names, c.unknown_members, ${SUSPENDED}, ${PAUSE_LEFT},
      c.rate_limit, c.journal_values, c.recreate, c.reprovision${value}
    FROM public.token_issuers i LEFT JOIN public.companies c ON c.id = i.company_id
    WHERE i.issuer = iss AND i.revoked IS NULL
  $$;

  CREATE FUNCTION find_company(slug_or_id text) RETURNS TABLE (
    company_id bigint, slug text, duplicate_group_names boolean, unknown_members text, suspended boolean, pause_left integer,
    rate_limit integer, journal_values boolean, recreate text, reprovision text${column}
  )
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT c.id, c.slug, c.duplicate_group_names, c.unknown_members, ${SUSPENDED}, ${PAUSE_LEFT},
      c.rate_limit, c.journal_values, c.recreate, c.reprovision${value}
    FROM public.companies c
    WHERE c.slug = slug_or_id OR c.id = public.read_resource_id(slug_or_id)
  $$;

  CREATE FUNCTION find_oauth_client(wanted text, secret_hash bytea) RETURNS TABLE (
    client_id text, client_name text, dialect text, scopes text[], disabled timestamptz,
    secret_id bigint, secret_expires timestamptz, secret_revoked timestamptz, federated text,
    company_id bigint, slug text, duplicate_group_names boolean, unknown_members text, suspended boolean${column}
  )
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT o.id, o.name, o.dialect, o.scopes, o.disabled, s.id, s.expires, s.revoked,
      (SELECT json_agg(json_build_object('id', f.id::text, 'issuer', f.issuer, 'subject', f.subject,
          'tenant', f.tenant, 'audiences', f.audiences, 'jwksUrl', f.jwks_url, 'keys', f.keys::text) ORDER BY f.id)::text
        FROM public.oauth_federated_credentials f WHERE f.client_id = o.id),
      c.id, c.slug, c.duplicate_group_names, c.unknown_members, ${SUSPENDED}${value}
    FROM public.oauth_clients o JOIN public.companies c ON c.id = o.company_id
      LEFT JOIN public.oauth_client_secrets s ON s.client_id = o.id AND s.hash = secret_hash
    WHERE o.id = wanted
  $$;

  CREATE FUNCTION find_platform_credential(credential_hash bytea, named text) RETURNS TABLE (
    credential_id bigint, credential_name text, scopes text[], expires timestamptz, revoked timestamptz,
    in_force boolean, all_companies boolean, companies bigint[],
    company_id bigint, slug text, duplicate_group_names boolean, unknown_members text, journal_values boolean,
    suspended boolean, rate_limit integer, pause_left integer${column}
  )
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT p.id, p.name, p.scopes, p.expires, p.revoked,
      p.revoked IS NULL AND (p.expires IS NULL OR p.expires > clock_timestamp()), p.all_companies,
      CASE WHEN named IS NULL AND NOT p.all_companies THEN ARRAY(
        SELECT l.company_id FROM public.platform_credential_companies l WHERE l.credential_id = p.id) ELSE '{}' END,
      c.company_id, c.slug, c.duplicate_group_names, c.unknown_members, c.journal_values, c.suspended, c.rate_limit,
      c.pause_left${value}
    FROM public.platform_credentials p LEFT JOIN LATERAL (
      SELECT f.* FROM public.find_company(named) f
      WHERE p.all_companies OR EXISTS (
        SELECT FROM public.platform_credential_companies l WHERE l.credential_id = p.id AND l.company_id = f.company_id)
    ) c ON true
    WHERE p.hash = credential_hash
  $$;
${[
  'find_token(bytea)',
  'find_issuers(text)',
  'find_company(text)',
  'find_oauth_client(text, bytea)',
  'find_platform_credential(bytea, text)',
]
  .map(
    (name) => `
  REVOKE ALL ON FUNCTION ${name} FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ${name} TO rollcall_service;
`,
  )
  .join('')}`;
