---- find: a client

-- prepared once: find_oauth_client
SELECT * FROM find_oauth_client($1, $2);

---- issueToken: a token

-- prepared once: issue_client_token
SELECT issue_client_token($1, $2, $3, $4, $5, $6, $7, $8) AS issued;

---- hasClientKeys: any

-- prepared once: has_client_keys
SELECT has_client_keys() AS found;
