import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Request } from 'express';
import { SURFACES } from '../src/app.module.js';
import { unauthorized } from '../src/protocol/error/scim-error.js';
import { ADMIN_TOKEN } from './support/admin-client.js';
import { startTestApplication, type TestApplication } from './support/application.js';
import { listHandlers, listRoutes } from './support/routes.js';

/**
 * Whoever can reach the port may call these; pages and documents stand outside Nest's router. At the token endpoint a
 * client says who it is in its own way.
 */
const PUBLIC_HANDLERS = [
  'ALL /oauth/:company/token',
  'ALL /oauth/token',
  'GET /.well-known/authzen-configuration',
  'GET /.well-known/authzen-configuration/:company',
  'GET /.well-known/oauth-authorization-server',
  'GET /.well-known/oauth-protected-resource/standard/scim/v2',
  'GET /ServiceProviderConfig',
  'GET /health/live',
  'GET /health/proof',
  'GET /health/ready',
  'POST /oauth/:company/token',
  'POST /oauth/token',
];
const DOCUMENTS = /^\/(:name|favicon\.ico)?$|^\/(openapi|docs|console)(\/|$)/;

let service: TestApplication;
beforeAll(async () => {
  service = await startTestApplication({ settings: { ADMIN_TOKEN } });
});
afterAll(() => service.close());

describe('routes', () => {
  it('SEC-02 are closed unless they are one of these', () => {
    const handlers = listHandlers(service.app);
    expect(handlers.length).toBeGreaterThan(15);
    const open = handlers
      .filter(({ isPublic }) => isPublic)
      .map(({ method, path }) => `${method} ${path}`)
      .sort();
    expect(open).toEqual(PUBLIC_HANDLERS);
  });

  it('SEC-02 come from controllers, but for the documents', () => {
    const handlers = listHandlers(service.app);
    const strangers = listRoutes(service.app).filter(
      ({ method, path }) =>
        !DOCUMENTS.test(path) &&
        !handlers.some((handler) => {
          const [own = ''] = [handler.path === '/' ? '' : handler.path];
          return handler.method === method && path.endsWith(own);
        }),
    );
    expect(strangers).toEqual([]);
  });

  it('SEC-02 answer 401 without a token', async () => {
    const anonymous = service.scim(undefined, service.origin);
    const closed = listRoutes(service.app).filter(
      ({ path }) =>
        !DOCUMENTS.test(path) && !PUBLIC_HANDLERS.some((open) => path.endsWith(open.replace(/^\w+ /, ''))),
    );
    expect(closed.length).toBeGreaterThan(15);
    for (const { method, path } of closed) {
      const concrete = path.replace(/[:*]\w+/g, '0000000000000001');
      for (const verb of method === 'ALL' ? ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] : [method]) {
        const answer = await anonymous.send({ method: verb, path: concrete });
        expect([verb, concrete, answer.status]).toEqual([verb, concrete, 401]);
        expect(answer.headers['www-authenticate']).toMatch(/^Bearer\b/);
      }
    }
  });
});

describe('handlers', () => {
  /** They only throw: nobody is logged in on `oud`. */
  const REFUSING = ['get', 'replace', 'patch', 'delete'].map((name) => `OudMeController.${name}`);
  /** Nest writes what they return, as it does for those of the admin API. */
  const ANSWERED_BY_NEST = ['HealthController.live', 'HealthController.prove', 'HealthController.ready'];

  it('take the response with @Res(), or Nest would write a second answer when they return', () => {
    const withoutResponse = listHandlers(service.app)
      .filter(({ answersItself, isGuardedApart }) => !answersItself && !isGuardedApart)
      .map(({ controller, name }) => `${controller}.${name}`);
    expect(withoutResponse.sort()).toEqual([...ANSWERED_BY_NEST, ...REFUSING].sort());
  });
});

describe('bodies', () => {
  /** The token endpoint reads its small form itself, before it knows a client. */
  const WITHOUT = ['TokenController.token', 'TokenController.tokenOfCompany'];

  it('are read behind the guards on every route whose method has one', () => {
    const unread = listHandlers(service.app)
      .filter(({ method, readsBody }) => ['POST', 'PUT', 'PATCH'].includes(method) && !readsBody)
      .map(({ controller, name }) => `${controller}.${name}`);
    expect([...new Set(unread)].sort()).toEqual(WITHOUT);
  });
});

describe('surfaces', () => {
  it('each have a document that is served and one that is kept', async () => {
    const anonymous = service.scim(undefined, service.origin);
    for (const { surface } of SURFACES) {
      const answer = await anonymous.get(`/openapi/${surface.name}.json`);
      expect([surface.name, answer.status]).toEqual([surface.name, 200]);
      expect(existsSync(join(import.meta.dirname, '..', 'openapi', `${surface.name}.yaml`))).toBe(true);
    }
  });

  it.each([
    ['company', 'paradigm'],
    ['tenant', 'scaikey'],
    ['directory', 'oud'],
    ['provisioning', 'strongdm'],
  ])('the document that was called %s is found at %s', async (former, name) => {
    const answer = await service.scim(undefined, service.origin).get(`/openapi/${former}.json`);
    expect([answer.status, answer.headers.location]).toEqual([308, `${service.origin}/openapi/${name}.json`]);
  });

  it('describe every route of theirs, but for the one that takes what is left', async () => {
    const anonymous = service.scim(undefined, service.origin);
    for (const { surface } of SURFACES) {
      const { body } = await anonymous.get(`/openapi/${surface.name}.json`);
      const described = Object.entries(body.paths as Record<string, object>).flatMap(([path, operations]) =>
        Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
      );
      const served = listRoutes(service.app)
        .filter(({ method, path }) => method !== 'ALL' && `${path}/`.startsWith(`/${surface.mount}/`))
        .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
      expect(described.sort()).toEqual(served.sort());
    }
  });

  it('stand beside a document that describes every route of the token endpoint and its metadata', async () => {
    const { body } = await service.scim(undefined, service.origin).get('/openapi/oauth.json');
    const described = Object.entries(body.paths as Record<string, object>).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const served = listRoutes(service.app)
      .filter(
        ({ method, path }) => method !== 'ALL' && /^\/(oauth|\.well-known\/oauth-[a-z-]+)(\/|$)/.test(path),
      )
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(described.sort()).toEqual(served.sort());
    expect(existsSync(join(import.meta.dirname, '..', 'openapi', 'oauth.yaml'))).toBe(true);
  });

  it('each answer their own errors', async () => {
    for (const { surface } of SURFACES) {
      const base = `${service.origin}/${surface.mount.replace(/:\w+/g, 'acme')}`;
      const { status, body } = await service.scim(undefined, base).get('/Users');
      const own = surface.encodeError(unauthorized('why'), {
        path: `/${surface.mount}/Users`,
        headers: {},
      } as Request);
      expect([surface.name, status]).toEqual([surface.name, own.status]);
      expect(Object.keys(body as object)).toEqual(Object.keys(own.body as object));
    }
  });

  it("TEN-02 each have a spec or a trial that tries all their routes with another company's ids", () => {
    const untried = SURFACES.map(({ surface }) => [
      `e2e/${surface.name}/tenancy.spec.ts`,
      `e2e/surfaces/${surface.name}/tenancy.trial.ts`,
    ]).filter((places) => !places.some((file) => existsSync(join(import.meta.dirname, file))));
    expect(untried).toEqual([]);
  });
});
