import pg from 'pg';
import { ServiceMetrics } from '../../../src/metrics/service-metrics.js';
import { WebhooksStore } from '../../../src/webhooks/webhooks.store.js';
import { AdminClient } from '../../support/admin-client.js';
import { type CommandOutcome, runCommand } from '../../support/command-line.js';
import { dumpDatabase } from '../../support/database-dump.js';
import { HookedService } from './hooked.js';

let rig: HookedService;
const lines: string[] = [];

beforeAll(async () => {
  rig = await HookedService.start({ LOG_LEVEL: 'trace', METRICS_PORT: '9464' }, (line) => lines.push(line));
});
afterEach(() => rig.closeReceivers());
afterAll(() => rig.close());

const rollcall = (...args: string[]): Promise<CommandOutcome> =>
  runCommand({ DATABASE_URL: rig.service.database.url, WEBHOOK_HOSTS: 'localhost' }, ...args);

it('company administrators name hosts that the operator allows, and see no answers', async () => {
  const hooked = await rig.hooked();
  const { company, path, receiver } = hooked;
  const scopes = [`admin:${company}`];
  const issued = await rig.admin.post('/admin-credentials', { name: 'of the company', scopes });
  const administrator = new AdminClient(rig.service, `Bearer ${issued.body.secret}`);
  const create = async (url: string): Promise<number> =>
    (await administrator.post(`/companies/${company}/webhooks`, { url })).status;
  expect(await create('https://hooks.example.com/')).toBe(403);
  expect(await create(receiver.url)).toBe(403);
  expect(await create('https://localhost/')).toBe(201);
  expect((await administrator.patch(path, { url: 'https://hooks.example.com/' })).status).toBe(403);
  expect((await administrator.patch(path, { name: 'Hooks' })).body).toMatchObject({ name: 'Hooks' });
  receiver.reply = () => ({ status: 400, body: 'what a host within the network says' });
  await hooked.user('ada');
  const [seen] = await hooked.deliveries(([first]) => first?.status === 400);
  expect(seen).toMatchObject({ excerpt: 'what a host within the network says' });
  const { body } = await administrator.get(`${path}/deliveries`);
  expect(body.items).toMatchObject([{ id: seen!.id, excerpt: null }]);
  const again = await administrator.post(`${path}/deliveries/${seen!.id}/replay`);
  expect(again.body).toMatchObject({ id: seen!.id, excerpt: null });
});

it('refuses URLs by which the server could be led into a network, whoever names them', async () => {
  const { company, path } = await rig.hooked();
  for (const url of [
    'http://hooks.example.com/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://a:b@c.example/',
    'x',
  ]) {
    const refused = await rig.admin.post(`/companies/${company}/webhooks`, { url });
    expect([url, refused.status]).toEqual([url, 400]);
    expect((await rig.admin.patch(path, { url })).status).toBe(400);
  }
  const types = { url: 'https://hooks.example.com/', types: ['user.painted'] };
  expect((await rig.admin.post(`/companies/${company}/webhooks`, types)).body.detail).toContain(
    'user.deleted',
  );
});

it('TEN: webhooks and deliveries of another company are not there, whoever asks', async () => {
  const [ours, theirs] = [await rig.hooked(), await rig.hooked()];
  await theirs.user('theirs');
  const [delivery] = await theirs.deliveries(([first]) => first?.state === 'delivered');
  const path = `/companies/${ours.company}/webhooks/${theirs.id}`;
  const asked = [
    rig.admin.get(path),
    rig.admin.patch(path, { name: 'x' }),
    rig.admin.delete(path),
    rig.admin.get(`${path}/deliveries`),
    ...['disable', 'enable', 'test'].map((what) => rig.admin.post(`${path}/${what}`)),
    rig.admin.post(`${path}/rotate`, {}),
    rig.admin.post(`${path}/replay`, { from: '2026-01-01' }),
    rig.admin.post(`${ours.path}/deliveries/${delivery!.id}/replay`),
  ];
  for (const { status } of await Promise.all(asked)) expect(status).toBe(404);
  await ours.user('ours');
  await ours.receiver.until(({ messages }) => messages.length > 0);
  const slugs = (messages: readonly { body: { data: { company: { slug: string } } } }[]): Set<string> =>
    new Set(messages.map(({ body }) => body.data.company.slug));
  expect(slugs(ours.receiver.messages)).toEqual(new Set([ours.company]));
  expect(slugs(theirs.receiver.messages)).toEqual(new Set([theirs.company]));
  // On a connection of the service, the rows of its company alone are there.
  const service = new pg.Client(rig.service.database.url);
  await service.connect();
  await service.query("SELECT set_config('role', 'rollcall_service', false)");
  const seen = async (company: string): Promise<unknown[]> => {
    await service.query("SELECT set_config('rollcall.company_id', $1, false)", [company]);
    const { rows } = await service.query(
      `SELECT company_id FROM webhooks UNION SELECT company_id FROM webhook_secrets
       UNION SELECT company_id FROM webhook_deliveries`,
    );
    return rows.map(({ company_id: id }: { company_id: string }) => id);
  };
  expect(await seen('')).toEqual([]);
  const { rows } = await (async () => {
    const admin = new pg.Client(rig.service.database.adminUrl);
    await admin.connect();
    const found = await admin.query<{ id: string }>('SELECT id FROM companies WHERE slug = $1', [
      ours.company,
    ]);
    await admin.end();
    return found;
  })();
  expect(await seen(rows[0]!.id)).toEqual([rows[0]!.id]);
  await service.end();
});

it('a person who is erased is in no message that is sent afterwards, and in no answer that was kept', async () => {
  const hooked = await rig.hooked();
  const { receiver, company, path } = hooked;
  receiver.reply = () => 204;
  const person = `erasmus-${Date.now()}`;
  const { body: user } = await hooked.client.post('/Users', { userName: person, displayName: person });
  const { id } = user as { id: string };
  await receiver.received(1);
  expect(receiver.messages[0]!.text).toContain(person);
  const [first] = await hooked.deliveries(([each]) => each?.state === 'delivered');
  receiver.reply = () => ({ status: 500, body: `no room for ${person}` });
  await rig.admin.post(`${path}/deliveries/${first!.id}/replay`);
  await hooked.deliveries(([each]) => each?.excerpt?.includes(person) === true);
  await rig.admin.post(`${path}/disable`);
  const { body: erased } = await rig.admin.post(`/companies/${company}/users/${id}/erase`);
  expect(erased.proof).toContainEqual({ table: 'webhook_deliveries', before: 1, left: 0 });
  expect((await dumpDatabase(rig.service.database)).join('\n')).not.toContain(person);
  receiver.reply = () => 204;
  const before = receiver.messages.length;
  await rig.admin.post(`${path}/enable`);
  await receiver.until(({ messages }) => messages.some(({ body }) => body.type === 'user.erased'));
  for (const { text } of receiver.messages.slice(before)) expect(text).not.toContain(person);
});

it('secrets are neither in the log, nor in the journal, nor readable in the database', async () => {
  const hooked = await rig.hooked();
  const { body } = await rig.admin.post(`${hooked.path}/rotate`, { overlapHours: 1 });
  await hooked.user('ada');
  await hooked.receiver.received(1);
  const dump = (await dumpDatabase(rig.service.database)).join('\n');
  const journal = JSON.stringify((await rig.admin.get(`/companies/${hooked.company}/activity`)).body);
  for (const secret of [hooked.secret, body.secret as string]) {
    for (const part of [secret, secret.slice('whsec_'.length), Buffer.from(secret).toString('hex')]) {
      for (const place of [dump, journal, lines.join('\n')]) expect(place).not.toContain(part);
    }
    expect(JSON.stringify((await rig.admin.get(hooked.path)).body)).not.toContain(secret);
  }
});

it('a company that is removed takes its webhooks along', async () => {
  const hooked = await rig.hooked();
  await hooked.user('ada');
  await hooked.deliveries(([first]) => first?.state === 'delivered');
  await rig.service.lifecycle.deleteCompany(hooked.company, 0);
  await rig.service.purge.purgeCompany(hooked.company);
  const dump = (await dumpDatabase(rig.service.database)).join('\n');
  expect(dump).not.toContain(BigInt(`0x${hooked.id}`).toString());
  expect(dump).not.toContain(hooked.receiver.url);
});

it('the command line does the same', async () => {
  const hooked = await rig.hooked();
  const { company, receiver } = hooked;
  const json = async (...args: string[]): Promise<Record<string, unknown>> => {
    const { code, out, error } = await rollcall('webhook', ...args, '--json');
    expect([code, error]).toEqual([0, '']);
    return JSON.parse(out) as Record<string, unknown>;
  };
  const made = await json('create', company, receiver.url, '--name', 'CLI', '--types', 'user.created');
  const id = made['id'] as string;
  expect(made).toMatchObject({
    name: 'CLI',
    types: ['user.created'],
    secret: expect.stringMatching(/^whsec_/),
  });
  expect(await json('list', company)).toHaveLength(2);
  expect(await json('change', company, id, '--all-types')).toMatchObject({ types: null });
  expect(await json('test', company, id)).toMatchObject({ type: 'webhook.test' });
  const [test] = await receiver.received(1);
  expect(test!.body.data.webhook).toMatchObject({ id, name: 'CLI' });
  receiver.verify(made['secret'] as string);
  const sent = test!.id.replace('msg_', '');
  expect(await json('replay', company, id, '--delivery', sent)).toEqual({ replayed: 1 });
  await receiver.received(2);
  expect(await json('replay', company, id, '--from', '1h', '--failed')).toEqual({ replayed: 0 });
  expect((await json('rotate', company, id, '--overlap', '0'))['secrets']).toHaveLength(1);
  expect(await json('disable', company, id)).toMatchObject({ state: 'disabled' });
  expect((await rollcall('webhook', 'show', company, id)).out).toContain('by an administrator');
  expect((await rollcall('webhook', 'deliveries', company, id)).out).toContain('webhook.test');
  expect(await json('enable', company, id)).toMatchObject({ state: 'live' });
  expect(await json('delete', company, id)).toEqual({ id });
  for (const wrong of [
    ['show', company, id],
    ['create', company, 'http://hooks.example.com/'],
    ['create', company, receiver.url, '--types', 'x'],
  ]) {
    expect((await rollcall('webhook', ...wrong)).code).toBe(1);
  }
  const { out } = await rollcall('activity', 'tail', company, '--no-follow');
  expect(out).toContain('command line made the webhook CLI');
  expect(out).toContain('command line deleted the webhook CLI');
});

it('bounds how many webhooks a company has, and how many secrets are in force', async () => {
  const { company, path } = await rig.hooked();
  const url = 'https://hooks.example.com/';
  const statuses: number[] = [];
  for (let made = 0; made < 21; made += 1) {
    statuses.push((await rig.admin.post(`/companies/${company}/webhooks`, { url })).status);
  }
  expect(statuses).toEqual([...Array<number>(19).fill(201), 409, 409]);
  const rotated: number[] = [];
  for (let round = 0; round < 5; round += 1)
    rotated.push((await rig.admin.post(`${path}/rotate`, { overlapHours: 1 })).status);
  expect(rotated).toEqual([201, 201, 201, 201, 409]);
});

it('the event that is the longest is sent with a body under 20 kB', async () => {
  const hooked = await rig.hooked({ types: ['group.members'] });
  const { client, receiver } = hooked;
  const group = await hooked.group('Everybody');
  const members: object[] = [];
  for (let made = 0; made < 120; made += 1) {
    const externalId = `${made}-`.padEnd(300, 'e');
    const { body } = await client.post('/Users', { userName: `${made}-`.padEnd(300, 'u'), externalId });
    members.push({ value: (body as { id: string }).id });
  }
  const Operations = [{ op: 'add', path: 'members', value: members }];
  await client.patch(`/Groups/${group}`, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations,
  });
  const [message] = await receiver.received(1);
  expect(Buffer.byteLength(message!.text)).toBeLessThan(20_000);
  const { members: told } = message!.body.data;
  expect(told.added.length + told.omitted).toBe(120);
  expect(told.url).toMatch(/\/platform\/v1\/companies\/.*\/changes\/chg_.*\/members$/);
});

it('keeps deliveries that are over for so many days, and none of a webhook that is gone', async () => {
  const [kept, gone] = [await rig.hooked(), await rig.hooked()];
  await gone.user('ada');
  await gone.deliveries(([first]) => first?.state === 'delivered');
  await rig.admin.delete(gone.path);
  await rig.admin.post(`${kept.path}/disable`);
  const admin = new pg.Client(rig.service.database.adminUrl);
  await admin.connect();
  const insert = async (state: string, days: number): Promise<void> => {
    await admin.query(
      `INSERT INTO webhook_deliveries (company_id, webhook_id, id, state)
       SELECT company_id, id, first_resource_id(now() - make_interval(days => $2)), $3 FROM webhooks WHERE id = $1`,
      [BigInt(`0x${kept.id}`).toString(), days, state],
    );
  };
  for (const [state, days] of [
    ['delivered', 31],
    ['failed', 32],
    ['pending', 33],
    ['delivered', 29],
  ] as const)
    await insert(state, days);
  await rig.service.app.get(WebhooksStore).trim(30);
  const { rows } = await admin.query<{ state: string }>(
    'SELECT state FROM webhook_deliveries WHERE webhook_id = ANY ($1::bigint[]) ORDER BY id',
    [[kept, gone].map(({ id }) => BigInt(`0x${id}`).toString())],
  );
  expect(rows.map(({ state }) => state)).toEqual(['pending', 'delivered']);
  await admin.end();
});

it('counts webhooks by state, what waits, and attempts', async () => {
  const hooked = await rig.hooked();
  hooked.receiver.reply = () => 410;
  await hooked.user('ada');
  await hooked.inState('disabled');
  const text = await rig.service.app.get(ServiceMetrics).registry.metrics();
  const valueOf = (line: string): number => Number(new RegExp(`^${line} (\\d+)$`, 'm').exec(text)?.[1]);
  expect(valueOf('rollcall_webhook_attempts_total\\{outcome="refused"\\}')).toBeGreaterThan(0);
  expect(valueOf('rollcall_webhooks\\{state="disabled"\\}')).toBeGreaterThan(0);
  expect(valueOf('rollcall_webhook_deliveries_pending')).toBeGreaterThan(0);
  expect(text).not.toContain(hooked.company);
});
