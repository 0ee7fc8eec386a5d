/**
 * The environment variables for programs that this process starts. Only those that are needed to find and run a
 * program are passed on, since `PG*` and `LC_*` would change what the programs of PostgreSQL do.
 */
export function programEnvironment(): Readonly<Record<string, string>> {
  const { PATH, SystemRoot, TEMP } = process.env;
  const inherited = Object.entries({ PATH, SystemRoot, TEMP });
  return Object.fromEntries(inherited.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
