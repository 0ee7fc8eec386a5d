---- findByHash: a token

-- prepared once: find_token
SELECT * FROM find_token($1) CROSS JOIN token_state($1);

---- findRefused: a token

-- prepared once: find_refused_token
SELECT * FROM find_refused_token($1);

---- claimExpiryWarnings: all

WITH expiring AS MATERIALIZED (
  SELECT * FROM claim_expiry_warnings()
), recorded AS MATERIALIZED (
  SELECT record_expiring(coalesce(jsonb_agg(to_jsonb(e) || jsonb_build_object('expires',
          to_char(e.expires AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))), '[]')) FROM expiring e
)
SELECT e.* FROM recorded r CROSS JOIN expiring e ORDER BY e.expires, e.credential_id;

---- claimSilences: all

WITH silences AS MATERIALIZED (
  SELECT * FROM claim_silences()
), recorded AS MATERIALIZED (
  SELECT record_silences(coalesce(jsonb_agg(to_jsonb(s)), '[]')) FROM silences s
)
SELECT s.slug, s.hours, s.last_used FROM recorded r CROSS JOIN silences s ORDER BY s.slug;

---- countExpiring: all

SELECT days, credentials::int FROM count_expiring_credentials();
