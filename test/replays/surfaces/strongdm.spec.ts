import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';

/*
 * Requests and answers as the endpoint's pages print them. Ids are bound to those of the run; everything else is sent
 * byte for byte. An answer is compared as a client reads it: what is printed has to be there, as printed.
 */

let application: TestApplication;
let client: ScimClient;

beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());
beforeEach(async () => {
  const token = await (await application.company()).token();
  client = application.scim(token, `${application.origin}/provisioning/generic/v2`);
});

/** Sends the text as it is, with ids in place of those that are printed. */
function send(
  method: string,
  path: string,
  text?: string,
  ids: Readonly<Record<string, string>> = {},
): Promise<ScimAnswer> {
  const bind = (printed: string): string =>
    Object.entries(ids).reduce((bound, [from, to]) => bound.replaceAll(from, to), printed);
  return client.send({
    method,
    path: bind(path),
    headers: { Authorization: `Bearer ${client.token}`, 'Content-Type': 'application/json' },
    ...(text !== undefined && { body: bind(text) }),
  });
}

/** The printed answer with the ids of the run. */
function printed(text: string, ids: Readonly<Record<string, string>> = {}): unknown {
  return JSON.parse(Object.entries(ids).reduce((bound, [from, to]) => bound.replaceAll(from, to), text));
}

const PRINTED_USER = 'a-66f584886171b51d';
const PRINTED_GROUP = 'r-027230536171b51d';

const CREATE_GROUP = `{
"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
"displayName": "RoleName",
"members": [
{
"value": "a-66f584886171b51d",
"display": "userEmail@example.test"
}
]
}`;

const CREATED_GROUP = `{
"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
"displayName": "RoleName",
"id": "r-027230536171b51d",
"members": [
{
"value": "a-66f584886171b51d",
"display": "userEmail@example.test"
}
],
"meta": { "resourceType": "Group", "location": "Groups/r-027230536171b51d" }
}`;

const NO_NAME = `{
"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
"detail": "could not create role: cannot create role: invalid operation: name cannot be empty",
"status": "400"
}`;

const TAKEN = `{
"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
"scimType": "uniqueness",
"detail": "One or more of the attribute values are already in use or are reserved.",
"status": "409"
}`;

const CREATE_USER =
  '{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],"userName": "myUser@example.test","name": {"givenName": "Firstname","familyName": "Lastname"},"active": true}';

const CREATED_USER =
  '{"active": true,"displayName": "Firstname Lastname","id": "a-1377f104617182e1","meta": { "resourceType": "User", "location": "Users/a-1377f104617182e1" },"name": {"familyName": "Lastname","formatted": "Firstname Lastname","givenName": "Firstname"},"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],"userName": "myUser@example.test","userType": "user"}';

async function createUser(): Promise<string> {
  return (await send('POST', '/Users', CREATE_USER)).body.id as string;
}

describe('Create Group', () => {
  it('the request, its answer, and the answer to the same name again', async () => {
    const ids = { [PRINTED_USER]: await createUser() };
    const answer = await send('POST', '/Groups', CREATE_GROUP, ids);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(printed(CREATED_GROUP, { ...ids, [PRINTED_GROUP]: answer.body.id }));
    const again = await send('POST', '/Groups', CREATE_GROUP, ids);
    expect([again.status, again.body]).toEqual([409, printed(TAKEN)]);
  });

  it('with the printed id, which names nobody here', async () => {
    const answer = await send('POST', '/Groups', CREATE_GROUP);
    expect([answer.status, answer.body.members]).toEqual([201, []]);
  });

  it.each([CREATE_GROUP.replace('"displayName": "RoleName",\n', ''), CREATE_GROUP.replace('RoleName', '')])(
    'without a name',
    async (text) => {
      const answer = await send('POST', '/Groups', text);
      expect([answer.status, answer.body]).toEqual([400, printed(NO_NAME)]);
    },
  );
});

describe('Replace Group', () => {
  const REPLACE = `{
"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
"displayName": "TestPutBasic",
"members": []
}`;
  const REPLACED = `{
"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
"displayName": "TestPutBasic",
"id": "r-00001",
"members": [],
"meta": { "resourceType": "Group", "location": "Groups/r-00001" }
}`;

  it('the request and its answers', async () => {
    const ids = { 'r-00001': (await send('POST', '/Groups', CREATE_GROUP)).body.id as string };
    const answer = await send('PUT', '/Groups/r-00001', REPLACE, ids);
    expect([answer.status, answer.body]).toEqual([200, printed(REPLACED, ids)]);

    const noName = await send('PUT', '/Groups/r-00001', REPLACE.replace('TestPutBasic', ''), ids);
    expect([noName.status, noName.body.detail]).toEqual([
      400,
      'could not update role name: cannot update role: invalid operation: name cannot be empty',
    ]);
    const malformed = REPLACE.replace('[]', '[{"value": "aa-123134"}]');
    expect((await send('PUT', '/Groups/r-00001', malformed, ids)).body).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      detail: 'cannot parse member id: aa-123134',
      status: '400',
    });
  });

  it('of an id that there is not', async () => {
    const answer = await send('PUT', '/Groups/r-1230954', REPLACE);
    expect([answer.status, answer.body]).toEqual([
      404,
      {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        detail: 'Resource r-1230954 not found.',
        status: '404',
      },
    ]);
  });
});

it('Update Group: the four forms', async () => {
  const created = (await send('POST', '/Groups', CREATE_GROUP)).body;
  const ids = { 'r-00001': created.id as string, 'a-0001': await createUser() };
  const update = (operation: string): Promise<ScimAnswer> =>
    send(
      'PATCH',
      '/Groups/r-00001',
      `{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [${operation}]}`,
      { ...ids, 'r-274512e66171c631': ids['r-00001'] },
    );
  const member = { value: ids['a-0001'], display: 'myUser@example.test' };

  const added = await update(
    '{"op": "add", "path": "members", "value": [{"value":"a-0001","display":"myUser@example.test"}]}',
  );
  expect([added.status, added.body.members]).toEqual([200, [member]]);
  const renamed = await update('{"op": "replace", "value": {"displayName": "newName"}}');
  expect([renamed.status, renamed.body]).toEqual([
    200,
    { ...created, displayName: 'newName', members: [member] },
  ]);
  expect(
    (await update('{"op": "replace", "value": {"id": "r-274512e66171c631", "displayName": "newName"}}'))
      .status,
  ).toBe(204);
  expect((await update('{"op": "remove", "path": "members[value eq \\"a-0001\\"]"}')).body.members).toEqual(
    [],
  );
  const replaced = await update(
    '{"op": "replace", "path": "members", "value": [{"value":"a-0001","display":"myUser@example.test"}]}',
  );
  expect(replaced.body.members).toEqual([member]);
});

describe('Users', () => {
  it('Create User, and its refusals', async () => {
    const answer = await send('POST', '/Users', CREATE_USER);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject(
      printed(CREATED_USER, { 'a-1377f104617182e1': answer.body.id }) as Record<string, unknown>,
    );
    const again = await send('POST', '/Users', CREATE_USER);
    expect([again.status, again.body]).toEqual([409, printed(TAKEN)]);
    const noEmail = await send(
      'POST',
      '/Users',
      CREATE_USER.replace('"userName": "myUser@example.test",', ''),
    );
    expect([noEmail.status, noEmail.body]).toEqual([
      400,
      {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        detail: 'could not create user: cannot create user: invalid operation: email cannot be blank',
        status: '400',
      },
    ]);
  });

  it('Replace User', async () => {
    const ids = { 'a-1377f104617182e1': await createUser() };
    const text =
      '{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],"userName": "myUser@example.test","name": {"givenName": "Firstname","familyName": "Lastname"},"id": "a-1377f104617182e1","meta": { "resourceType": "User", "location": "Users/a-1377f104617182e1" },"active": true}';
    const answer = await send('PUT', '/Users/a-1377f104617182e1', text, ids);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject(printed(CREATED_USER, ids) as Record<string, unknown>);
  });

  it('Update User', async () => {
    const ids = { 'a-7be349506171902f': await createUser() };
    const text = (active: boolean): string =>
      `{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations": [{"op": "replace","value": {"active": ${active}}}]}`;
    expect((await send('PATCH', '/Users/a-7be349506171902f', text(false), ids)).status).toBe(200);
    const answer = await send('PATCH', '/Users/a-7be349506171902f', text(true), ids);
    const expected =
      '{"active": true,"displayName": "Firstname Lastname","emails": [{ "primary": true, "value": "myUser@example.test" }],"groups": [],"id": "a-7be349506171902f","meta": { "resourceType": "User", "location": "Users/a-7be349506171902f" },"name": {"familyName": "Lastname","formatted": "Firstname Lastname","givenName": "Firstname"},"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],"userName": "myUser@example.test","userType": "user"}';
    expect([answer.status, answer.body]).toEqual([200, printed(expected, ids)]);
    expect((await send('PATCH', '/Users/a-7be349506171902f', text(true), ids)).status).toBe(204);
  });

  it('List Users', async () => {
    const id = await createUser();
    for (let more = 1; more <= 4; more += 1) {
      await send('POST', '/Users', CREATE_USER.replace('myUser', `other${more}`));
    }
    const page = await send('GET', '/Users?startIndex=0&count=1');
    const expected =
      '{"Resources": [{"active": true,"displayName": "Firstname Lastname","emails": [{ "primary": true, "value": "myUser@example.test" }],"groups": [],"id": "a-01ba754f6171667f","meta": {"resourceType": "User","location": "Users/a-01ba754f6171667f"},"name": {"familyName": "Lastname","formatted": "Firstname Lastname","givenName": "Firstname"},"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],"userName": "myUser@example.test","userType": "user"}],"itemsPerPage": 1,"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"startIndex": 1,"totalResults": 5}';
    expect([page.status, page.body]).toEqual([200, printed(expected, { 'a-01ba754f6171667f': id })]);
    const found = await send('GET', '/Users?filter=userName%20eq%20%22myUser@example.test%22');
    expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ id }] });
  });
});
