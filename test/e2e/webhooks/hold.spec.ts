import { HookedService } from './hooked.js';

let rig: HookedService;

beforeAll(async () => {
  rig = await HookedService.start({
    WEBHOOK_HOLD_MS: '300',
    WEBHOOK_RETRIES: ['100ms', ...Array<string>(19).fill('1h')].join(),
  });
});
afterEach(() => rig.closeReceivers());
afterAll(() => rig.close());

it('what is about a resource overtakes an event that has failed for long', async () => {
  const hooked = await rig.hooked();
  const { receiver } = hooked;
  const group = await hooked.group('Finance');
  await receiver.until(({ accepted }) => accepted.length === 1);
  const isFirst = ({ body }: { readonly body: { data: { resource: { version: number } } } }): boolean =>
    body.data.resource.version === 2;
  receiver.reply = (message) => (isFirst(message) ? 500 : 204);
  await hooked.touch(group, '1');
  await receiver.until(({ messages }) => messages.some(isFirst));
  await hooked.touch(group, '2');
  await receiver.until(({ accepted }) => accepted.length === 2);
  const isPending = ({ state }: { readonly state: string }): boolean => state === 'pending';
  // An outcome is written down after the receiver has answered.
  const items = await hooked.deliveries((all) => all.filter(isPending).length === 1);
  expect(items.filter(isPending)).toMatchObject([{ resource: group, attempts: 2, status: 500 }]);
});

it('a receiver that works again after many failures gets everything at once', async () => {
  const hooked = await rig.hooked();
  const { receiver } = hooked;
  receiver.reply = () => 500;
  for (let made = 0; made < 8; made += 1) await hooked.user(`user-${made}`);
  const failing = await hooked.deliveries(
    (items) => items.reduce((sum, { attempts }) => sum + attempts, 0) >= 10,
  );
  expect(failing.every(({ state }) => state === 'pending')).toBe(true);
  receiver.reply = () => 204;
  await hooked.user('last');
  // The retries themselves would come in an hour.
  await receiver.until(({ accepted }) => accepted.length === 9);
  expect(await hooked.inState('live')).toMatchObject({ failures: 0, failingSince: null });
});
