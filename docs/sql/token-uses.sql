---- note: the use of a token

SELECT note_token_uses($1, $2);

---- note: the use of a platform credential

SELECT note_platform_uses($1, $2);
