import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { createApplication } from '../../../src/application.js';
import { readSettings } from '../../../src/config/read-settings.js';
import { withSecretKey } from '../../../src/persistence/settings/with-secret-key.js';
import { createLogger } from '../../../src/logging/logger.js';
import {
  closeApplication,
  startTestApplication,
  type TestApplication,
  type TestCompany,
} from '../../support/application.js';
import { runCommand } from '../../support/command-line.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';
import { createGroup, createUser, groupBody, PATCH_OP, unique, userBody } from './messages.js';
import { titled } from '../../support/titled.js';

const LOCKER_USER = 'urn:example:schemas:locker:1.0:User';
const LOCKER_GROUP = 'urn:example:schemas:locker:1.0:Group';
const BULK_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

/** A folder with one document a type, the attributes as given. */
function schemasFolder(...attributes: readonly object[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-schemas-'));
  folders.push(folder);
  for (const id of [LOCKER_USER, LOCKER_GROUP]) {
    const document = { id, name: 'Locker', description: 'A locker.', attributes };
    writeFileSync(join(folder, `${id.split(':').at(-1)}.json`), JSON.stringify(document));
  }
  return folder;
}

const folders: string[] = [];
let application: TestApplication;
let company: TestCompany;
let client: ScimClient;
beforeAll(async () => {
  const folder = schemasFolder(
    { name: 'number', uniqueness: 'server' },
    { name: 'key', caseExact: true, uniqueness: 'global' },
    { name: 'colour' },
  );
  application = await startTestApplication({ settings: { SCHEMAS_DIR: folder } });
  company = await application.company();
  client = await company.client('strict');
});
afterAll(async () => {
  await application.close();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

type Part = Readonly<Record<string, unknown>>;

/** The body, with the extension named among its schemas. */
const withSchemas = (urn: string, body: Part): Part => ({
  ...body,
  schemas: [...(body.schemas as string[]), urn],
});

const kinds = [
  {
    kind: 'users',
    path: '/Users',
    urn: LOCKER_USER,
    body: (more: Part) => withSchemas(LOCKER_USER, userBody(more)),
    create: (more: Part) => createUser(client, withSchemas(LOCKER_USER, userBody(more))),
  },
  {
    kind: 'groups',
    path: '/Groups',
    urn: LOCKER_GROUP,
    body: (more: Part) => withSchemas(LOCKER_GROUP, groupBody(more)),
    create: (more: Part) => createGroup(client, withSchemas(LOCKER_GROUP, groupBody(more))),
  },
];

function expectTaken(answer: Pick<ScimAnswer, 'status' | 'body'>, attribute: string): void {
  expect(answer.status).toBe(409);
  expect(answer.body).toMatchObject({ status: '409', scimType: 'uniqueness' });
  expect(answer.body.detail).toContain(attribute);
}

describe.each(titled(kinds, 'kind'))('CHAR-06 a value of a unique attribute of %s', (_, kind) => {
  const { path, urn, body, create } = kind;

  it('CHAR-06 is 409 uniqueness in a second POST, PUT, PATCH and bulk operation, which change nothing', async () => {
    const number = unique('N');
    await create({ [urn]: { number } });
    const other = await create({ [urn]: { number: unique('N'), colour: 'red' } });
    const before = (await client.get(`${path}/${other.id}`)).body;
    const again = { [urn]: { number: number.toLowerCase() } };
    expectTaken(await client.post(path, body(again)), `${urn}:number`);
    expectTaken(await client.put(`${path}/${other.id}`, body(again)), `${urn}:number`);
    for (const Operations of [
      [{ op: 'replace', path: `${urn}:number`, value: number }],
      [{ op: 'add', value: again }],
      [
        { op: 'remove', path: `${urn}:colour` },
        { op: 'add', path: `${urn}:number`, value: number.toLowerCase() },
      ],
    ]) {
      expectTaken(
        await client.patch(`${path}/${other.id}`, { schemas: [PATCH_OP], Operations }),
        `${urn}:number`,
      );
    }
    const { body: bulk } = await client.post('/Bulk', {
      schemas: [BULK_REQUEST],
      Operations: [
        { method: 'POST', path, bulkId: 'a', data: body(again) },
        { method: 'PUT', path: `${path}/${other.id}`, data: body(again) },
        { method: 'POST', path, bulkId: 'b', data: body({ [urn]: { number: unique('N') } }) },
      ],
    });
    const operations = bulk.Operations as { status: string; response: Record<string, unknown> }[];
    expect(operations.map(({ status }) => status)).toEqual(['409', '409', '201']);
    expectTaken({ status: 409, body: operations[0]!.response }, `${urn}:number`);
    expect((await client.get(`${path}/${other.id}`)).body).toEqual(before);
  });

  it('CHAR-06 is free again after a change and after a deletion, and for another company at any time', async () => {
    const number = unique('N');
    const first = await create({ [urn]: { number } });
    expect(
      (await client.put(`${path}/${first.id}`, body({ [urn]: { number, colour: 'blue' } }))).status,
    ).toBe(200);
    const elsewhere = await (await application.company()).client('strict');
    expect((await elsewhere.post(path, body({ [urn]: { number } }))).status).toBe(201);
    const Operations = [{ op: 'remove', path: `${urn}:number` }];
    expect(
      (await client.patch(`${path}/${first.id}`, { schemas: [PATCH_OP], Operations })).status,
    ).toBeLessThan(300);
    const second = await create({ [urn]: { number } });
    expectTaken(await client.post(path, body({ [urn]: { number } })), 'number');
    expect((await client.delete(`${path}/${second.id}`)).status).toBe(204);
    await create({ [urn]: { number } });
  });

  it('CHAR-05, CHAR-06 is another one where only case differs and the attribute is caseExact', async () => {
    const key = unique('Key');
    await create({ [urn]: { key } });
    await create({ [urn]: { key: key.toUpperCase() } });
    expectTaken(await client.post(path, body({ [urn]: { key } })), `${urn}:key`);
  });

  it('CHAR-06 goes to exactly one of ten requests at the same time', async () => {
    const number = unique('N');
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => client.post(path, body({ [urn]: { number } }))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(9).fill(409)]);
  });
});

describe('documents that change between two starts', () => {
  const start = async (folder: string | undefined): Promise<NestExpressApplication> => {
    const { url } = application.database;
    const settings = readSettings({ DATABASE_URL: url, ...(folder && { SCHEMAS_DIR: folder }) });
    return createApplication(await withSecretKey(settings, url), url, createLogger('silent'));
  };
  const reindex = (folder: string): ReturnType<typeof runCommand> =>
    runCommand({ DATABASE_URL: application.database.url, SCHEMAS_DIR: folder }, 'reindex');

  it('CHAR-05 a changed caseExact is refused until `rollcall reindex` was run, and values are found as it says then', async () => {
    const { id } = await createUser(
      client,
      withSchemas(LOCKER_USER, userBody({ [LOCKER_USER]: { colour: 'Teal' } })),
    );
    const find = async (colour: string): Promise<unknown> =>
      (await client.get(`/Users?filter=${encodeURIComponent(`${LOCKER_USER}:colour eq "${colour}"`)}`)).body
        .totalResults;
    expect(await find('tEAL')).toBe(1);
    const exact = schemasFolder(
      { name: 'number', uniqueness: 'server' },
      { name: 'key', caseExact: true, uniqueness: 'global' },
      { name: 'colour', caseExact: true },
    );
    await expect(start(exact)).rejects.toThrow(
      `${LOCKER_USER}:colour was string and is string caseExact now`,
    );
    // Gone, and come back changed, it is the same.
    await (await start(undefined)).close();
    await expect(start(exact)).rejects.toThrow(`${LOCKER_USER}:colour`);

    expect(await reindex(exact)).toMatchObject({ code: 0, error: '' });
    const another = await start(exact);
    try {
      await another.listen(0, '127.0.0.1');
      const { port } = another.getHttpServer().address() as { port: number };
      const base = `http://127.0.0.1:${port}/standard/scim/v2`;
      const there = application.scim(await company.token('strict'), base);
      const found = async (colour: string): Promise<unknown> =>
        (await there.get(`/Users?filter=${encodeURIComponent(`${LOCKER_USER}:colour eq "${colour}"`)}`)).body
          .totalResults;
      expect([await found('Teal'), await found('teal')]).toEqual([1, 0]);
      // The process with the documents of before writes no more.
      expect((await client.delete(`/Users/${id}`)).status).toBe(503);
      expect((await there.delete(`/Users/${id}`)).status).toBe(204);
    } finally {
      await closeApplication(another);
    }
  });
});
