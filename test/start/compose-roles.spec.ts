import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { findBinaries } from '../../src/embedded-postgres/binaries.js';
import { migrate } from '../../src/persistence/database/migrate.js';
import { checkServer } from '../../src/persistence/database/server-check.js';
import { checkServiceLogin } from '../../src/persistence/database/service-login.js';
import { type ExternalPostgres, startExternalPostgres } from '../support/external-postgres.js';

const LIMIT = 60_000;
const SCRIPT = resolve(import.meta.dirname, '../../deploy/compose/roles.sh');

let server: ExternalPostgres;

beforeAll(async () => {
  server = await startExternalPostgres(dirname(findBinaries().postgres));
}, LIMIT);
afterAll(() => server.close(), LIMIT);

it(
  'the roles of compose.yaml are those that a start asks for, without CREATEROLE',
  async () => {
    const [, sql = ''] = /<<'SQL'\n([\s\S]*?)\nSQL\n/.exec(readFileSync(SCRIPT, 'utf8')) ?? [];
    for (const statement of sql.split(/(?<=;)\n/)) {
      await server.administer(statement.replace(/:'\w+'/, "'hunter2'"));
    }
    const owner = server.urlOf('rollcall', 'rollcall');
    await checkServer(owner);
    await migrate(owner);
    await expect(checkServiceLogin(server.urlOf('rollcall_requests', 'rollcall'))).resolves.toBeUndefined();
    await expect(checkServiceLogin(owner)).rejects.toThrow('rollcall');
  },
  LIMIT,
);
