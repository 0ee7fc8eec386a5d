import pg from 'pg';
import { testDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

async function query<T extends pg.QueryResultRow>(url: string, text: string): Promise<T[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<T>(text)).rows;
  } finally {
    await client.end();
  }
}

test('the owner of the database is no superuser, and does not inherit the roles it made', async () => {
  const [login] = await query(
    database.url,
    `SELECT rolsuper, rolbypassrls,
            pg_has_role('rollcall_service', 'USAGE') AS inherits_service,
            pg_has_role('rollcall_reader', 'USAGE') AS inherits_reader,
            pg_has_role('rollcall_service', 'SET') AS sets_service
       FROM pg_roles WHERE rolname = current_user`,
  );
  expect(login).toEqual({
    rolsuper: false,
    rolbypassrls: false,
    inherits_service: false,
    inherits_reader: false,
    sets_service: true,
  });
});

test('the database is UTF8 and ordered by code point whatever the environment says', async () => {
  const [found] = await query(
    database.url,
    `SELECT pg_encoding_to_char(encoding) AS encoding, datcollate, datlocprovider, datlocale
       FROM pg_database WHERE datname = current_database()`,
  );
  expect(found).toEqual({
    encoding: 'UTF8',
    datcollate: 'C',
    datlocprovider: 'b',
    datlocale: 'C.UTF-8',
  });
});
