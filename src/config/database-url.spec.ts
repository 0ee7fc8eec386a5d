import { parseDatabaseUrl, stricterMode } from './database-url.js';

it.each<[string, readonly string[], boolean]>([
  [
    'postgres://ada:p%40ss@db.example.com:5432/people',
    ['postgres://ada:p%40ss@db.example.com:5432/people'],
    false,
  ],
  ['postgresql:///people?host=/run/postgresql', ['postgresql:///people?host=/run/postgresql'], false],
  ['postgres://h1/db?target_session_attrs=any', ['postgres://h1/db'], false],
  [
    'postgres://h1/db?target_session_attrs=read-write&sslmode=require',
    ['postgres://h1/db?sslmode=verify-full'],
    true,
  ],
  ['postgres://ada@h1,h2:5433/db', ['postgres://ada@h1/db', 'postgres://ada@h2:5433/db'], true],
  [
    'postgres://ada:secret@h1:5432,[::1]:5433/db?target_session_attrs=any',
    ['postgres://ada:secret@h1:5432/db', 'postgres://ada:secret@[::1]:5433/db'],
    true,
  ],
])('reads the servers of %s', (url, servers, needsPrimary) => {
  expect(parseDatabaseUrl(url)).toEqual({ servers, needsPrimary });
});

it.each([
  'mysql://h1/db',
  'h1,h2',
  'postgres://h1,/db',
  'postgres://h1:port/db',
  'postgres://h1,h2/db?target_session_attrs=standby',
  'postgres://h1/db?target_session_attrs=prefer-standby',
])('refuses %s', (url) => {
  expect(parseDatabaseUrl(url)).toBeUndefined();
});

it.each<[string, string | undefined, string]>([
  ['postgres://h1/db?sslmode=require', 'require', 'postgres://h1/db?sslmode=verify-full'],
  [
    'postgres://h1/db?a=b&sslmode=prefer&sslrootcert=/ca.pem',
    'prefer',
    'postgres://h1/db?a=b&sslmode=verify-full&sslrootcert=/ca.pem',
  ],
  ['postgres://h1/db?sslmode=verify-ca', 'verify-ca', 'postgres://h1/db?sslmode=verify-full'],
  ...[
    'postgres://h1/db',
    'postgres://h1/db?sslmode=verify-full',
    'postgres://h1/db?sslmode=no-verify',
    'postgres://h1/db?sslmode=disable',
    'postgres://h1/db?sslmode=require&uselibpqcompat=true',
    'postgres://h1/db?uselibpqcompat=true&sslmode=verify-ca&sslrootcert=/ca.pem',
  ].map((url): [string, undefined, string] => [url, undefined, url]),
])('reads the TLS of %s as pg means it, without its warning', (url, mode, read) => {
  expect(stricterMode(url)).toBe(mode);
  expect(parseDatabaseUrl(url)?.servers).toEqual([read]);
});
