import { vi } from 'vitest';
import { type CallerCompany, type Credential } from '../../access/credential.js';
import { RecentCredentials } from './recent-credentials.js';

const STATE = { kind: 'token', hash: Buffer.alloc(32), credentialRow: '7', companyRow: '8' } as const;

const credential = (company: Partial<CallerCompany> = {}): Credential => ({
  id: '1',
  name: 'Okta',
  dialect: 'strict',
  scopes: ['scim:read'],
  company: {
    id: '2',
    slug: 'acme',
    settings: { duplicateGroupNames: false, unknownMembers: 'reject' },
    suspended: false,
    ...company,
  },
});

const keyOf = (n: number): string => n.toString(16);

afterEach(() => vi.restoreAllMocks());

it('gives a credential with what has to be confirmed, for each request anew', () => {
  const recent = new RecentCredentials<Credential>();
  recent.note(keyOf(1), credential(), STATE);
  const first = recent.recall(keyOf(1));
  expect(first).toEqual({
    ...credential(),
    remembered: { ...STATE, confirmed: false },
  });
  first!.remembered!.confirmed = true;
  expect(recent.recall(keyOf(1))?.remembered?.confirmed).toBe(false);
  expect(recent.recall(keyOf(2))).toBeUndefined();
});

it('forgets it half a minute after its look-up, and where a look-up finds nothing', () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(1000);
  const recent = new RecentCredentials<Credential>();
  for (const n of [1, 2]) recent.note(keyOf(n), credential(), STATE);
  recent.note(keyOf(2), undefined, undefined);
  expect(recent.recall(keyOf(2))).toBeUndefined();
  now.mockReturnValue(30_999);
  expect(recent.recall(keyOf(1))).toBeDefined();
  now.mockReturnValue(31_000);
  expect(recent.recall(keyOf(1))).toBeUndefined();
});

it('remembers none of a company that is suspended or paused', () => {
  const recent = new RecentCredentials<Credential>();
  recent.note(keyOf(1), credential(), STATE);
  recent.note(keyOf(1), credential({ suspended: true }), STATE);
  recent.note(keyOf(2), credential({ pauseLeft: 60 }), STATE);
  for (const n of [1, 2]) expect(recent.recall(keyOf(n))).toBeUndefined();
});

it('remembers ten thousand, and of more those that were looked up last', () => {
  const recent = new RecentCredentials<Credential>();
  for (let n = 0; n < 10_000; n += 1) recent.note(keyOf(n), credential(), STATE);
  recent.note(keyOf(0), credential(), STATE);
  recent.note(keyOf(10_000), credential(), STATE);
  expect(recent.recall(keyOf(1))).toBeUndefined();
  for (const n of [0, 2, 10_000]) expect(recent.recall(keyOf(n))).toBeDefined();
});
