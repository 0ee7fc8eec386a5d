import { type TestApplication } from '../../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../../support/scim-client.js';

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
export const MOUNT = '/provisioning/generic/v2';

/** Ids of the right form that nobody has. */
export const NO_USER = 'a-0000000000000001';
export const NO_GROUP = 'r-0000000000000001';

/** The texts that the document prints, or that its server answers. */
export const TEXT = {
  blankNewName: 'could not create role: cannot create role: invalid operation: name cannot be empty',
  blankName: 'could not update role name: cannot update role: invalid operation: name cannot be empty',
  blankEmail: 'could not create user: cannot create user: invalid operation: email cannot be blank',
  uniqueness: 'One or more of the attribute values are already in use or are reserved.',
  invalidSyntax: 'The request body message structure was invalid or did not conform to the request schema.',
  invalidValue:
    'A required value was missing, or the value specified was not compatible with the operation or attribute type, or resource schema.',
  invalidFilter:
    'The specified filter syntax was invalid, or the specified attribute and filter comparison combination is not supported.',
  invalidPath: 'The "path" attribute was invalid or malformed.',
  noEndpoint: 'Specified endpoint does not exist.',
};

/** One company seen from this surface and from the standard one. */
export interface Sides {
  readonly client: ScimClient;
  readonly standard: ScimClient;
}

export async function openCompany(application: TestApplication): Promise<Sides> {
  const token = await (await application.company()).token();
  return { client: application.scim(token, application.origin + MOUNT), standard: application.scim(token) };
}

let named = 0;
export const unique = (prefix: string): string => `${prefix}-${++named}`;

type Part = Readonly<Record<string, unknown>>;

export const groupBody = (part: Part = {}): Record<string, unknown> => ({
  schemas: [GROUP],
  displayName: unique('Role'),
  members: [],
  ...part,
});

export const userBody = (part: Part = {}): Record<string, unknown> => ({
  schemas: [USER],
  userName: `${unique('user')}@example.test`,
  name: { givenName: 'Ada', familyName: 'Byron' },
  active: true,
  ...part,
});

async function created(client: ScimClient, path: string, body: unknown): Promise<ScimAnswer['body']> {
  const answer = await client.post(path, body);
  if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}

export const createGroup = (client: ScimClient, part?: Part): Promise<ScimAnswer['body']> =>
  created(client, '/Groups', groupBody(part));

export const createUser = (client: ScimClient, part?: Part): Promise<ScimAnswer['body']> =>
  created(client, '/Users', userBody(part));

export async function memberIds(client: ScimClient, id: string): Promise<string[]> {
  const { body } = await client.get(`/Groups/${id}`);
  return (body.members as { value: string }[]).map(({ value }) => value).sort();
}

/** The whole refusal: status as text, the exact detail, a scimType or none. */
export function expectRefusal(answer: ScimAnswer, status: number, detail: string, scimType?: string): void {
  expect({ status: answer.status, body: answer.body }).toEqual({
    status,
    body: {
      schemas: [ERROR],
      ...(scimType !== undefined && { scimType }),
      detail,
      status: String(status),
    },
  });
  expect(answer.headers['content-type']).toMatch(/^application\/scim\+json/);
}
