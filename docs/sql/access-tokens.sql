---- findByHash: a token

-- prepared once: find_token
SELECT * FROM find_token($1) CROSS JOIN token_state($1);

---- findRefused: a token

-- prepared once: find_refused_token
SELECT * FROM find_refused_token($1);

---- claimExpiryWarnings: all

SELECT * FROM claim_expiry_warnings();

---- countExpiring: all

SELECT days, credentials::int FROM count_expiring_credentials();
