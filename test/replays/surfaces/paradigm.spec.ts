import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';

/*
 * Every request and answer that the documents of this surface print. Bytes are sent as printed; ids, host and times
 * are the running service's own.
 */

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** The example "RenameTheGroup" of the PATCH, in the layout of the page. */
const RENAME = `{
  "schemas": [
    "urn:ietf:params:scim:api:messages:2.0:PatchOp"
  ],
  "Operations": [
    {
      "op": "replace",
      "path": "displayName",
      "value": "1879db59-3bdf-4490-ad68-ab880a269474updatedDisplayName"
    }
  ]
}`;
const RENAMED = '1879db59-3bdf-4490-ad68-ab880a269474updatedDisplayName';

const UNAUTHORIZED = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
  detail: 'Unauthorized',
  status: 401,
};
const NOT_FOUND = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
  detail: 'Resource 123 not found',
  status: 404,
};

let application: TestApplication;
let client: ScimClient;

beforeAll(async () => {
  application = await startTestApplication();
  const company = await application.company();
  client = application.scim(await company.token(), `${application.origin}/scim/v2`);
});
afterAll(() => application.close());

const send = (
  method: string,
  path: string,
  body?: string,
  type = 'application/json',
  token = client.token,
): Promise<ScimAnswer> =>
  client.send({
    method,
    path,
    headers: {
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'Content-Type': type }),
    },
    ...(body === undefined ? {} : { body }),
  });

/** What a client generated from the document reads of a group: all required keys, of their documented types. */
function expectDocumentedGroup({ headers, body }: ScimAnswer): void {
  expect(headers['content-type']).toMatch(/^application\/scim\+json(;|$)/);
  expect(body).toMatchObject({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    id: expect.any(String),
    externalId: expect.any(String),
    meta: {
      resourceType: 'Group',
      created: expect.stringMatching(DATE),
      lastModified: expect.stringMatching(DATE),
    },
    displayName: expect.any(String),
    members: expect.any(Array),
  });
  for (const member of body.members)
    expect(member).toMatchObject({ value: expect.any(String), display: expect.any(String) });
}

function expectPrinted(answer: ScimAnswer, printed: { readonly status: number }): void {
  expect(answer.headers['content-type']).toMatch(/^application\/scim\+json(;|$)/);
  expect([answer.status, answer.body]).toEqual([printed.status, printed]);
}

/** The shape of the answers, with its values put in a request: an unset externalId is an empty text. */
async function makeGroup(): Promise<string> {
  const user = await send(
    'POST',
    '/Users',
    JSON.stringify({ userName: `al-${Math.random()}`, displayName: 'Al Ice' }),
  );
  const members = [{ value: user.body.id }];
  const group = await send(
    'POST',
    '/Groups',
    JSON.stringify({ displayName: `Eng-${Math.random()}`, members }),
  );
  expect(group.status).toBe(201);
  expectDocumentedGroup(group);
  expect(group.body).toMatchObject({ externalId: '', members: [{ value: user.body.id, display: 'Al Ice' }] });
  return group.body.id as string;
}

describe('Create a group', () => {
  it('201 with the documented group', async () => {
    await makeGroup();
  });

  it('401 Unauthorized, as printed', async () => {
    expectPrinted(await send('POST', '/Groups', '{"displayName":"Eng"}', undefined, 'wrong'), UNAUTHORIZED);
    expectPrinted(await client.send({ method: 'POST', path: '/Groups' }), UNAUTHORIZED);
  });
});

describe('Update a group', () => {
  it('"Rename the group", as printed, at the id of the group', async () => {
    const id = await makeGroup();
    const answer = await send('PATCH', `/Groups/${id}`, RENAME);
    expect([answer.status, answer.body.id, answer.body.displayName]).toEqual([200, id, RENAMED]);
    expectDocumentedGroup(answer);
    await send('DELETE', `/Groups/${id}`);
  });

  it('"Rename the group" at the printed path, with the id in front of what is printed', async () => {
    const id = await makeGroup();
    const answer = await send('PATCH', '/Groups', RENAME.replace('{', `{"id": "${id}",`));
    expect([answer.status, answer.body.id, answer.body.displayName]).toEqual([200, id, RENAMED]);
    expectDocumentedGroup(answer);
    await send('DELETE', `/Groups/${id}`);
  });

  it('"Rename the group" in the other documented media types', async () => {
    const [operation] = (JSON.parse(RENAME) as { Operations: object[] }).Operations;
    const text = JSON.stringify(operation);
    const parts = [
      `name="schemas"\r\n\r\nurn:ietf:params:scim:api:messages:2.0:PatchOp`,
      `name="Operations"\r\n\r\n${text}`,
    ];
    const forms = [
      ['application/x-www-form-urlencoded', `Operations=${encodeURIComponent(text)}`],
      [
        'multipart/form-data; boundary=b',
        parts.map((part) => `--b\r\nContent-Disposition: form-data; ${part}\r\n`).join('') + '--b--\r\n',
      ],
    ];
    for (const [type, body] of forms) {
      const id = await makeGroup();
      const answer = await send('PATCH', `/Groups/${id}`, body, type);
      expect([answer.status, answer.body.displayName]).toEqual([200, RENAMED]);
      await send('DELETE', `/Groups/${id}`);
    }
  });

  it('401 Unauthorized, as printed', async () => {
    for (const path of ['/Groups', '/Groups/123'])
      expectPrinted(await send('PATCH', path, RENAME, undefined, 'wrong'), UNAUTHORIZED);
  });

  it('404 "Group not found", as printed', async () => {
    expectPrinted(await send('PATCH', '/Groups/123', RENAME), NOT_FOUND);
    expectPrinted(await send('PATCH', '/Groups', RENAME.replace('{', '{"id": "123",')), NOT_FOUND);
  });
});

describe('the notes on the vendor’s other pages', () => {
  it('PUT is switched off', async () => {
    const answer = await send('PUT', '/Groups', '{}');
    expect([answer.status, answer.text, answer.headers.allow]).toEqual([405, '', 'GET, POST, PATCH, DELETE']);
  });

  it('the query that Entra is told to put at the end of the URL is no hindrance', async () => {
    const answer = await send('GET', '/Groups?aadOptscim062020&filter=displayName%20eq%20%22nobody%22');
    expect([answer.status, answer.body.totalResults]).toEqual([200, 0]);
  });

  it('a PATCH without an id is refused with a body that says so', async () => {
    const answer = await send('PATCH', '/Groups', RENAME);
    expect([answer.status, answer.body.status]).toEqual([400, 400]);
    expect(answer.body.detail).toMatch(/\bid\b/);
  });
});
