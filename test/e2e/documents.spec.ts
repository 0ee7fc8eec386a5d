import { get as request } from 'node:http';
import { text } from 'node:stream/consumers';
import { type OpenAPIObject } from '@nestjs/swagger';
import { SURFACES } from '../../src/app.module.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { titled } from '../support/titled.js';

let application: TestApplication;

beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());

const documentOf = async (surface: string): Promise<OpenAPIObject> =>
  (await (await fetch(`${application.origin}/openapi/${surface}.json`)).json()) as OpenAPIObject;

/** The defaults of the parameters of a query, which Swagger UI fills in by itself. */
function filledIn(operation: NonNullable<OpenAPIObject['paths'][string]['get']>): URLSearchParams {
  const query = new URLSearchParams();
  for (const parameter of operation.parameters ?? []) {
    if (!('in' in parameter) || parameter.in !== 'query') continue;
    const value: unknown = parameter.schema && 'default' in parameter.schema && parameter.schema.default;
    if (typeof value === 'string' || typeof value === 'number') query.set(parameter.name, String(value));
  }
  return query;
}

it('a cursor can be entered in Swagger UI beside what is filled in', async () => {
  const { paths } = await documentOf('standard');
  const client = await (await application.company()).client();
  const lists = Object.entries(paths).filter(([, { get }]) =>
    get?.parameters?.some((parameter) => 'name' in parameter && parameter.name === 'cursor'),
  );
  expect(lists.map(([path]) => path)).toContain('/standard/scim/v2/Users');
  for (const [path, { get }] of lists) {
    const query = filledIn(get!);
    query.set('cursor', '');
    const { status, body } = await client.get(`${path.replace('/standard/scim/v2', '')}?${query.toString()}`);
    expect({ path, status, body }).toMatchObject({ status: 200 });
  }
});

it('there is no admin API without ADMIN_TOKEN, and no document of it', async () => {
  for (const path of ['/admin/v1', '/admin/v1/companies', '/openapi/admin.json']) {
    for (const authorization of [undefined, `Bearer ${'x'.repeat(40)}`]) {
      const headers = authorization === undefined ? {} : { authorization };
      const { status } = await fetch(`${application.origin}${path}`, { headers });
      expect([path, status]).toEqual([path, 404]);
    }
  }
});

it.each(
  titled(
    SURFACES.map(({ surface }) => surface),
    'name',
  ),
)('%s says where it is described', async (_, surface) => {
  const document = await documentOf(surface.name);
  const { url } = document.externalDocs!;
  expect(url).toBe(`${application.origin}/docs/surfaces/${surface.name}`);
  expect((await fetch(url)).status).toBe(200);
  expect(document.info.description).toContain('token issue');

  const company = await application.company();
  const base = `${application.origin}/${surface.mount.replace(':tenant_id', company.slug)}`;
  const { status, body } = await application.scim(await company.token(), base).get('/ServiceProviderConfig');
  // The document of Oracle Unified Directory has no ServiceProviderConfig.
  if (surface.name === 'oud') expect(status).toBe(404);
  else expect(body.documentationUri).toBe(url);
});

describe('with PUBLIC_URL', () => {
  let published: TestApplication;

  beforeAll(async () => {
    published = await startTestApplication({ settings: { PUBLIC_URL: 'https://scim.example.com' } });
  });
  afterAll(() => published.close());

  const serversFor = async (host: string): Promise<unknown> => {
    const answer = await new Promise<string>((resolve, reject) =>
      request(
        `${published.origin}/openapi/standard.json`,
        { headers: { host } },
        (response) => void text(response).then(resolve, reject),
      ).on('error', reject),
    );
    return (JSON.parse(answer) as OpenAPIObject).servers;
  };

  it('a document that is read by another address offers that one too', async () => {
    const { host } = new URL(published.origin);
    expect(await serversFor('scim.example.com')).toEqual([{ url: 'https://scim.example.com' }]);
    expect(await serversFor(host)).toEqual([
      { url: 'https://scim.example.com' },
      { url: '..', description: 'this address' },
    ]);
  });
});

it('a search stands behind what it searches', async () => {
  const paths = Object.keys((await documentOf('standard')).paths);
  for (const path of paths.filter((each) => each.endsWith('/.search'))) {
    expect(paths.indexOf(path)).toBe(paths.indexOf(path.replace('/.search', '')) + 1);
  }
});
