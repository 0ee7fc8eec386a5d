import { type AxiosResponse } from 'axios';
import { OpenAPIClientAxios, type Document, type OpenAPIClient } from 'openapi-client-axios';
import { startTestApplication, type TestApplication, type TestCompany } from '../support/application.js';

// openapi-client-axios makes a client of a document at run time: what an operation is called, where its path is and
// which of its parameters go where is known from the served document alone, as it is to generated clients.

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what is found in a body is what is tested
type Body = any;

/** How a surface calls things that all surfaces have, and writes them. */
interface Dialogue {
  /** operationIds */
  readonly users: { readonly create: string; readonly list: string; readonly delete: string };
  readonly groups: {
    readonly create: string;
    readonly list: string;
    readonly read: string;
    readonly patch: string;
    readonly delete: string;
  };
  /** Names of the path's parameter for an id. */
  readonly ids: { readonly user: string; readonly group: string };
  readonly resource: (urn: string, attributes: object) => object;
  /** The one resource of an answer. */
  readonly shown: (body: Body, urn: string) => Body;
  readonly listed: (resource: Body, urn: string) => Body;
  readonly removal: (id: string) => object;
}

const flat: Pick<Dialogue, 'ids' | 'resource' | 'shown' | 'listed' | 'removal'> = {
  ids: { user: 'id', group: 'id' },
  resource: (urn, attributes) => ({ schemas: [urn], ...attributes }),
  shown: (body) => body,
  listed: (resource) => resource,
  removal: (id) => ({ op: 'remove', path: `members[value eq "${id}"]` }),
};
const entry = (resource: Body, urn: string): Body => ({ ...resource[urn], id: resource.id });

const SURFACES: Readonly<Record<string, Dialogue>> = {
  standard: {
    ...flat,
    users: { create: 'createUser', list: 'listUsers', delete: 'deleteUser' },
    groups: {
      create: 'createGroup',
      list: 'listGroups',
      read: 'getGroup',
      patch: 'patchGroup',
      delete: 'deleteGroup',
    },
  },
  paradigm: {
    ...flat,
    users: { create: 'scim_v2_Users_create', list: 'scim_v2_Users_list', delete: 'scim_v2_Users_destroy' },
    groups: {
      create: 'scim_v2_Groups_create',
      list: 'scim_v2_Groups_list',
      read: 'scim_v2_Groups_retrieve',
      patch: 'scim_v2_Groups_partial_update_by_id',
      delete: 'scim_v2_Groups_destroy',
    },
  },
  scaikey: {
    ...flat,
    ids: { user: 'user_id', group: 'group_id' },
    users: { create: 'create_user', list: 'list_users', delete: 'delete_user' },
    groups: {
      create: 'create_group',
      list: 'list_groups',
      read: 'get_group',
      patch: 'patch_group',
      delete: 'delete_group',
    },
  },
  oud: {
    ...flat,
    ids: { user: 'entryUUID', group: 'entryUUID' },
    users: { create: 'createUser', list: 'findAllUsers', delete: 'deleteUser' },
    groups: {
      create: 'createGroup',
      list: 'findAllGroups',
      read: 'findGroup',
      patch: 'modifyGroup',
      delete: 'deleteGroup',
    },
    resource: (urn, attributes) => ({ schemas: [urn], [urn]: attributes }),
    shown: (body, urn) => entry(body.Resources[0], urn),
    listed: entry,
    removal: (value) => ({ op: 'delete', path: 'members', value: [{ value }] }),
  },
  strongdm: {
    ...flat,
    users: { create: 'createUser', list: 'listUsers', delete: 'deleteUser' },
    groups: {
      create: 'createGroup',
      list: 'listGroups',
      read: 'getGroup',
      patch: 'patchGroup',
      delete: 'deleteGroup',
    },
  },
};

/** Its resolver takes every `$ref` for a reference, and members in examples have one as SCIM has it. */
function withoutExamples(document: string): Document {
  return JSON.parse(document, (name, value: unknown) =>
    name === 'examples' ? undefined : value,
  ) as Document;
}

let application: TestApplication;
let company: TestCompany;

beforeAll(async () => {
  application = await startTestApplication();
  company = await application.company();
});
afterAll(() => application.close());

describe.each(Object.entries(SURFACES))('a client made of the document of %s', (name, dialogue) => {
  const { users, groups, ids, resource, shown, listed, removal } = dialogue;
  let client: OpenAPIClient;

  beforeAll(async () => {
    const served = await fetch(`${application.origin}/openapi/${name}.json`);
    client = await new OpenAPIClientAxios({
      definition: withoutExamples(await served.text()),
      axiosConfigDefaults: { headers: { Authorization: `Bearer ${await company.token()}` } },
    }).init();
  });

  const call = (operation: string, parameters: object, body?: object): Promise<AxiosResponse<Body>> => {
    const method = client[operation];
    if (!method) throw new Error(`the document of ${name} has no operation ${operation}`);
    const path = name === 'scaikey' ? { tenant_id: company.slug } : {};
    return method({ ...path, ...parameters }, body) as Promise<AxiosResponse<Body>>;
  };
  const change = (id: string, ...Operations: object[]): Promise<AxiosResponse<Body>> =>
    call(groups.patch, { [ids.group]: id }, { schemas: [PATCH_OP], Operations });
  const memberIds = async (id: string): Promise<string[]> => {
    const { data } = await call(groups.read, { [ids.group]: id });
    return shown(data, GROUP).members.map(({ value }: { value: string }) => value);
  };

  it('makes users and a group, changes its members, finds, pages and deletes', async () => {
    const made: string[] = [];
    for (const one of ['ada', 'bob', 'cid']) {
      const body = resource(USER, { userName: `${one}@${name}.example.com` });
      const { status, data } = await call(users.create, {}, body);
      expect(status).toBe(201);
      made.push(shown(data, USER).id);
    }
    const [ada = '', bob = ''] = made;
    const displayName = `Guides of ${name}`;
    const created = await call(groups.create, {}, resource(GROUP, { displayName, members: [] }));
    const { id } = shown(created.data, GROUP);
    expect([created.status, shown(created.data, GROUP).displayName]).toEqual([201, displayName]);

    const value = [ada, bob].map((member) => ({ value: member }));
    expect((await change(id, { op: 'add', path: 'members', value })).status).toBeLessThan(300);
    expect(await memberIds(id)).toEqual([ada, bob]);
    expect((await change(id, removal(ada))).status).toBeLessThan(300);
    expect(await memberIds(id)).toEqual([bob]);

    const { data: found } = await call(groups.list, { filter: `displayName eq "${displayName}"` });
    expect(found.Resources.map((group: Body) => listed(group, GROUP).id)).toEqual([id]);

    const paged: string[] = [];
    for (let startIndex = 1, total = 1; startIndex <= total; startIndex += 2) {
      const { data: page } = await call(users.list, { startIndex, count: 2 });
      total = page.totalResults;
      paged.push(...page.Resources.map((user: Body) => listed(user, USER).id as string));
    }
    expect(new Set(paged).size).toBe(paged.length);
    expect(paged).toEqual(expect.arrayContaining(made));

    expect((await call(groups.delete, { [ids.group]: id })).status).toBe(204);
    const gone = await call(groups.read, { [ids.group]: id }).catch((error: unknown) => error);
    expect(gone).toMatchObject({ isAxiosError: true, response: { status: 404 } });
    for (const user of made) expect((await call(users.delete, { [ids.user]: user })).status).toBe(204);
  });
});
