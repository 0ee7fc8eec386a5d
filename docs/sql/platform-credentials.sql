---- find: a credential that reads a company

-- prepared once: find_platform_credential
SELECT f.*, s.* FROM find_platform_credential($1, $2) f LEFT JOIN platform_credential_state($1, f.company_id) s ON true;
