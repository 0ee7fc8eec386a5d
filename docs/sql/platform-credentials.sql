---- find: a credential that reads a company

-- prepared once: find_platform_credential
SELECT * FROM find_platform_credential($1, $2);
