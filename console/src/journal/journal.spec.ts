import { causeOf } from './cause.js';
import { type Entry } from './entry.js';
import { foldFailures } from './fold.js';
import { sentenceOf, textOf } from './sentence.js';

const ADA = { value: '1', type: 'User', display: 'Ada' } as const;

const entry = (values: Partial<Entry>): Entry => ({
  id: '1',
  at: '2026-01-31T08:30:00.000Z',
  txn: '1',
  credentialId: '3',
  credentialName: 'Okta',
  client: null,
  surface: 'standard',
  requestId: null,
  traceId: null,
  operation: 'create',
  outcome: 'done',
  status: null,
  scimType: null,
  resourceType: 'Group',
  resourceId: '2',
  externalId: null,
  display: 'Finance',
  version: 1,
  attributes: [],
  added: 0,
  removed: 0,
  durationMs: 1,
  detail: null,
  member: null,
  ...values,
});

it.each<[string, Partial<Entry>]>([
  ['Okta created the group Finance', {}],
  ['Okta created the group Finance, and added 2 members to it', { added: 2 }],
  ['Okta added 3 members to Finance', { operation: 'members', added: 3 }],
  ['Okta removed Ada from Finance', { operation: 'members', removed: 1, member: ADA }],
  [
    'Okta added 1,000 members to and removed 2 from Finance',
    { operation: 'members', added: 1000, removed: 2 },
  ],
  ['Okta could not create the group Finance', { outcome: 'refused', status: 409 }],
  [
    'Okta could not create the user ada@acme.example',
    { outcome: 'refused', resourceType: 'User', resourceId: null, display: 'ada@acme.example' },
  ],
  [
    'Okta could not list the users',
    { outcome: 'refused', operation: 'list', resourceType: 'User', resourceId: null, display: null },
  ],
  [
    'Okta made the set-up link Acme, IT',
    {
      ...{ operation: 'credential.issued', resourceType: null, resourceId: null, display: 'Acme, IT' },
      detail: { kind: 'setupLink' },
    },
  ],
  [
    'Okta revoked the token Entra ID',
    {
      ...{ operation: 'credential.revoked', resourceType: null, resourceId: null, display: 'Entra ID' },
      detail: { kind: 'token' },
    },
  ],
  [
    'Okta could not change settings /admin/v1/companies/acme',
    {
      outcome: 'refused',
      operation: 'changeSettings',
      resourceType: null,
      resourceId: null,
      display: null,
      detail: { path: '/admin/v1/companies/acme' },
    },
  ],
  [
    'Okta asked for what was there already, to change the group Finance',
    { outcome: 'unchanged', operation: 'patch' },
  ],
  [
    'Okta sent something that was left out, to change the members of the group Finance',
    { outcome: 'ignored', operation: 'members' },
  ],
  [
    'curl could not be served /scim/v2',
    {
      outcome: 'refused',
      operation: 'request',
      credentialName: null,
      client: 'curl',
      resourceType: null,
      resourceId: null,
      display: null,
      detail: { path: '/scim/v2' },
    },
  ],
  [
    'The command line created the company Acme',
    {
      ...{ operation: 'company.created', resourceType: null, resourceId: null, display: 'Acme' },
      ...{ credentialId: 'command-line', credentialName: 'command line', client: 'root' },
    },
  ],
  [
    'Rollcall warned that the token demo ends soon',
    {
      ...{ operation: 'credential.expiring', resourceType: null, resourceId: null, display: 'demo' },
      ...{ credentialId: null, credentialName: null, detail: { kind: 'token' } },
    },
  ],
  ['Okta deactivated the user Ada', { operation: 'deactivate', resourceType: 'User', display: 'Ada' }],
])('says %s', (text, values) => {
  expect(textOf(sentenceOf(entry(values)))).toBe(text);
});

it('has what follows a name apart from it', () => {
  expect(sentenceOf(entry({ added: 2 }))).toEqual({
    actor: 'Okta',
    verb: 'created the group',
    object: 'Finance',
    rest: ', and added 2 members to it',
  });
});

it('knows the cause of a refusal by its scimType, its message, its credential, and else by its status', () => {
  const cause = (values: Partial<Entry>): string | undefined =>
    causeOf(entry({ outcome: 'refused', ...values }))?.cause;
  expect(cause({ status: 409, scimType: 'uniqueness' })).toMatch(/has this value already/);
  expect(cause({ status: 429, detail: { message: 'guard: removals are held' } })).toMatch(/is held until/);
  expect(cause({ status: 429 })).toMatch(/Too much came at once/);
  expect(cause({ status: 401, detail: { reason: 'revoked' } })).toBe('The credential is revoked.');
  expect(cause({ status: 418 })).toBe('The request was refused.');
  expect(causeOf(entry({}))).toBeUndefined();
});

it.each([
  [['an unknown member'], /^Some members are not here/],
  [['2 unknown members', 'shoeSize'], /^Some members are not here/],
  [['shoeSize'], /^No schema here has/],
])('knows what to do about %j, which was left out', (ignored, cure) => {
  expect(causeOf(entry({ outcome: 'ignored', detail: { ignored } }))?.cure).toMatch(cure);
});

it('folds equal failures and counts what they stand for, and leaves everything else in its order', () => {
  const failure = { outcome: 'refused', status: 409, scimType: 'uniqueness' } as const;
  const folds = foldFailures([
    entry({ id: '6', ...failure, detail: { repeats: 3 } }),
    entry({ id: '5' }),
    entry({ id: '4', ...failure, display: 'Legal', resourceId: '9' }),
    entry({ id: '3', ...failure }),
    entry({ id: '2' }),
  ]);
  expect(folds.map(({ newest, times }) => [newest.id, times])).toEqual([
    ['6', 4],
    ['5', 1],
    ['4', 1],
    ['2', 1],
  ]);
});

it('puts what was left out of a request to what was done of it, and leaves it by itself where that is not there', () => {
  const folds = foldFailures([
    entry({ id: '5', txn: 'b', outcome: 'ignored' }),
    entry({ id: '4', txn: 'a', outcome: 'ignored' }),
    entry({ id: '3', txn: 'a' }),
    entry({ id: '2', txn: 'c' }),
  ]);
  expect(folds.map(({ newest, leftOut }) => [newest.id, leftOut?.id])).toEqual([
    ['5', undefined],
    ['3', '4'],
    ['2', undefined],
  ]);
});
