import { Webhook } from 'standardwebhooks';
import { type Reply } from '../../support/webhook-receiver.js';
import { HookedService } from './hooked.js';

let rig: HookedService;

beforeAll(async () => {
  rig = await HookedService.start();
});
afterEach(() => rig.closeReceivers());
afterAll(() => rig.close());

it('sends what was changed, signed, once, and tells so', async () => {
  const hooked = await rig.hooked();
  const { receiver, secret } = hooked;
  const resource = await hooked.user('ada');
  const [delivery] = await hooked.deliveries(([first]) => first?.state === 'delivered');
  const [message] = receiver.messages;
  expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
  receiver.verify(secret);
  expect(() => new Webhook(`whsec_${'a'.repeat(44)}`).verify(message!.text, message!.headers)).toThrow();
  expect(message).toMatchObject({
    id: `msg_${delivery!.id}`,
    headers: { 'content-type': 'application/json', 'user-agent': expect.stringMatching(/^Rollcall\//) },
    body: {
      type: 'user.created',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      data: { resource: { type: 'User', id: resource } },
    },
  });
  expect(delivery).toMatchObject({
    ...{ type: 'user.created', resource, attempts: 1, status: 204, error: null, nextAttempt: null },
  });
  expect(await hooked.inState('live')).toMatchObject({ failures: 0, lastSuccess: expect.any(String) });
  expect(receiver.messages).toHaveLength(1);
});

it('sends the types that are wanted, and what was changed since it was made', async () => {
  const hooked = await rig.hooked({ types: ['group.created'] });
  await hooked.user('ada');
  await hooked.group('Finance');
  await hooked.deliveries((items) => items.length === 1 && items[0]!.state === 'delivered');
  expect(hooked.receiver.messages.map(({ body }) => body.type as string)).toEqual(['group.created']);
  const late = await rig.admin.post(`/companies/${hooked.company}/webhooks`, { url: hooked.receiver.url });
  const latePath = `/companies/${hooked.company}/webhooks/${late.body.id}`;
  await hooked.user('ben');
  await hooked.receiver.until(({ messages }) => messages.some(({ body }) => body.type === 'user.created'));
  expect((await rig.admin.get(`${latePath}/deliveries`)).body.items).toHaveLength(1);
});

it('tries again with the same id and a signature of the attempt, follows no redirect, and shows answers to operators', async () => {
  const hooked = await rig.hooked();
  const { receiver, secret } = hooked;
  const target = (await rig.hooked()).receiver;
  let seen: (status: number) => void = () => undefined;
  const third = new Promise<number>((resolve) => (seen = resolve));
  const replies: Reply[] = [
    { status: 302, headers: { location: target.url } },
    { status: 500, body: 'out of order\u0000, ada@acme.example' },
  ];
  receiver.reply = () => replies.shift() ?? third;
  await hooked.user('ada');
  const failed = await hooked.deliveries(([first]) => first?.attempts === 2);
  expect(failed[0]).toMatchObject({ state: 'pending', status: 500, excerpt: 'out of order , …' });
  seen(204);
  const [delivery] = await hooked.deliveries(([first]) => first?.state === 'delivered');
  expect(delivery).toMatchObject({ attempts: 3, status: 204, excerpt: null });
  expect(new Set(receiver.messages.map(({ id }) => id)).size).toBe(1);
  receiver.verify(secret);
  expect(target.messages).toEqual([]);
});

it('tells of each resource in the order of its changes, one at a time, and of several side by side', async () => {
  const hooked = await rig.hooked();
  const { receiver } = hooked;
  const underWay = new Set<string>();
  const twice: string[] = [];
  let most = 0;
  receiver.reply = async ({ body }) => {
    const { id } = body.data.resource as { id: string };
    if (underWay.has(id)) twice.push(id);
    underWay.add(id);
    most = Math.max(most, underWay.size);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
    underWay.delete(id);
    return Math.random() < 0.1 ? 500 : 204;
  };
  const groups = await Promise.all(['A', 'B', 'C', 'D', 'E'].map((name) => hooked.group(name)));
  for (let round = 0; round < 12; round += 1) {
    await Promise.all(groups.map((group) => hooked.touch(group, `${round}`)));
  }
  await receiver.until(({ accepted }) => accepted.length === groups.length * 13);
  expect(twice).toEqual([]);
  expect(most).toBeGreaterThan(1);
  for (const group of groups) {
    const versions = receiver.messages
      .filter(({ status, body }) => status === 204 && body.data.resource.id === group)
      .map(({ body }) => Number(/\d+/.exec(body.data.resource.version as string)?.[0]));
    expect(versions).toEqual([...versions].sort((one, other) => one - other));
    expect(versions).toHaveLength(13);
  }
});

it('holds what is about the same resource back while an event fails, and nothing else', async () => {
  const hooked = await rig.hooked();
  const { receiver } = hooked;
  const [broken, sound] = [await hooked.group('Broken'), await hooked.group('Sound')];
  await receiver.until(({ accepted }) => accepted.length === 2);
  let isBroken = true;
  receiver.reply = ({ body }) => (isBroken && body.data.resource.id === broken ? 500 : 204);
  await hooked.touch(broken, '1');
  await receiver.until(({ messages }) => messages.length > 2);
  await hooked.touch(broken, '2');
  for (const round of ['1', '2', '3']) await hooked.touch(sound, round);
  await receiver.until(({ accepted }) => accepted.length === 5);
  const items = await hooked.deliveries((all) => all.filter(({ state }) => state === 'pending').length === 2);
  expect(items.filter(({ state }) => state === 'pending')[1]).toMatchObject({
    resource: broken,
    attempts: 0,
  });
  isBroken = false;
  await receiver.until(({ accepted }) => accepted.length === 7);
});

it('takes 410 for the end of an endpoint, and goes on with everything when it is enabled', async () => {
  const hooked = await rig.hooked();
  const { receiver, path, company } = hooked;
  receiver.reply = () => 410;
  const first = await hooked.user('ada');
  expect(await hooked.inState('disabled')).toMatchObject({ disabledReason: 'gone' });
  const second = await hooked.user('ben');
  expect((await rig.admin.post(`${path}/test`)).status).toBe(409);
  const { body } = await rig.admin.get(`/companies/${company}/activity?operation=webhook.disabled`);
  expect(body.items).toMatchObject([
    { credentialId: 'server', surface: 'server', detail: { id: hooked.id, reason: 'gone' } },
  ]);
  receiver.reply = () => 204;
  const before = receiver.messages.length;
  expect((await rig.admin.post(`${path}/enable`)).body).toMatchObject({ state: 'live', disabled: null });
  await receiver.until(({ accepted }) => accepted.length === 2);
  expect(
    receiver.messages
      .slice(before)
      .map(({ body: sent }) => sent.data.resource.id as string)
      .sort(),
  ).toEqual([first, second].sort());
});

it.each([
  ['is enabled again', (path: string) => rig.admin.post(`${path}/enable`)],
  ['gets another URL', (path: string, url: string) => rig.admin.patch(path, { url: `${url}/new` })],
])('calls an endpoint that %s one at a time until it has taken something', async (what, begin) => {
  const hooked = await rig.hooked();
  const { receiver, path } = hooked;
  await hooked.user('first');
  expect(await hooked.inState('live')).toMatchObject({ failures: 0 });
  await hooked.deliveries(([first]) => first?.state === 'delivered');
  if (what === 'is enabled again') await rig.admin.post(`${path}/disable`);
  let answer: (status: number) => void = () => undefined;
  const answered = new Promise<number>((resolve) => (answer = resolve));
  receiver.reply = () => answered;
  expect((await begin(path, receiver.url)).body).toMatchObject({ state: 'live', lastSuccess: null });
  await Promise.all(Array.from({ length: 10 }, (_, number) => hooked.user(`user-${number}`)));
  await receiver.received(2);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(receiver.messages).toHaveLength(2);
  answer(204);
  await receiver.until(({ accepted }) => accepted.length === 11);
});

it('disables an endpoint behind the last retry; a replay has the same id', async () => {
  const hooked = await rig.hooked();
  const { receiver, path, company, secret } = hooked;
  receiver.reply = () => 503;
  await hooked.user('ada');
  expect(await hooked.inState('disabled')).toMatchObject({ disabledReason: 'failing', failures: 4 });
  const [failed] = await hooked.deliveries(([first]) => first?.state === 'failed');
  expect(failed).toMatchObject({ attempts: 4, status: 503, nextAttempt: null });
  const { body } = await rig.admin.get(`/companies/${company}/activity?operation=webhook.disabled`);
  expect(body.items).toMatchObject([{ detail: { id: hooked.id, reason: 'failing' } }]);
  receiver.reply = () => 204;
  await rig.admin.post(`${path}/enable`);
  const { body: range } = await rig.admin.post(`${path}/replay`, { from: '2026-01-01', failed: true });
  expect(range).toEqual({ replayed: 1 });
  await receiver.until(({ accepted }) => accepted.length === 1);
  await hooked.deliveries(([first]) => first?.state === 'delivered');
  const { body: again } = await rig.admin.post(`${path}/deliveries/${failed!.id}/replay`);
  expect(again).toMatchObject({ id: failed!.id, state: 'pending', attempts: 0 });
  await receiver.received(6);
  expect(new Set(receiver.messages.map(({ id }) => id))).toEqual(new Set([`msg_${failed!.id}`]));
  receiver.verify(secret);
});

it('leaves a receiver alone for as long as it asks', async () => {
  const hooked = await rig.hooked();
  const { receiver } = hooked;
  receiver.reply = () => ({ status: 429, headers: { 'retry-after': '3600' } });
  const asked = Date.now() + 3_500_000;
  await hooked.user('ada');
  const [delivery] = await hooked.deliveries(([first]) => first?.attempts === 1);
  expect(Date.parse(delivery!.nextAttempt!)).toBeGreaterThan(asked);
  await hooked.user('ben');
  await hooked.group('Finance');
  expect(await hooked.inState('failing')).toMatchObject({ failures: 1, failingSince: expect.any(String) });
  expect(receiver.messages).toHaveLength(1);
});

it('signs with all secrets that are in force, and loses nothing when they are rotated under load', async () => {
  const hooked = await rig.hooked();
  const { receiver, path } = hooked;
  const secrets = [hooked.secret];
  const writing = (async () => {
    for (let number = 0; number < 60; number += 1) await hooked.user(`user-${number}`);
  })();
  await receiver.received(5);
  const rotated = await rig.admin.post(`${path}/rotate`, { overlapHours: 1 });
  expect(rotated.body.secrets).toMatchObject([{ expires: null }, { expires: expect.any(String) }]);
  secrets.push(rotated.body.secret as string);
  await writing;
  await receiver.until(({ accepted }) => accepted.length === 60);
  receiver.verify(secrets[0]!);
  const isOfBoth = ({ headers }: { headers: Readonly<Record<string, string>> }): boolean =>
    headers['webhook-signature']!.split(' ').length === 2;
  expect(receiver.messages.some(isOfBoth)).toBe(true);
  for (const each of receiver.messages.filter(isOfBoth))
    new Webhook(secrets[1]!).verify(each.text, each.headers);
  const last = await rig.admin.post(`${path}/rotate`, { overlapHours: 0 });
  expect(last.body.secrets).toHaveLength(1);
  await hooked.user('last');
  const messages = await receiver.received(61);
  new Webhook(last.body.secret as string).verify(messages[60]!.text, messages[60]!.headers);
  expect(() => new Webhook(secrets[1]!).verify(messages[60]!.text, messages[60]!.headers)).toThrow();
});

it('sends a test, whatever types are wanted', async () => {
  const hooked = await rig.hooked({ types: ['user.deleted'], name: 'Access service' });
  const { body } = await rig.admin.post(`${hooked.path}/test`);
  expect(body).toMatchObject({ type: 'webhook.test', state: 'pending', activity: null });
  const [message] = await hooked.receiver.received(1);
  expect(message!.body).toMatchObject({
    type: 'webhook.test',
    data: { company: { slug: hooked.company }, webhook: { id: hooked.id, name: 'Access service' } },
  });
  hooked.receiver.verify(hooked.secret);
});
