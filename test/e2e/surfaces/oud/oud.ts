import { type TestApplication } from '../../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../../support/scim-client.js';
import { type Dialect } from '../../../../src/protocol/dialect/dialect.js';

export const MOUNT = '/iam/directory/oud/scim/v1';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const OUD_GROUP = 'urn:ietf:params:scim:schemas:extension:oracle:2.0:OUD:Group';
export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const OUD_USER = 'urn:ietf:params:scim:schemas:extension:oracle:2.0:OUD:User';
export const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
export const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** An id that no entry has. */
export const NOBODY = '7fffffffffffffff';

export const SCIM_TYPE = 'application/scim+json; charset=utf-8';

type Part = Readonly<Record<string, unknown>>;

export interface OudTestCompany {
  readonly slug: string;
  readonly token: string;
  readonly client: ScimClient;
  /** The same company on the standard surface. */
  readonly standard: ScimClient;
}

export async function openDirectory(
  application: TestApplication,
  dialect: Dialect = 'lenient',
): Promise<OudTestCompany> {
  const company = await application.company();
  const token = await company.token(dialect);
  return {
    slug: company.slug,
    token,
    client: application.scim(token, application.origin + MOUNT),
    standard: application.scim(token),
  };
}

let named = 0;
export const unique = (prefix: string): string => `${prefix}-${++named}`;

/** The documented form of a group, with a name of its own unless `core` has one. */
export const groupBody = (core: Part = {}, extension?: Part): Record<string, unknown> => ({
  schemas: [GROUP, ...(extension ? [OUD_GROUP] : [])],
  [GROUP]: { displayName: unique('Group'), members: [], ...core },
  ...(extension && { [OUD_GROUP]: extension }),
});

/** The documented form of a user. */
export const userBody = (core: Part = {}, enterprise?: Part): Record<string, unknown> => ({
  schemas: [USER, ...(enterprise ? [ENTERPRISE] : [])],
  [USER]: { userName: [{ value: unique('user') }], ...core },
  ...(enterprise && { [ENTERPRISE]: enterprise }),
});

/** The entry of an answer that holds one. */
export function entryOf(answer: ScimAnswer, status: number): ScimAnswer['body'] {
  expect([answer.status, answer.text]).toEqual([status, expect.any(String)]);
  expect(answer.headers['content-type']).toBe(SCIM_TYPE);
  expect(Object.keys(answer.body).sort()).toEqual(['Resources', 'schemas', 'totalResults']);
  expect(answer.body).toMatchObject({ schemas: LIST, totalResults: 1, Resources: [{}] });
  return answer.body.Resources[0];
}

export const createGroup = async (
  client: ScimClient,
  core: Part = {},
  extension?: Part,
): Promise<ScimAnswer['body']> => entryOf(await client.post('/Groups', groupBody(core, extension)), 201);

export const createUser = async (client: ScimClient, core: Part = {}): Promise<ScimAnswer['body']> =>
  entryOf(await client.post('/Users', userBody(core)), 201);

export const readGroup = async (client: ScimClient, id: string): Promise<ScimAnswer['body']> =>
  entryOf(await client.get(`/Groups/${id}`), 200);

export const memberIds = (entry: ScimAnswer['body']): string[] =>
  (entry[GROUP].members as { value: string }[]).map(({ value }) => value).sort();

/** The error format: `detail`, `schemas` as a string, `status` as an integer and nothing else. */
export function expectRefusal(answer: ScimAnswer, status: number, detail: RegExp = /\S/): void {
  expect([answer.status, answer.body?.detail]).toEqual([status, expect.stringMatching(detail)]);
  expect(answer.headers['content-type']).toBe(SCIM_TYPE);
  expect(answer.body).toEqual({ detail: expect.stringMatching(detail), schemas: ERROR, status });
}
