import { randomBytes } from 'node:crypto';
import { type RefusedCredential } from '../scim/request-facts.js';
import { type AccessTokensStore } from './access-tokens.store.js';
import { RefusedTokens } from './refused-tokens.js';

const REVOKED: RefusedCredential = { reason: 'revoked', name: 'entra' };

/** Look-ups that end when the test says so. */
class Store {
  readonly begun: { readonly hash: Buffer; end: (found?: RefusedCredential) => void; fail: () => void }[] =
    [];
  readonly tokens = new RefusedTokens({
    findRefused: (hash: Buffer) =>
      new Promise<RefusedCredential | undefined>((end, fail) =>
        this.begun.push({ hash, end, fail: () => fail(new Error('the database is away')) }),
      ),
  } as unknown as AccessTokensStore);
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('looks one token up after another, and one that is asked for again once', async () => {
  const { begun, tokens } = new Store();
  const [a, b] = [randomBytes(32), randomBytes(32)];
  const explained = [tokens.explain(a), tokens.explain(b), tokens.explain(a)];
  await settle();
  expect(begun.map(({ hash }) => hash)).toEqual([a]);
  begun[0]?.end(REVOKED);
  await settle();
  begun[1]?.end();
  expect(await Promise.all(explained)).toEqual([REVOKED, undefined, REVOKED]);
  expect(begun).toHaveLength(2);
});

it('knows nothing of a token where the look-up fails, and goes on', async () => {
  const { begun, tokens } = new Store();
  const [first, second] = [tokens.explain(randomBytes(32)), tokens.explain(randomBytes(32))];
  await settle();
  begun[0]?.fail();
  expect(await first).toBeUndefined();
  await settle();
  begun[1]?.end(REVOKED);
  expect(await second).toBe(REVOKED);
});

it('lets no more than ten wait, whatever is sent', async () => {
  const { begun, tokens } = new Store();
  const waiting = Array.from({ length: 10 }, () => tokens.explain(randomBytes(32)));
  expect(await tokens.explain(randomBytes(32))).toBeUndefined();
  for (let index = 0; index < 10; index++) {
    await settle();
    begun[index]?.end();
  }
  await Promise.all(waiting);
  expect(begun).toHaveLength(10);
  const later = tokens.explain(randomBytes(32));
  await settle();
  begun[10]?.end(REVOKED);
  expect(await later).toBe(REVOKED);
});
