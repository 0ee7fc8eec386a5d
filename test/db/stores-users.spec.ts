import { StoreRig } from './store-rig.js';

const BARE = { groups: false, manager: false };

let rig: StoreRig;

beforeAll(async () => {
  rig = await StoreRig.open();
});
afterAll(() => rig.close());

it('refuses a name that no index could hold with 400, not with an error of the server', async () => {
  const scope = await rig.company();
  const long = 'ü'.repeat(1_001);
  for (const attributes of [
    { userName: long },
    { userName: 'a', displayName: long },
    { userName: 'a', externalId: long },
  ]) {
    await expect(rig.users.insert(scope, attributes, BARE)).rejects.toMatchObject({ status: 400 });
  }
  await rig.users.insert(
    scope,
    { userName: 'ü'.repeat(1_000), emails: [{ value: 'e'.repeat(50_000) }] },
    BARE,
  );
});
