import { type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { createMetricsServer } from '../../src/metrics/metrics-server.js';
import { ServiceMetrics } from '../../src/metrics/service-metrics.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { eventually } from '../support/webhook-receiver.js';
import { type Family, parseExposition, type Sample } from '../support/exposition.js';
import { type ScimClient } from '../support/scim-client.js';
import { DAY_MS, makeClient, postForm } from '../support/token-client.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

let application: TestApplication;
let server: Server;
let client: ScimClient;

beforeAll(async () => {
  // The application measures; it is the start that serves what it has measured.
  application = await startTestApplication({ settings: { METRICS_PORT: '9464', RATE_BURST: '0' } });
  server = createMetricsServer(application.app.get(ServiceMetrics).registry);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = await (await application.company('measured')).client();
  for (const days of [3, 20, 40]) {
    const expires = new Date(Date.now() + days * DAY_MS);
    await application.tokens.issueToken('measured', {
      name: `ends in ${days} days`,
      dialect: 'lenient',
      scopes: [],
      expires,
    });
    await makeClient(application.clients, 'measured', { secretExpires: expires });
  }
  await makeUncountedClients();
});
afterAll(async () => {
  server.close();
  await application.close();
});

/** A client with a token of an hour, one that is disabled, and one whose secret is revoked. */
async function makeUncountedClients(): Promise<void> {
  const { clients } = application;
  const { id, secret } = await makeClient(clients, 'measured');
  const form = { grant_type: 'client_credentials', client_id: id, client_secret: secret };
  expect((await postForm(`${application.origin}/oauth/token`, form)).status).toBe(200);
  const soon = { secretExpires: new Date(Date.now() + DAY_MS / 2) };
  await clients.disableClient('measured', (await makeClient(clients, 'measured', soon)).id);
  const revoked = await makeClient(clients, 'measured', soon);
  await clients.revokeSecret('measured', revoked.id, revoked.secretId);
}

const send = (path: string, init?: RequestInit): Promise<Response> =>
  fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, init);

async function scrape(): Promise<Family[]> {
  const answer = await send('/metrics');
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  return parseExposition(await answer.text());
}

const find = (families: readonly Family[], name: string): Family => {
  const family = families.find((each) => each.name === name);
  if (!family) throw new Error(`there is no ${name}`);
  return family;
};

/** The value of the one sample with these labels, 0 where there is none. */
async function valueOf(name: string, labels: Sample['labels']): Promise<number> {
  const samples = find(await scrape(), name).samples.filter((sample) =>
    Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  expect(samples.length).toBeLessThan(2);
  return samples[0]?.value ?? 0;
}

/** Tells how much a value has grown since. An answer is counted when it has left, just behind its end: poll. */
async function growthOf(name: string, labels: Sample['labels']): Promise<() => Promise<number>> {
  const before = await valueOf(name, labels);
  return async () => (await valueOf(name, labels)) - before;
}

const REQUESTS = 'rollcall_requests_total';
const CREATED = { surface: 'standard', operation: 'create', resource_type: 'User', method: 'POST' };

it.each([
  ['/platform/v1/companies/measured/check?user=0000000000000001&group=0000000000000002', 'platform'],
  ['/platform/v1/nothing', 'platform'],
  ['/access/v1/nothing', 'authzen'],
  ['/.well-known/authzen-configuration', 'authzen'],
])('names the interface of %s', async (path, surface) => {
  const total = async (labels: Sample['labels']): Promise<number> =>
    find(await scrape(), REQUESTS)
      .samples.filter(({ labels: own }) =>
        Object.entries(labels).every(([label, value]) => own[label] === value),
      )
      .reduce((sum, { value }) => sum + value, 0);
  const before = await total({ surface });
  await fetch(application.origin + path);
  await eventually(async () => (await total({ surface })) === before + 1);
});

it('counts requests by surface, operation, method and status', async () => {
  const create = (): Promise<unknown> => client.post('/Users', { schemas: [USER], userName: 'planted-name' });
  const created = await growthOf(REQUESTS, { ...CREATED, status: '201', reason: '' });
  const refused = await growthOf(REQUESTS, { ...CREATED, status: '409', reason: '' });
  await create();
  await expect.poll(created).toBe(1);
  expect(await refused()).toBe(0);
  await create();
  await expect.poll(refused).toBe(1);
  expect(await created()).toBe(1);
  const duration = { surface: 'standard', operation: 'create', resource_type: 'User' };
  const buckets = find(await scrape(), 'rollcall_request_duration_seconds').samples.filter(
    ({ labels, name }) =>
      name.endsWith('_bucket') && Object.entries(duration).every(([label, value]) => labels[label] === value),
  );
  expect(buckets.at(-1)).toMatchObject({ labels: { le: '+Inf' }, value: 2 });
});

it('says why a request was put off', async () => {
  await application.administration.setCompany('measured', { rateLimit: 1 });
  const labels = {
    surface: 'standard',
    operation: 'list',
    resource_type: 'Group',
    method: 'GET',
    status: '429',
  };
  const grown = await growthOf(REQUESTS, { ...labels, reason: 'rate' });
  let refusals = 0;
  while (refusals === 0) {
    const answers = await Promise.all(Array.from({ length: 4 }, () => client.get('/Groups')));
    refusals = answers.filter(({ status }) => status === 429).length;
  }
  await expect.poll(grown).toBe(refusals);
  await application.administration.setCompany('measured', { rateLimit: null });
});

it('has the same series whatever clients send', async () => {
  const root = application.scim(client.token, application.origin);
  const odd = async (salt: string): Promise<void> => {
    for (const path of ['/', `/${salt}`, `/standard/scim/v2/Users/${salt}`, `/standard/scim/v2/${salt}`])
      for (const method of ['GET', 'POST', 'PURGE'])
        await root.send({ method, path, headers: { 'User-Agent': salt } });
    await application.scim(salt).get('/Users');
  };
  await odd('planted-first');
  const series = async (): Promise<string[]> =>
    (await scrape())
      .filter(({ name }) => name.startsWith('rollcall_'))
      .flatMap(({ samples }) => samples.map(({ name, labels }) => JSON.stringify([name, labels])))
      .sort();
  const before = await series();
  await odd('planted-second');
  expect(await series()).toEqual(before);
});

it('holds no value of a client, and no company', async () => {
  const text = await (await send('/metrics')).text();
  for (const planted of ['planted', 'measured', client.token ?? '']) expect(text).not.toContain(planted);
});

it('tells what is in use of that which is limited', async () => {
  const families = await scrape();
  const values = (name: string): Record<string, number> =>
    Object.fromEntries(
      find(families, name).samples.map(({ labels, value }) => [Object.values(labels).join(), value]),
    );
  expect(values('rollcall_gate_running_transactions')).toEqual({
    requests: 0,
    credentials: expect.any(Number),
  });
  expect(values('rollcall_gate_waiting_transactions')).toEqual({ requests: 0, credentials: 0 });
  expect(values('rollcall_gate_refused_transactions_total')).toEqual({ requests: 0, credentials: 0 });
  expect(values('rollcall_database_connections_limit')).toEqual({ '': 13 });
  expect(values('rollcall_bodies_in_flight_bytes')).toEqual({ large: 0, small: 0 });
  expect(values('rollcall_bodies_waiting')).toEqual({ large: 0, small: 0 });
  expect(values('rollcall_spools')).toEqual({ '': 0 });
  expect(values('rollcall_feed_waiters')).toEqual({ '': 0 });
  expect(values('rollcall_feed_lag_seconds')).toEqual({ '': expect.any(Number) });
  for (const name of [
    'nodejs_eventloop_lag_p99_seconds',
    'nodejs_gc_duration_seconds',
    'process_resident_memory_bytes',
  ])
    expect(find(families, name).help).not.toBe('');
});

it('counts tokens and client secrets that end soon, and not the tokens that clients get', async () => {
  const within = (days: string): Promise<number> => valueOf('rollcall_expiring_credentials', { days });
  expect([await within('1'), await within('7'), await within('30')]).toEqual([0, 2, 4]);
});

it('has names, units and help as promtool wants them', async () => {
  const faults = (await scrape())
    .filter(({ name }) => name.startsWith('rollcall_'))
    .flatMap(({ name, help, type, samples }) => [
      ...(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name) ? [] : [`${name}: not in snake case`]),
      ...(help.length > 20 ? [] : [`${name}: no help`]),
      ...((type === 'counter') === name.endsWith('_total') ? [] : [`${name}: _total is for counters`]),
      ...(type !== 'histogram' && /_(count|sum|bucket)$/.test(name)
        ? [`${name}: a suffix of histograms`]
        : []),
      ...(/_(ms|milliseconds|minutes|kb|mb|kilobytes|megabytes|percent)(_|$)/.test(name)
        ? [`${name}: no base unit`]
        : []),
      ...(new RegExp(`_(${type})(_|$)`).test(name) ? [`${name}: the type is in the name`] : []),
      ...samples.flatMap(({ labels }) =>
        Object.keys(labels).filter((label) => label !== 'le' && !/^[a-z]+(_[a-z]+)*$/.test(label)),
      ),
    ]);
  expect(faults).toEqual([]);
});

it('is at /metrics alone, and is only read', async () => {
  expect((await send('/')).status).toBe(404);
  const posted = await send('/metrics', { method: 'POST' });
  expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  expect((await application.scim(client.token, application.origin).get('/metrics')).status).toBe(404);
});
