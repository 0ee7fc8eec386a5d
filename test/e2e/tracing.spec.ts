import { context, propagation, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { insertUsers } from '../support/insert-resources.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { type ScimClient } from '../support/scim-client.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const TRACEPARENT = `00-${TRACE}-${PARENT}-01`;

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const lines: string[] = [];
let application: TestApplication;
let client: ScimClient;

beforeAll(async () => {
  // As a module does that is loaded with --import.
  provider.register();
  application = await startTestApplication({
    settings: { LOG_LEVEL: 'debug' },
    log: (line) => lines.push(line),
  });
  client = await (await application.company('traced')).client();
});
afterAll(async () => {
  await application.close();
  await provider.shutdown();
  for (const api of [trace, context, propagation]) api.disable();
});
beforeEach(() => {
  exporter.reset();
  lines.length = 0;
});

const named = (name: string): ReadableSpan => {
  const span = exporter.getFinishedSpans().find((each) => each.name === name);
  if (!span) throw new Error(`no ${name} among ${exporter.getFinishedSpans().length} spans`);
  return span;
};

const spansBelow = (parent: ReadableSpan): ReadableSpan[] =>
  exporter
    .getFinishedSpans()
    .filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent.spanContext().spanId);

const namesBelow = (...parents: ReadableSpan[]): string[] =>
  parents.flatMap((parent) => spansBelow(parent).map(({ name }) => name));

/** Waits until an answer has left, behind which its span ends. */
async function ended(name: string): Promise<ReadableSpan> {
  while (!exporter.getFinishedSpans().some((span) => span.name === name))
    await new Promise((resolve) => setTimeout(resolve, 5));
  return named(name);
}

it('makes a span of a request, below that of its client, with transactions and statements below it', async () => {
  await client.post('/Users', { schemas: [USER], userName: 'ada' }, { traceparent: TRACEPARENT });
  const request = await ended('POST standard create User');
  expect(request.spanContext().traceId).toBe(TRACE);
  expect(request.parentSpanContext?.spanId).toBe(PARENT);
  expect(request.attributes).toMatchObject({
    'http.request.method': 'POST',
    'http.response.status_code': 201,
    'rollcall.surface': 'standard',
    'rollcall.operation': 'create',
    'rollcall.company': 'traced',
    'rollcall.outcome': 'done',
  });
  expect(namesBelow(request)).toEqual(
    expect.arrayContaining(['transaction credentials', 'transaction write']),
  );
  // The journal has transactions of these names too, below no request.
  const transactions = (name: string): ReadableSpan[] =>
    spansBelow(request).filter((span) => span.name === name);
  expect(namesBelow(...transactions('transaction credentials'))).toEqual(['find_token']);
  const statements = namesBelow(...transactions('transaction write'));
  expect(statements.slice(0, 2)).toEqual(['BEGIN', 'set_write_scope']);
  expect(statements.at(-1)).toBe('COMMIT');
});

it('what is done for many requests together belongs to none of their traces', async () => {
  await client.post('/Users', { schemas: [USER], userName: 'grace' }, { traceparent: TRACEPARENT });
  await client.post('/Users', { schemas: [USER] }, { traceparent: TRACEPARENT });
  for (const name of ['journal.relay', 'journal.note_requests'])
    expect((await ended(name)).spanContext().traceId).not.toBe(TRACE);
});

it('names the trace in the log, also one that the client did not begin', async () => {
  await client.get('/Users');
  const { traceId } = (await ended('GET standard list User')).spanContext();
  const logged = lines.map((line) => JSON.parse(line) as { traceId?: string });
  expect(logged.map((line) => line.traceId)).toContain(traceId);
});

it('marks what failed by a name, and holds no value of the request', async () => {
  const user = { schemas: [USER], userName: 'planted@example.com' };
  await client.post('/Users', user);
  await client.post('/Users', user);
  await client.get(`/Users?filter=${encodeURIComponent('userName eq "planted@example.com"')}`);
  await ended('GET standard list User');
  const failed = exporter
    .getFinishedSpans()
    .filter(({ attributes }) => attributes['error.type'] !== undefined);
  expect(failed.map(({ name }) => name)).toContain('transaction write');
  const text = JSON.stringify(
    exporter
      .getFinishedSpans()
      .map(({ name, attributes, events, status }) => [name, attributes, events, status]),
  );
  for (const planted of ['planted', client.token ?? '']) expect(text).not.toContain(planted);
});

it('ends the span of a group that is streamed', async () => {
  const { body } = await client.post('/Groups', { displayName: 'large' });
  const { id } = body as { id: string };
  const ids = await insertUsers(application.database, 'traced', 1100);
  await client.patch(`/Groups/${id}`, [
    { op: 'add', path: 'members', value: ids.map((value) => ({ value })) },
  ]);
  exporter.reset();
  await client.get(`/Groups/${id}`);
  const request = await ended('GET standard read Group');
  expect(namesBelow(request)).toContain('transaction stream');
});
