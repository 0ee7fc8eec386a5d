import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';

/** Requests and answers as they are printed; ids, hosts and names that have to be there are bound. */
const MOUNT = '/iam/directory/oud/scim/v1';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const OUD_GROUP = 'urn:ietf:params:scim:schemas:extension:oracle:2.0:OUD:Group';
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const CREATE_GROUP = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group","urn:ietf:params:scim:schemas:extension:oracle:2.0:OUD:Group"],
 "urn:ietf:params:scim:schemas:core:2.0:Group":{"displayName":"Eng","members":[]},
 "urn:ietf:params:scim:schemas:extension:oracle:2.0:OUD:Group":{"businessCategory":[],"description":[],"o":[],"objectClass":[],"ou":[],"owner":[]}}`;

const CREATE_USER = `{
  "schemas": [
    "urn:ietf:params:scim:schemas:core:2.0:User",
    "urn:ietf:params:scim:schemas:extension:oracle:2.0:OUD:User",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
  ],
  "name": [
    {
      "formatted": "First name Last name",
      "givenName": " First name ",
      "familyName": " Last name "
    }
  ],
   "password": [
    {
      "value": "password"
    }
  ],
"urn:ietf:params:scim:schemas:extension:oracle:2.0:OUD:User": {
    "employeenumber": "727",
    "objectClass": [
      {
        "value": "top"
      }
    ],
    "mobile": [
      {
        "value": "+1 503 555 0163"
      }
    ],
    "departmentnumber": [
      {
        "value": "1"
      }
    ]
  },
  "emails": [
    {
      "value": "First name@example.com"
    }
  ],
  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
    "department": [
      {
        "value": "1"
      }
    ],
    "employeeNumber": [
      {
        "value": "727"
      }
    ]
  },
  "userName": [
    {
      "value": "First name"
    }
  ]
}`;

const MODIFY_USER = `{
"schemas":
  [
    "urn:ietf:params:scim:api:messages:2.0:PatchOp"
  ],
  "Operations":
  [
    {
      "op": "replace",
      "path": "urn:ietf:params:scim:schemas:core:2.0:User:password",
      "value": [ "password" ]
    }
  ]
}`;

let application: TestApplication;
let anonymous: ScimClient;
let authorization: string;

beforeAll(async () => {
  application = await startTestApplication();
  const token = await (await application.company()).token();
  anonymous = application.scim(undefined, application.origin + MOUNT);
  authorization = `Basic ${Buffer.from(`cn=Directory Manager:${token}`).toString('base64')}`;
});
afterAll(() => application.close());

const send = (method: string, path: string, body?: string): Promise<ScimAnswer> =>
  anonymous.send({
    method,
    path,
    headers: { Authorization: authorization, 'Content-Type': 'application/scim+json' },
    ...(body === undefined ? {} : { body }),
  });

it('Create a Group: 201 GroupSuccessResponse, then 409 ErrorResponse', async () => {
  const answer = await send('POST', '/Groups', CREATE_GROUP);
  expect([answer.status, answer.body]).toEqual([
    201,
    {
      schemas: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
      totalResults: 1,
      Resources: [
        {
          schemas: GROUP,
          id: expect.any(String),
          meta: { location: answer.headers.location, resourceType: 'Group' },
          [GROUP]: { displayName: 'Eng', members: [] },
        },
      ],
    },
  ]);
  const again = await send('POST', '/Groups', CREATE_GROUP);
  expect([again.status, again.body]).toEqual([
    409,
    {
      detail: expect.any(String),
      schemas: 'urn:ietf:params:scim:api:messages:2.0:Error',
      status: 409,
    },
  ]);
});

it('the documented form with members and all six attributes of the extension', async () => {
  const user = await send('POST', '/Users', JSON.stringify({ schemas: [USER], userName: 'member' }));
  const [{ id }] = user.body.Resources as [{ id: string }];
  const body = CREATE_GROUP.replace('"Eng"', '"Sales"')
    .replace('"members":[]', `"members":[{"value":"${id}"}]`)
    .replaceAll(/"(\w+)":\[\](?=[,}])/g, '"$1":["some $1"]');
  const [entry] = (await send('POST', '/Groups', body)).body.Resources as [Record<string, object>];
  expect(entry[GROUP]).toEqual({ displayName: 'Sales', members: [{ value: id, display: 'member' }] });
  expect(entry[OUD_GROUP]).toEqual({
    businessCategory: ['some businessCategory'],
    description: ['some description'],
    o: ['some o'],
    objectClass: ['some objectClass'],
    ou: ['some ou'],
    owner: ['some owner'],
  });
});

it('Create Entry and Modify Entry: the samples of a user, flat and every value in an array', async () => {
  const created = await send('POST', '/Users', CREATE_USER);
  expect(created.status).toBe(201);
  const [entry] = created.body.Resources as [{ id: string }];
  expect(entry).toEqual({
    schemas: USER,
    id: expect.any(String),
    meta: { location: created.headers.location, resourceType: 'User' },
    [USER]: {
      userName: [{ value: 'First name' }],
      name: [{ formatted: 'First name Last name', givenName: ' First name ', familyName: ' Last name ' }],
      active: [{ value: true }],
      emails: [{ value: 'First name@example.com' }],
    },
    [ENTERPRISE]: { department: [{ value: '1' }], employeeNumber: [{ value: '727' }] },
  });
  const modified = await send('PATCH', `/Users/${entry.id}`, MODIFY_USER);
  expect([modified.status, modified.body]).toEqual([200, created.body]);
  expect(created.text + modified.text).not.toContain('"password"');
});
