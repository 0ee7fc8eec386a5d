import { SURFACES } from '../../../src/app.module.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';
import { titled } from '../../support/titled.js';

let application: TestApplication;
let token: string;
let slug: string;
beforeAll(async () => {
  application = await startTestApplication();
  const company = await application.company();
  ({ slug } = company);
  token = await company.token();
});
afterAll(() => application.close());

/** The fixed text of a surface whose document has one for unknown endpoints. */
const FIXED: Readonly<Record<string, string>> = {
  strongdm: 'Specified endpoint does not exist.',
  scaikey: 'Not Found',
};

describe.each(
  titled(
    SURFACES.map(({ surface }) => surface),
    'name',
  ),
)('%s', (_, { name, mount }) => {
  let path: string;
  let client: ScimClient;
  beforeAll(() => {
    path = `/${mount.replace(/:\w+/, slug)}`;
    client = application.scim(token, `${application.origin}${path}`);
  });
  const detailOf = async (below: string, method = 'GET'): Promise<string> => {
    const answer = await client.send({ method, path: below, headers: { Authorization: `Bearer ${token}` } });
    expect([below, answer.status]).toEqual([below, 404]);
    return String(answer.body.detail);
  };

  it.each(['//Users', '///Users//', '/Users//', '//Users?', '//Schemas'])(
    '%s is the path without its empty segments, as where the base URL ends in a slash',
    async (doubled) => {
      const [below = '', plain] = [doubled, doubled.replace(/\/+/g, '/')];
      const answers: ScimAnswer[] = [await client.get(below), await client.get(plain)];
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(answers[0]?.text).toBe(answers[1]?.text);
    },
  );

  it('an empty segment is dropped in front of an id and in the mount, too', async () => {
    const id = name === 'strongdm' ? 'a-0000000000000001' : '0000000000000001';
    const plain = await client.get(`/Users/${id}`);
    expect(plain.status).toBe(404);
    expect(await client.get(`/Users//${id}`)).toMatchObject({ status: 404, text: plain.text });
    const doubled = application.scim(token, `${application.origin}${path.replaceAll('/', '//')}`);
    expect((await doubled.get('/Users')).status).toBe(200);
    expect((await application.scim(undefined, doubled.base).get('/Users')).status).toBe(401);
  });

  if (name in FIXED) {
    it('an unknown endpoint has the text of the document', async () => {
      for (const below of ['/User', '/Nope']) expect(await detailOf(below)).toBe(FIXED[name]);
    });
  } else {
    const full = name === 'paradigm' ? '' : '.';

    it('an unknown endpoint is named with its method, without the query', async () => {
      const told = `No such endpoint: PATCH "${path}/Nope"${full}`;
      expect(await detailOf('/Nope?token=canary', 'PATCH')).toBe(told);
    });

    it.each([
      ['/User', '/Users'],
      ['/user/', '/Users'],
      ['/Group', '/Groups'],
      ['/User/42', '/Users/{id}'],
      ['/Schema', '/Schemas'],
      ['/ResourceType', '/ResourceTypes'],
      ['/Uesrs', '/Users'],
    ])('%s is told that %s is near', async (below, near) => {
      const detail = await detailOf(below);
      expect(detail).toContain(`GET "${path}${below.replace(/\/$/, '')}`);
      expect(detail).toContain(
        `Did you mean ${near.replace('{id}', name === 'oud' ? '{entryUUID}' : '{id}')}?`,
      );
    });

    it('what is long is cut, and what cannot be printed stays encoded', async () => {
      expect(await detailOf(`/${'x'.repeat(5000)}`)).toMatch(/x…"/);
      expect((await detailOf(`/${'x'.repeat(5000)}`)).length).toBeLessThan(250);
      expect(await detailOf('/%0d%0a%1b"\\')).toContain('/%0d%0a%1b\\"\\\\"');
    });
  }
});

it('outside the surfaces an unknown endpoint is named, too', async () => {
  const { status, body } = await application
    .scim(undefined, application.origin)
    .get('/scim/v9/Users?token=canary');
  expect([status, body.detail]).toEqual([404, 'No such endpoint: GET "/scim/v9/Users".']);
});
