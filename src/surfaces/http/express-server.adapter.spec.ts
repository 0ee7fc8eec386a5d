import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { type Application, type Request, type Response } from 'express';
import { ExpressServerAdapter } from './express-server.adapter.js';

let adapter: ExpressServerAdapter;
beforeEach(async () => {
  adapter = new ExpressServerAdapter();
  adapter.initHttpServer();
  adapter.listen(0, '127.0.0.1');
  await once(adapter.getHttpServer(), 'listening');
});
afterEach(() => adapter.close());

const get = (path: string): Promise<globalThis.Response> => {
  const { port } = adapter.getHttpServer().address() as AddressInfo;
  return fetch(`http://127.0.0.1:${port}${path}`);
};

it('makes requests and responses whose prototypes Express leaves as they are', async () => {
  const app = adapter.getInstance<Application>();
  const seen: unknown[] = [];
  const note = (request: Request, response: Response): void =>
    void seen.push(Object.getPrototypeOf(request), Object.getPrototypeOf(response));
  adapter.getHttpServer().prependListener('request', note);
  app.get('/users', (request, response) => {
    note(request, response);
    response.json({ found: request.query['count'], app: request.app === app && response.app === app });
  });
  const answer = await get('/users?count=1');
  expect(await answer.json()).toEqual({ found: '1', app: true });
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  const [request, response] = seen;
  expect(seen).toHaveLength(4);
  expect(seen[2]).toBe(request);
  expect(seen[3]).toBe(response);
});

it('gives each application prototypes of its own', () => {
  const other = new ExpressServerAdapter();
  other.initHttpServer();
  const [one, two] = [adapter, other].map((each) =>
    each.getInstance<{ request: object; response: object }>(),
  );
  expect(one?.request).not.toBe(two?.request);
  expect(one?.response).not.toBe(two?.response);
});
