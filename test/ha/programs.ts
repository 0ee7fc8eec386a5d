import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A folder with another Patroni than the system's comes first. */
const PLACES = [process.env['PATRONI_BIN'], '/usr/local/bin', '/usr/bin', '/usr/sbin'].filter(
  (place) => place !== undefined,
);
const VERSIONS = '/usr/lib/postgresql';
const PACKAGES = 'postgresql patroni etcd-server haproxy pgbouncer';

export interface Programs {
  readonly patroni: string;
  readonly patronictl: string;
  readonly etcd: string;
  readonly haproxy: string;
  readonly pgbouncer: string;
  /** Folder of the newest PostgreSQL. */
  readonly postgres: string;
}

/** @throws Error that says how to install what is missing */
export function findPrograms(): Programs {
  const [patroni, patronictl, etcd, haproxy, pgbouncer] = [
    ...['patroni', 'patronictl', 'etcd', 'haproxy', 'pgbouncer'].map(findProgram),
  ];
  const postgres = findPostgres();
  if (!patroni || !patronictl || !etcd || !haproxy || !pgbouncer || !postgres)
    throw new Error(
      `Programs are missing. On Debian: apt-get install -y --no-install-recommends ${PACKAGES} (its services are not needed).`,
    );
  return { patroni, patronictl, etcd, haproxy, pgbouncer, postgres };
}

const findProgram = (name: string): string | undefined =>
  PLACES.map((place) => join(place, name)).find((path) => existsSync(path));

function findPostgres(): string | undefined {
  if (!existsSync(VERSIONS)) return undefined;
  const versions = readdirSync(VERSIONS).sort((one, other) => Number(other) - Number(one));
  return versions
    .map((version) => join(VERSIONS, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')));
}
