import { SURFACES } from '../../../src/app.module.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { listRoutes } from '../../support/routes.js';
import { type ScimAnswer } from '../../support/scim-client.js';
import { titled } from '../../support/titled.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];
const NOBODY = '0000000000000001';

interface Rules {
  /** Methods that an endpoint has beside those of its routes; HEAD only where there is GET. */
  readonly implied: readonly string[];
  /** How a method is refused that an endpoint does not have. */
  readonly wrongMethod: 404 | 405;
  /** Paths without a route that are answered 501. */
  readonly notOffered: readonly string[];
}

const RULES: Readonly<Record<string, Rules>> = {
  standard: { implied: ['HEAD', 'OPTIONS'], wrongMethod: 405, notOffered: [] },
  paradigm: { implied: [], wrongMethod: 405, notOffered: ['/Me', '/Bulk', '/.search', ''] },
  oud: { implied: ['HEAD', 'OPTIONS'], wrongMethod: 405, notOffered: [] },
  strongdm: { implied: ['HEAD'], wrongMethod: 404, notOffered: ['/Me'] },
  scaikey: { implied: ['HEAD'], wrongMethod: 405, notOffered: [] },
};

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

const allowOf = ({ headers }: ScimAnswer): readonly string[] => (headers.allow ?? '').split(', ').sort();

describe.each(
  titled(
    SURFACES.map(({ surface }) => surface),
    'name',
  ),
)('%s', (_, { name, mount }) => {
  const { implied, wrongMethod, notOffered } = RULES[name] ?? {
    implied: [],
    wrongMethod: 405,
    notOffered: [],
  };
  /** Each path of the surface with the methods that it offers, from the router itself. */
  const served = new Map<string, Set<string>>();
  /** The surface's own 404, which an unknown endpoint gets. */
  const send = (method: string, path: string): Promise<ScimAnswer> =>
    application
      .scim(token, `${application.origin}/${mount.replace(/:\w+/, slug)}`)
      .send({ method, path, headers: { Authorization: `Bearer ${token}` } });

  beforeAll(() => {
    for (const { method, path } of listRoutes(application.app)) {
      if (method === 'ALL' || !`${path}/`.startsWith(`/${mount}/`)) continue;
      const below = path
        .slice(mount.length + 1)
        .replace(/\/$/, '')
        .replace(/:\w+/g, NOBODY);
      const methods = served.get(below) ?? new Set(implied.filter((other) => other !== 'HEAD'));
      for (const offered of method === 'GET' && implied.includes('HEAD') ? ['GET', 'HEAD'] : [method])
        methods.add(offered);
      served.set(below, methods);
    }
  });

  it('refuses methods that an endpoint does not have, and says which it has, however its path is spelled', async () => {
    expect(served.size).toBeGreaterThan(6);
    for (const [path, methods] of served) {
      for (const spelling of [path, path.toLowerCase(), `${path.toUpperCase()}/`]) {
        for (const method of METHODS.filter((other) => !methods.has(other))) {
          // A token that stands for nobody; and the one method that a document fixes.
          if (name === 'standard' && path === '/Me' && method !== 'TRACE') continue;
          if (name === 'paradigm' && path.startsWith('/Groups') && method === 'PUT') continue;
          const answer = await send(method, spelling);
          expect([method, spelling, answer.status]).toEqual([method, spelling, wrongMethod]);
          if (wrongMethod === 405)
            expect([method, spelling, allowOf(answer)]).toEqual([method, spelling, [...methods].sort()]);
          else expect(answer.headers.allow).toBeUndefined();
        }
      }
    }
  });

  it('has 404 where there is no endpoint, and 501 for what RFC 7644 lets a server leave out', async () => {
    for (const method of METHODS) {
      for (const path of ['/Nope', '/Users/x/y', '/Users/x/y/']) {
        const answer = await send(method, path);
        expect([method, path, answer.status, answer.headers.allow]).toEqual([method, path, 404, undefined]);
      }
      for (const path of notOffered)
        expect([method, path, (await send(method, path)).status]).toEqual([method, path, 501]);
    }
  });

  it('writes its own errors, however its path is spelled', async () => {
    const shape = async (path: string): Promise<unknown> => {
      const { body, headers } = await application
        .scim(
          token,
          `${application.origin}/${mount.replace(/:\w+/, slug).toUpperCase().replace(slug.toUpperCase(), slug)}`,
        )
        .get(path);
      return [Object.keys(body as object), typeof body.status, headers['content-type']];
    };
    const { body, headers } = await send('GET', '/Nope');
    expect(await shape('/Nope')).toEqual([
      Object.keys(body as object),
      typeof body.status,
      headers['content-type'],
    ]);
  });
});
