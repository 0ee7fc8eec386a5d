import { createApplication } from '../../../src/application.js';
import { SURFACES } from '../../../src/app.module.js';
import { readSettings } from '../../../src/config/read-settings.js';
import { withSecretKey } from '../../../src/persistence/settings/with-secret-key.js';
import { createLogger } from '../../../src/logging/logger.js';
import {
  closeApplication,
  startTestApplication,
  type TestApplication,
  type TestCompany,
} from '../../support/application.js';
import { type ScimClient } from '../../support/scim-client.js';

const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what is found in a body is what is tested
type Body = any;

interface SeenGroup {
  readonly id: string;
  readonly name: string;
  readonly members: readonly string[];
}

/** One way of looking at a company. Ids are plain here, whatever the wire format makes of them. */
interface Side {
  readonly path: (company: string) => string;
  readonly create: (name: string, members: readonly string[]) => object;
  readonly add: (member: string) => object;
  readonly idInPath: (id: string) => string;
  /** From the body of one group to what it says. */
  readonly see: (body: Body) => SeenGroup;
  /** From one resource of a list. */
  readonly seeListed: (resource: Body) => SeenGroup;
}

const seeFlat = (group: Body): SeenGroup => ({
  id: group.id,
  name: group.displayName,
  members: group.members.map(({ value }: { value: string }) => value),
});
const addMember = (value: string): object => ({
  schemas: [PATCH_OP],
  Operations: [{ op: 'add', path: 'members', value: [{ value }] }],
});
const flat: Omit<Side, 'path'> = {
  create: (displayName, members) => ({
    schemas: [GROUP],
    displayName,
    members: members.map((value) => ({ value })),
  }),
  add: addMember,
  idInPath: (id) => id,
  see: seeFlat,
  seeListed: seeFlat,
};
const withoutPrefix = (id: string): string => id.replace(/^[ar]-/, '');
const seePrefixed = (group: Body): SeenGroup => ({
  ...seeFlat(group),
  id: withoutPrefix(group.id),
  members: seeFlat(group).members.map(withoutPrefix),
});
const seeEntry = (entry: Body): SeenGroup => ({ ...seeFlat({ ...entry[GROUP], id: entry.id }) });

const SIDES: Readonly<Record<string, Side>> = {
  standard: { ...flat, path: () => '/standard/scim/v2' },
  paradigm: { ...flat, path: () => '/scim/v2' },
  scaikey: { ...flat, path: (company) => `/api/v1/tenants/${company}/scim/v2` },
  oud: {
    path: () => '/iam/directory/oud/scim/v1',
    create: (displayName, members) => ({
      schemas: [GROUP],
      [GROUP]: { displayName, members: members.map((value) => ({ value })) },
    }),
    add: addMember,
    idInPath: (id) => id,
    see: (body) => seeEntry(body.Resources[0]),
    seeListed: seeEntry,
  },
  strongdm: {
    path: () => '/provisioning/generic/v2',
    create: (displayName, members) => ({
      schemas: [GROUP],
      displayName,
      members: members.map((value) => ({ value: `a-${value}`, display: value })),
    }),
    add: (member) => addMember(`a-${member}`),
    idInPath: (id) => `r-${id}`,
    see: seePrefixed,
    seeListed: seePrefixed,
  },
};
const NAMES = Object.keys(SIDES);

describe('one company seen from five sides', () => {
  let application: TestApplication;
  let company: TestCompany;
  let clients: Readonly<Record<string, ScimClient>>;
  let users: readonly string[];

  beforeAll(async () => {
    application = await startTestApplication();
    company = await application.company();
    const token = await company.token();
    clients = Object.fromEntries(
      Object.entries(SIDES).map(([name, { path }]) => [
        name,
        application.scim(token, application.origin + path(company.slug)),
      ]),
    );
    const created = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        clients['standard']!.post('/Users', {
          schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
          userName: `user${index}`,
          emails: [{ value: `user${index}@example.com` }],
        }),
      ),
    );
    users = created.map(({ body }) => (body as { id: string }).id);
  });

  afterAll(() => application.close());

  const look = async (name: string, id: string): Promise<SeenGroup> => {
    const side = SIDES[name]!;
    const { status, body } = await clients[name]!.get(`/Groups/${side.idInPath(id)}`);
    expect({ name, status }).toEqual({ name, status: 200 });
    return side.see(body);
  };

  const list = async (name: string): Promise<readonly SeenGroup[]> => {
    const { status, body } = await clients[name]!.get('/Groups');
    expect({ name, status }).toEqual({ name, status: 200 });
    const { totalResults, Resources } = body as { totalResults: number; Resources: readonly unknown[] };
    expect({ name, totalResults }).toEqual({ name, totalResults: Resources.length });
    return Resources.map(SIDES[name]!.seeListed);
  };

  const inOrder = (groups: readonly SeenGroup[]): readonly SeenGroup[] =>
    [...groups]
      .map((group) => ({ ...group, members: [...group.members].sort() }))
      .sort((left, right) => (left.id < right.id ? -1 : 1));

  it.each(NAMES)('a group made on %s is read, changed and listed on every other', async (maker) => {
    const side = SIDES[maker]!;
    const [first = '', ...others] = users;
    const made = await clients[maker]!.post('/Groups', side.create(`Made on ${maker}`, [first]));
    expect(made.status).toBe(201);
    const { id } = side.see(made.body);
    const members = [first];
    for (const [index, other] of NAMES.entries()) {
      expect(await look(other, id)).toEqual({ id, name: `Made on ${maker}`, members: expect.any(Array) });
      const joining = others[index] ?? '';
      const path = `/Groups/${SIDES[other]!.idInPath(id)}`;
      const { status } = await clients[other]!.patch(path, SIDES[other]!.add(joining));
      expect({ other, status }).toEqual({ other, status: other === 'standard' ? 204 : 200 });
      members.push(joining);
      for (const name of NAMES) {
        expect({ name, members: [...(await look(name, id)).members].sort() }).toEqual({
          name,
          members: [...members].sort(),
        });
      }
    }
    const [reference = [], ...rest] = await Promise.all(NAMES.map(async (name) => inOrder(await list(name))));
    for (const seen of rest) expect(seen).toEqual(reference);
  });

  it('versions agree wherever they are shown', async () => {
    const made = await clients['scaikey']!.post('/Groups', flat.create('Versions', []));
    const { id } = made.body as { id: string };
    await clients['strongdm']!.patch(`/Groups/r-${id}`, addMember(`a-${users[0]}`));
    const standard = await clients['standard']!.get(`/Groups/${id}`);
    const version = (standard.body as { meta: { version: string } }).meta.version;
    expect(version).toBe('W/"2"');
    expect(standard.headers['etag']).toBe(version);
    for (const name of ['paradigm', 'scaikey']) {
      expect((await clients[name]!.get(`/Groups/${id}`)).body).toMatchObject({ meta: { version } });
    }
  });
});

describe('a server without one of the surfaces', () => {
  const removable = SURFACES.filter(({ surface }) => surface.name !== 'standard');

  it.each(removable.map(({ surface }) => surface.name))('without %s serves the rest', async (removed) => {
    const whole = await startTestApplication();
    const company = await whole.company();
    const token = await company.token();
    const { url } = whole.database;
    const settings = await withSecretKey(readSettings({ DATABASE_URL: url }), url);
    const surfaces = SURFACES.filter(({ surface }) => surface.name !== removed);
    const app = await createApplication(settings, url, createLogger('silent'), surfaces);
    try {
      await app.listen(0, '127.0.0.1');
      const origin = `http://127.0.0.1:${(app.getHttpServer().address() as { port: number }).port}`;
      for (const [name, side] of Object.entries(SIDES)) {
        const headers = { authorization: `Bearer ${token}` };
        const { status } = await fetch(`${origin}${side.path(company.slug)}/Groups`, { headers });
        expect({ name, status }).toEqual({ name, status: name === removed ? 404 : 200 });
        const document = await fetch(`${origin}/openapi/${name}.json`);
        expect({ name, status: document.status }).toEqual({ name, status: name === removed ? 404 : 200 });
      }
    } finally {
      await closeApplication(app);
      await whole.close();
    }
  });
});
