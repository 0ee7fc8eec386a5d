import { isTokenOf, makeAccessToken } from './access-token.js';

it.each([0, 2, 1023])('names cell %i in the prefix, but for cell 0', (cell) => {
  const prefix = cell === 0 ? 'rollcall_' : `rollcall_c${cell}_`;
  expect(makeAccessToken(cell)).toMatch(new RegExp(`^${prefix}[\\w-]{43}$`));
  for (const kind of ['admin', 'platform'] as const) {
    const token = makeAccessToken(cell, kind);
    expect(token).toMatch(new RegExp(`^${prefix}${kind}_[\\w-]{43}$`));
    expect(isTokenOf(kind, token)).toBe(true);
    expect(isTokenOf(kind === 'admin' ? 'platform' : 'admin', token)).toBe(false);
    expect(isTokenOf(kind, makeAccessToken(cell))).toBe(false);
  }
});
