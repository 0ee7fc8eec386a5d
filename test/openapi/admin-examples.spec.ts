import { type OpenAPIObject } from '@nestjs/swagger';
import { ADMIN_TOKEN, AdminClient } from '../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { listRoutes } from '../support/routes.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const MOUNT = '/admin/v1';

let service: TestApplication;
let document: OpenAPIObject;

beforeAll(async () => {
  service = await startTestApplication({ settings: { ADMIN_TOKEN, SECRETS_KEY: 'k'.repeat(32) } });
  document = (await (await fetch(`${service.origin}/openapi/admin.json`)).json()) as OpenAPIObject;
});
afterAll(() => service.close());

const operations = (): { method: string; path: string; operation: Operation }[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );

it('the document describes every route of the admin API, and Swagger UI has it', async () => {
  const described = operations().map(({ method, path }) => `${method} ${path}`);
  const served = listRoutes(service.app)
    .filter(({ method, path }) => method !== 'ALL' && path.startsWith(`${MOUNT}/`))
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
  expect(described.sort()).toEqual(served.sort());
  expect(await (await fetch(`${service.origin}/docs`)).text()).toContain('openapi/admin.json');
});

it('what it describes needs a credential, and may be refused with problems alone', () => {
  for (const { operation } of operations()) {
    expect(operation.security).toEqual([{ admin: [] }]);
    const refusals = Object.entries(operation.responses).filter(([status]) => Number(status) >= 400);
    for (const [, refusal] of refusals) {
      expect(Object.keys((refusal as { content: object }).content)).toEqual(['application/problem+json']);
    }
  }
});

const successOf = ({ responses }: Operation): number =>
  Number(Object.keys(responses).find((status) => status.startsWith('2')));

it('null is refused for every property of a body that the document does not call nullable', async () => {
  const admin = new AdminClient(service);
  const tried: string[] = [];
  for (const { method, path, operation } of operations()) {
    const { requestBody } = operation as unknown as {
      requestBody?: {
        content: Record<string, { schema: { $ref: string }; examples: { example: { value: object } } }>;
      };
    };
    if (requestBody === undefined) continue;
    const { schema, examples } = requestBody.content['application/json']!;
    const { properties = {} } = document.components!.schemas![
      schema.$ref.replace('#/components/schemas/', '')
    ] as { properties?: Record<string, { nullable?: boolean }> };
    const strict = Object.keys(properties).filter((name) => properties[name]!.nullable !== true);
    for (const name of strict) {
      const body = { ...examples.example.value, [name]: null };
      const concrete = path.slice(MOUNT.length).replace(/\{\w+\}/g, 'x');
      const answer = await admin.send(method, concrete, body, { 'If-Match': '*' });
      expect([operation.operationId, name, answer.status, answer.body.errors]).toEqual([
        operation.operationId,
        name,
        400,
        [expect.objectContaining({ pointer: `#/${name}` })],
      ]);
      tried.push(name);
    }
  }
  expect(tried.length).toBeGreaterThan(25);
});

it('the examples of its bodies work as they stand', async () => {
  const admin = new AdminClient(service);
  const withBodies = operations().filter(({ operation }) => operation.requestBody !== undefined);
  // The company is made by an example too, and an id in a path is that of the first.
  const first = withBodies.filter(({ operation }) => operation.operationId === 'createCompany');
  const second = withBodies.filter(({ operation }) => operation.operationId?.startsWith('issue'));
  const ofClients = withBodies.filter(({ operation }) => operation.operationId === 'createClient');
  const ofWebhooks = withBodies.filter(({ operation }) => operation.operationId === 'createWebhook');
  const made = [...first, ...second, ...ofClients, ...ofWebhooks];
  const others = withBodies.filter((each) => !made.includes(each));
  expect([made, others].map(({ length }) => length)).toEqual([6, 19]);
  const ids: Record<string, string> = {};
  for (const { method, path, operation } of [...made, ...others]) {
    const { requestBody, parameters = [] } = operation as unknown as {
      requestBody: { content: Record<string, { examples: { example: { value: object } } }> };
      parameters: { name: string; in: string; schema?: { example?: string }; example?: string }[];
    };
    const named = path.slice(MOUNT.length).replace(/\{(\w+)\}/g, (_, name: string) => {
      if (ids[name] !== undefined) return ids[name];
      const parameter = parameters.find((each) => each.in === 'path' && each.name === name);
      return parameter?.schema?.example ?? parameter?.example ?? 'no example';
    });
    const { value: example } = requestBody.content['application/json']!.examples.example;
    // What is restored is an instant of the company, which was made just now.
    const at = new Date(Date.now() - 1).toISOString();
    const value = operation.operationId === 'restoreResources' ? { ...example, at, scope: 'all' } : example;
    const { status, body } = await admin.send(method, named, value, { 'If-Match': '*' });
    expect([method, named, status, body.detail]).toEqual([method, named, successOf(operation), undefined]);
    if (operation.operationId === 'createClient') ids['client'] = body.id as string;
    if (operation.operationId === 'createWebhook') ids['webhook'] = body.id as string;
  }
});
