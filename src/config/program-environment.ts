/**
 * What a program that this process starts inherits of its environment: what it needs to be found and to run, and
 * nothing else, since `PG*` and `LC_*` would change what the programs of PostgreSQL do.
 */
export function programEnvironment(): Readonly<Record<string, string>> {
  const { PATH, SystemRoot, TEMP } = process.env;
  const inherited = Object.entries({ PATH, SystemRoot, TEMP });
  return Object.fromEntries(inherited.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
