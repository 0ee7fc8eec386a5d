import {
  startTestApplication,
  type TestApplication,
  type TestCompany,
} from '../../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../../support/scim-client.js';
import {
  createGroup,
  createUser,
  groupOf,
  memberIds,
  NOBODY,
  PATCH_OP,
  unique,
} from '../../standard/messages.js';
import { paradigmClient, expectError, FORM, multipart, MULTIPART, urlEncoded } from './paradigm-client.js';

let application: TestApplication;
let company: TestCompany;
let client: ScimClient;
let strict: ScimClient;

beforeAll(async () => {
  application = await startTestApplication();
  company = await application.company();
  client = await paradigmClient(application, company);
  strict = await paradigmClient(application, company, 'strict');
});
afterAll(() => application.close());

const message = (...Operations: unknown[]): object => ({ schemas: [PATCH_OP], Operations });
const rename = (value: string): object => ({ op: 'replace', path: 'displayName', value });
const userIds = async (many: number): Promise<string[]> =>
  (await Promise.all(Array.from({ length: many }, () => createUser(client))))
    .map(({ id }) => id as string)
    .sort();

describe('PATCH answers 200 with the whole group', () => {
  it('where something changed and where nothing did', async () => {
    const group = await groupOf(client, ...(await userIds(1)));
    const name = unique();
    const changed = await client.patch(`/Groups/${group.id}`, [rename(name)]);
    expect(changed.status).toBe(200);
    expect(changed.headers['content-type']).toBe('application/scim+json; charset=utf-8');
    expect(changed.body).toEqual({
      ...group,
      displayName: name,
      meta: { ...group.meta, version: 'W/"2"', lastModified: changed.body.meta.lastModified },
    });
    const unchanged = await client.patch(`/Groups/${group.id}`, [rename(name)]);
    expect([unchanged.status, unchanged.body]).toEqual([200, changed.body]);
  });

  it('sets, changes and clears externalId', async () => {
    const group = await createGroup(client);
    for (const [operation, expected] of [
      [{ op: 'add', path: 'externalId', value: 'e1' }, 'e1'],
      [{ op: 'replace', value: { externalId: 'e2' } }, 'e2'],
      [{ op: 'remove', path: 'externalId' }, ''],
    ])
      expect((await client.patch(`/Groups/${group.id}`, [operation])).body.externalId).toBe(expected);
  });

  it('honours If-Match', async () => {
    const group = await createGroup(client);
    const answer = await client.patch(`/Groups/${group.id}`, [rename(unique())], { 'If-Match': 'W/"9"' });
    expectError(answer, 412, /\S/);
  });

  it('is done whole or not at all', async () => {
    const group = await createGroup(client);
    const answer = await client.patch(`/Groups/${group.id}`, [
      rename(unique()),
      { op: 'add', path: 'members', value: [{ value: NOBODY }] },
    ]);
    expectError(answer, 400, 'Can not add a non-existent user to group', 'invalidValue');
    expect((await client.get(`/Groups/${group.id}`)).body).toEqual(group);
  });
});

describe('PATCH /Groups without an id in its path', () => {
  it('changes the group that the body names', async () => {
    const group = await createGroup(client);
    const name = unique();
    const answer = await client.patch('/Groups', { ...message(rename(name)), id: group.id });
    expect([answer.status, answer.body.id, answer.body.displayName]).toEqual([200, group.id, name]);
  });

  it.each([[{}], [{ id: '' }], [{ id: null }], [{ id: 7 }]])('says what it lacks: %j', async (part) => {
    const answer = await client.patch('/Groups', { ...message(rename('x')), ...part });
    expectError(answer, 400, /^id: .*body needs one.*\/Groups\/\{id\}$/, 'invalidValue');
  });

  it('of an unknown id is 404, also where its operations are wrong', async () => {
    for (const Operations of [[rename('x')], [], [{ op: 'move' }], 'x'])
      expectError(await client.patch('/Groups', { id: '123', Operations }), 404, 'Resource 123 not found');
  });

  it('reads the id from a form too', async () => {
    const group = await createGroup(client);
    for (const [write, type] of [
      [urlEncoded, FORM],
      [multipart, MULTIPART],
    ] as const) {
      const name = unique();
      const body = write(['id', group.id], ['Operations', JSON.stringify(rename(name))]);
      expect((await client.patch('/Groups', body, type)).body).toMatchObject({
        id: group.id,
        displayName: name,
      });
      expectError(
        await client.patch('/Groups', write(['Operations', '[]']), type),
        400,
        /^id: /,
        'invalidValue',
      );
    }
    const twice = urlEncoded(['id', group.id], ['id', group.id], ['Operations', JSON.stringify(rename('x'))]);
    expectError(await client.patch('/Groups', twice, FORM), 400, /^id: .*more than once/, 'invalidValue');
  });

  it('an id in the body beside one in the path is ignored', async () => {
    const [group, other] = [await createGroup(client), await createGroup(client)];
    const name = unique();
    for (const tokens of [client, strict]) {
      const answer = await tokens.patch(`/Groups/${group.id}`, { ...message(rename(name)), id: other.id });
      expect([answer.status, answer.body.id, answer.body.displayName]).toEqual([200, group.id, name]);
    }
    expect((await client.get(`/Groups/${other.id}`)).body).toEqual(other);
  });
});

describe('members', () => {
  const add = (value: unknown): object => ({ op: 'add', path: 'members', value });
  const forms: [string, (ids: string[]) => unknown][] = [
    ['an array of objects', (ids) => ids.map((value) => ({ value }))],
    ['the JSON text of such an array', (ids) => JSON.stringify(ids.map((value) => ({ value })))],
    ['the JSON text of an array of ids', (ids) => ` ${JSON.stringify(ids)}`],
  ];

  it.each(forms)('are added and removed as %s, in both dialects', async (_, write) => {
    const ids = await userIds(2);
    for (const tokens of [client, strict]) {
      const group = await createGroup(client);
      const added = await tokens.patch(`/Groups/${group.id}`, message(add(write(ids))));
      expect([added.status, added.body.members?.length]).toEqual([200, 2]);
      const removed = await tokens.patch(
        `/Groups/${group.id}`,
        message({ ...add(write(ids)), op: 'remove' }),
      );
      expect([removed.status, removed.body.members]).toEqual([200, []]);
    }
  });

  it('one id, or the JSON text of one object, stands for one member, in both dialects', async () => {
    const [one = '', two = '', three = ''] = await userIds(3);
    for (const tokens of [client, strict]) {
      const group = await groupOf(client, three);
      const path = 'urn:ietf:params:scim:schemas:core:2.0:Group:members';
      await tokens.patch(
        `/Groups/${group.id}`,
        message(add(one), { op: 'Add', path, value: `{"value":"${two}"}` }),
      );
      expect(await memberIds(client, group.id)).toEqual([one, two, three]);
      await tokens.patch(`/Groups/${group.id}`, message({ op: 'remove', path: 'members', value: two }));
      expect(await memberIds(client, group.id)).toEqual([one, three]);
      await tokens.patch(`/Groups/${group.id}`, message({ op: 'replace', path: 'members', value: two }));
      expect(await memberIds(client, group.id)).toEqual([two]);
      await tokens.patch(
        `/Groups/${group.id}`,
        message({ op: 'replace', value: JSON.stringify({ members: one }) }),
      );
      expect(await memberIds(client, group.id)).toEqual([one]);
    }
  });

  it('an empty text is nobody: removing it removes nobody', async () => {
    const [one = ''] = await userIds(1);
    for (const tokens of [client, strict]) {
      const group = await groupOf(client, one);
      for (const op of ['add', 'remove'])
        expect(
          (await tokens.patch(`/Groups/${group.id}`, message({ op, path: 'members', value: '' }))).status,
        ).toBe(200);
      expect(await memberIds(client, group.id)).toEqual([one]);
    }
  });

  it('leave by the path that Entra sends, a value beside it or not', async () => {
    const [one = '', two = '', three = ''] = await userIds(3);
    for (const tokens of [client, strict]) {
      const group = await groupOf(client, one, two, three);
      const remove = (id: string): object => ({ op: 'remove', path: `members[value eq "${id}"]` });
      await tokens.patch(`/Groups/${group.id}`, message({ ...remove(one), value: '' }, remove(two)));
      expect(await memberIds(client, group.id)).toEqual([three]);
    }
  });

  it('that are unknown can not be added, and can be removed', async () => {
    const [one = ''] = await userIds(1);
    const group = await groupOf(client, one);
    for (const value of [NOBODY, '7', [{ value: 'x' }], `[{"value":"${NOBODY}"}]`]) {
      for (const op of ['add', 'replace']) {
        const answer = await client.patch(`/Groups/${group.id}`, [{ op, path: 'members', value }]);
        expectError(answer, 400, 'Can not add a non-existent user to group', 'invalidValue');
      }
      expect(
        (await client.patch(`/Groups/${group.id}`, [{ op: 'remove', path: 'members', value }])).status,
      ).toBe(200);
    }
    expect(await memberIds(client, group.id)).toEqual([one]);
  });

  it('that are unknown are refused also where the company ignores them elsewhere', async () => {
    const own = await application.company();
    await application.administration.setCompany(own.slug, { unknownMembers: 'ignore' });
    const answer = await (
      await paradigmClient(application, own)
    ).post('/Groups', {
      displayName: unique(),
      members: [{ value: NOBODY }],
    });
    expectError(answer, 400, 'Can not add a non-existent user to group', 'invalidValue');
  });

  it('text that is no JSON is refused with its place', async () => {
    const group = await createGroup(client);
    for (const value of ['[{"value":', '{x}'])
      expectError(
        await client.patch(`/Groups/${group.id}`, [rename('x'), add(value)]),
        400,
        /^Operations\[1\]\.value is not valid JSON/,
        'invalidSyntax',
      );
    const deep = '['.repeat(40) + ']'.repeat(40);
    expectError(
      await client.patch(`/Groups/${group.id}`, [add(deep)]),
      400,
      /^Operations\[0\]\.value/,
      'invalidSyntax',
    );
  });
});

describe('forms', () => {
  const written = [
    ['URL-encoded', urlEncoded, FORM],
    ['multipart', multipart, MULTIPART],
  ] as const;

  describe.each(written)('%s', (_, write, type) => {
    const send = (id: string, ...fields: [string, string][]): Promise<ScimAnswer> =>
      client.patch(`/Groups/${id}`, write(...fields), type);

    it('one field Operations with an array', async () => {
      const [one = '', two = ''] = await userIds(2);
      const group = await groupOf(client, two);
      const name = unique('Ünï & co');
      const operations = [
        rename(name),
        { op: 'add', path: 'members', value: one },
        { op: 'remove', path: 'members', value: two },
      ];
      const answer = await send(group.id, ['schemas', PATCH_OP], ['Operations', JSON.stringify(operations)]);
      expect([answer.status, answer.body.displayName]).toEqual([200, name]);
      expect(answer.body.members).toMatchObject([{ value: one }]);
    });

    it('one field for each operation, or objects with commas between them', async () => {
      const [one = ''] = await userIds(1);
      const group = await createGroup(client);
      const name = unique();
      const operations = [rename(name), { op: 'add', path: 'members', value: `[{"value":"${one}"}]` }].map(
        (part) => JSON.stringify(part),
      );
      for (const fields of [operations, [operations.join(',')]]) {
        const answer = await send(group.id, ...fields.map((text): [string, string] => ['Operations', text]));
        expect([answer.status, answer.body.displayName, answer.body.members?.length]).toEqual([200, name, 1]);
      }
    });

    it('refuses what is wrong with it', async () => {
      const { id } = await createGroup(client);
      expectError(
        await send(id, ['schemas', PATCH_OP]),
        400,
        'PATCH call made without operations array',
        'invalidSyntax',
      );
      expectError(
        await send(id, ['Operations', '']),
        400,
        'PATCH call made without operations array',
        'invalidSyntax',
      );
      expectError(
        await send(id, ['Operations', '[{']),
        400,
        /^The form's field Operations is not valid JSON/,
        'invalidSyntax',
      );
      expectError(await send(id, ['Operations', '"x"']), 400, /^Operations\[0\]: /, 'invalidSyntax');
      expectError(await send('123', ['Operations', '[{']), 404, 'Resource 123 not found');
    });
  });

  it('that are JSON by another name are read as JSON', async () => {
    const { id } = await createGroup(client);
    const name = unique();
    for (const type of [FORM, MULTIPART]) {
      const answer = await client.patch(`/Groups/${id}`, JSON.stringify(message(rename(name))), type);
      expect([answer.status, answer.body.displayName]).toEqual([200, name]);
    }
  });

  it('that a browser sends, with a type for the part and so with a file name, are read', async () => {
    const created = new FormData();
    const [displayName, newName, lastName] = [unique(), unique(), unique()];
    created.append('displayName', displayName);
    created.append('members', new Blob(['[]'], { type: 'application/json' }), 'members.json');
    const headers = { Authorization: `Bearer ${client.token}` };
    const answer = await fetch(`${client.base}/Groups`, { method: 'POST', headers, body: created });
    const group = (await answer.json()) as { id: string };
    expect([answer.status, group]).toMatchObject([201, { displayName, members: [] }]);

    const changed = new FormData();
    changed.append('Operations', new Blob([JSON.stringify([rename(newName)])], { type: 'application/json' }));
    const path = `${client.base}/Groups/${group.id}`;
    const patched = await fetch(path, { method: 'PATCH', headers, body: changed });
    expect([patched.status, await patched.json()]).toMatchObject([200, { displayName: newName }]);

    changed.append('id', new File([group.id], 'id.txt'));
    changed.set('Operations', new Blob([JSON.stringify(rename(lastName))], { type: 'application/json' }));
    const byBody = await fetch(`${client.base}/Groups`, { method: 'PATCH', headers, body: changed });
    expect([byBody.status, await byBody.json()]).toMatchObject([200, { displayName: lastName }]);
  });

  it('with a file that is no JSON, or too many fields, are refused', async () => {
    const { id } = await createGroup(client);
    const file =
      '--limit\r\nContent-Disposition: form-data; name="Operations"; filename="o.txt"\r\n\r\nx\r\n--limit--\r\n';
    expectError(
      await client.patch(`/Groups/${id}`, file, MULTIPART),
      400,
      /Operations is not valid JSON/,
      'invalidSyntax',
    );
    expectError(await client.patch(`/Groups/${id}`, 'a&'.repeat(1100), FORM), 413, /more than 1020 fields/);
    expectError(
      await client.patch(
        `/Groups/${id}`,
        multipart(...Array.from({ length: 1100 }, (): [string, string] => ['a', ''])),
        MULTIPART,
      ),
      413,
      /fields/,
    );
    expectError(
      await client.patch(`/Groups/${id}`, '--limit\r\n', MULTIPART),
      400,
      /not whole/,
      'invalidSyntax',
    );
    expectError(
      await client.patch(`/Groups/${id}`, 'Operations=%ff', FORM),
      400,
      /percent-encoded UTF-8/,
      'invalidSyntax',
    );
    expectError(
      await client.patch(
        `/Groups/${id}`,
        'Operations=[{"op":"add","path":"members","value":"%5Cu0000"}]',
        FORM,
      ),
      400,
      /U\+0000/,
      'invalidValue',
    );
  });
});
