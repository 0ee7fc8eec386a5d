import { IssuerKeys } from './issuer-keys.js';

const setOf = (length: number, name = ''): { readonly keys: { readonly text: string } } => ({
  keys: { text: JSON.stringify({ keys: [{ kid: name.padStart(length, 'x') }] }) },
});

describe('key sets of issuers', () => {
  it('are kept while they are used', () => {
    const keys = new IssuerKeys([]);
    for (const source of [setOf(100), { keys: { url: 'https://idp.example/keys' } }]) {
      expect(keys.of(source)).toBe(keys.of(source));
    }
  });

  it('are forgotten behind ten thousand others, those that were used last at last', () => {
    const keys = new IssuerKeys([]);
    const [used, unused] = [setOf(1, 'used'), setOf(1, 'unused')];
    const [first, second] = [keys.of(used), keys.of(unused)];
    for (let number = 0; number < 9_999; number += 1) {
      if (number === 5_000) keys.of(used);
      keys.of(setOf(1, String(number)));
    }
    expect(keys.of(used)).toBe(first);
    expect(keys.of(unused)).not.toBe(second);
  });

  it('are read anew each time where they are large and stand in the database', () => {
    const keys = new IssuerKeys([]);
    expect(keys.of(setOf(5_000))).not.toBe(keys.of(setOf(5_000)));
  });
});
