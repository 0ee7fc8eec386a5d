import { isLocal } from './providers.js';
import { troublesOf } from './troubles.js';

const NOW = new Date('2026-01-31T12:00:00Z');
const company = {
  state: 'active',
  lastUsed: NOW.toISOString(),
  expiringCredentials: 0,
  pausedUntil: null,
  settings: { silentAfterHours: 24 },
} as const;
const rule = { kind: 'users', removed: 26, of: 250, windowMinutes: 60, percent: 10 } as const;

it('finds nothing where all is well, and tells the worst first', () => {
  expect(troublesOf(company, { refused: 0 }, undefined, NOW)).toEqual([]);
  const paused = {
    ...company,
    state: 'paused',
    expiringCredentials: 1,
    lastUsed: '2026-01-29T11:00:00Z',
  } as const;
  expect(troublesOf(paused, { refused: 1000 }, { rule }, NOW).map(({ text }) => text)).toEqual([
    'Removals are held: 26 of 250 users would have been gone',
    'Writes are paused',
    '1,000 or more requests refused in 24 hours',
    'No request for 2 days',
    '1 credential ends within 30 days',
  ]);
});

it('tells a company that nothing was ever connected to from a silent one', () => {
  const [only] = troublesOf({ ...company, lastUsed: null }, undefined, undefined, NOW);
  expect(only).toMatchObject({ text: 'Not connected yet', weight: 0 });
});

it('has nothing to look at in a company that was deleted or moved on purpose, and says no more of it', () => {
  const never = { ...company, lastUsed: null, expiringCredentials: 1 };
  for (const [state, word] of [
    ['deleted', 'deleted'],
    ['removable', 'deleted'],
    ['moved', 'moved'],
  ] as const) {
    const troubles = troublesOf({ ...never, state }, { refused: 2 }, undefined, NOW);
    expect(troubles).toEqual([expect.objectContaining({ weight: 0, tone: 'plain', word })]);
  }
});

it('does not tell a company that is suspended to be connected', () => {
  const texts = troublesOf({ ...company, lastUsed: null, state: 'suspended' }, undefined, undefined, NOW);
  expect(texts.map(({ text }) => text)).toEqual(['Suspended: every request is refused']);
});

it('takes a company for silent after the hours that it says, or never', () => {
  const texts = (silentAfterHours: number | null): readonly string[] =>
    troublesOf(
      { ...company, lastUsed: '2026-01-30T10:00:00Z', settings: { silentAfterHours } },
      undefined,
      undefined,
      NOW,
    ).map(({ text }) => text);
  expect(texts(26)).toEqual(['No request for 26 hours']);
  expect(texts(27)).toEqual([]);
  expect(texts(null)).toEqual([]);
});

it.each([
  ['http://localhost:3000/standard/scim/v2', true],
  ['http://127.0.0.1:3000', true],
  ['https://10.1.2.3', true],
  ['https://172.20.0.1', true],
  ['https://[::1]', true],
  ['https://rollcall', true],
  ['https://rollcall.local', true],
  ['https://scim.example.com', false],
  ['https://172.15.0.1', false],
])('%s is local: %s', (address, local) => {
  expect(isLocal(address)).toBe(local);
});
