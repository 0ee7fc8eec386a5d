import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';
import { unique } from '../standard/messages.js';
import { clientsOfAllSurfaces, WIRE_FORMS, type Kind, type WireForm } from './wire-forms.js';

/** The one surface whose locations are relative: as a header they would lead elsewhere. */
const RELATIVE = 'strongdm';

const SCIM = 'application/scim+json; charset=utf-8';
const PLAIN = 'application/json; charset=utf-8';

let application: TestApplication;
let clients: Readonly<Record<string, ScimClient>>;

beforeAll(async () => {
  application = await startTestApplication();
  clients = await clientsOfAllSurfaces(application, await application.company());
});
afterAll(() => application.close());

const bodyOf = ({ resource }: WireForm, kind: Kind): object =>
  resource(
    kind,
    kind === 'User' ? { userName: unique('user@example.com') } : { displayName: unique('Group') },
  );

describe.each(Object.entries(WIRE_FORMS))('on %s', (name, form) => {
  const client = (): ScimClient => clients[name]!;

  describe.each(['User', 'Group'] as const)('of a %s', (kind) => {
    const create = async (): Promise<ScimAnswer> => client().post(`/${kind}s`, bodyOf(form, kind));

    it('READ-06 Content-Location is meta.location', async () => {
      const created = await create();
      const { id } = form.shown(created.body, kind);
      const path = `/${kind}s/${id}`;
      const answers: ScimAnswer[] = [
        created,
        await client().get(path),
        await client().patch(path, form.rename(kind, unique('Name'))),
      ];
      if (kind === 'User' || form.putsGroups) answers.push(await client().put(path, bodyOf(form, kind)));
      for (const { status, headers, body } of answers) {
        const location = status === 204 ? `${client().base}${path}` : form.shown(body, kind).meta.location;
        if (name === RELATIVE)
          expect([location, headers['content-location']]).toEqual([path.slice(1), undefined]);
        else expect([location, headers['content-location']]).toEqual([client().base + path, location]);
      }
    });

    it('a refusal and a list have no Content-Location', async () => {
      const created = await create();
      const path = `/${kind}s/${form.shown(created.body, kind).id}`;
      for (const answer of [
        await client().get(`/${kind}s`),
        await client().get(`/${kind}s/unknown`),
        await client().patch(path, {}),
      ]) {
        expect(answer.headers['content-location']).toBeUndefined();
      }
    });
  });

  it('READ-06 Content-Location of a discovery document is its meta.location', async () => {
    const { headers, body } = await client().get('/Schemas/urn:ietf:params:scim:schemas:core:2.0:User');
    expect(headers['content-location']).toBe(name === RELATIVE ? undefined : body.meta.location);
    expect((await client().get('/Schemas')).headers['content-location']).toBeUndefined();
  });
});

it.each(['standard', 'paradigm', 'scaikey'])(
  'on %s HEAD and 304 have the Content-Location of GET',
  async (name) => {
    const client = clients[name]!;
    for (const kind of ['User', 'Group'] as const) {
      const { body } = await client.post(`/${kind}s`, bodyOf(WIRE_FORMS[name]!, kind));
      const path = `/${kind}s/${body.id}`;
      const read = await client.get(path);
      const head = await client.send({
        method: 'HEAD',
        path,
        headers: { Authorization: `Bearer ${client.token}` },
      });
      const current = await client.get(path, { 'If-None-Match': read.headers.etag! });
      // Paradigm's server takes no HEAD.
      expect([head.status, current.status]).toEqual([name === 'paradigm' ? 405 : 200, 304]);
      for (const { headers } of head.status === 405 ? [current] : [head, current]) {
        expect(headers['content-location']).toBe(body.meta.location);
        expect(headers.etag).toBe(read.headers.etag);
      }
      expect(current.headers['content-type']).toBeUndefined();
    }
  },
);

describe('a 204 to a change tells the type and version of the resource', () => {
  it.each([undefined, 'application/json'])('on standard, Accept %s', async (Accept) => {
    const client = clients['standard']!;
    const { body } = await client.post('/Groups', bodyOf(WIRE_FORMS['standard']!, 'Group'));
    const path = `/Groups/${body.id}`;
    const accept = Accept === undefined ? {} : { Accept };
    const patched = await client.patch(
      path,
      WIRE_FORMS['standard']!.rename('Group', unique('Group')),
      accept,
    );
    const replaced = await client.put(path, bodyOf(WIRE_FORMS['standard']!, 'Group'), {
      ...accept,
      Prefer: 'return=minimal',
    });
    for (const [{ status, headers, text }, etag] of [
      [patched, 'W/"2"'],
      [replaced, 'W/"3"'],
    ] as const) {
      expect([status, text, headers.etag]).toEqual([204, '', etag]);
      expect(headers['content-type']).toBe(Accept === undefined ? SCIM : PLAIN);
      expect(headers['content-length']).toBeUndefined();
    }
  });

  it.each(['User', 'Group'] as const)('on strongdm, of a %s that stays as it is', async (kind) => {
    const client = clients['strongdm']!;
    const { body } = await client.post(`/${kind}s`, bodyOf(WIRE_FORMS['strongdm']!, kind));
    const path = `/${kind}s/${body.id}`;
    const rename = WIRE_FORMS['strongdm']!.rename(kind, unique('Name'));
    const changed = await client.patch(path, rename);
    const { status, headers, text } = await client.patch(path, rename);
    expect([changed.status, status, text]).toEqual([200, 204, '']);
    expect([headers['content-type'], headers.etag]).toEqual([SCIM, changed.headers.etag]);
  });
});
