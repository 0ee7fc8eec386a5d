---- findByIssuer: an issuer

-- prepared once: find_issuers
SELECT * FROM find_issuers($1);

---- findCompany: by slug

-- prepared once: find_company
SELECT * FROM find_company($1);
