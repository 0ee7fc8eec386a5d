import fc from 'fast-check';
import { BUILT_IN_RESOURCE_TYPES } from '../protocol/schema/resource-types.js';
import { runs } from '../../test/support/property-runs.js';
import { maskSecrets } from './mask-secrets.js';
import { SecretNames } from './secret-names.js';

const names = new SecretNames(BUILT_IN_RESOURCE_TYPES);
const SECRET = 'S3cr\\"et-äö';
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

const request = (body: string, more = {}): Parameters<typeof maskSecrets>[0] => ({
  path: '/scim/v2/Users',
  headers: [['Content-Type', 'application/scim+json']],
  body: { text: body, cut: false },
  answer: undefined,
  ...more,
});
const bodyOf = (body: string, cut = false): string =>
  maskSecrets(request('', { body: { text: body, cut } }), names).body!.text;

it.each([
  ['a member', '{ "userName": "ada", "password" : "pw-1234" }', '{ "userName": "ada", "password" : "…" }'],
  ['another spelling', '{"PassWord":"pw-1234"}', '{"PassWord":"…"}'],
  ['an escaped name', '{"\\u0070assword":"pw-1234"}', '{"\\u0070assword":"…"}'],
  ['a name with its URN', `{"${USER}:password":"pw-1234"}`, `{"${USER}:password":"…"}`],
  ['a number', '{"password":12345678}', '{"password":"…"}'],
  ['an object', '{"password":{"value":"pw-1234"},"a":1}', '{"password":"…","a":1}'],
  [
    'an operation',
    '{"op":"replace","path":"password","value":"pw-1234"}',
    '{"op":"replace","path":"password","value":"…"}',
  ],
  [
    'an operation whose value comes first',
    '{"value":"pw-1234","path":"password"}',
    '{"value":"…","path":"password"}',
  ],
  ['a comparison', '{"path":"x[password eq \\"pw-1234\\"]"}', '{"path":"…"}'],
])('masks the password in %s, and leaves the rest as it came', (_, body, masked) => {
  expect(bodyOf(body)).toBe(masked);
});

it.each([
  '{"a":[1,{"value":"x"}],"path":"members"}',
  '[]',
  '{ }',
  'no JSON at all',
  '',
  '{"userName":"ada",}',
  '{"a" "b"}',
])('leaves %j as it is', (body) => {
  expect(bodyOf(body)).toBe(body);
});

it('masks what is no JSON any more where it may name a password', () => {
  expect(bodyOf('{"userName":"ada" "password":"pw-1234"}')).toBe('{"userName":"ada""…"');
  expect(bodyOf('password=pw-1234')).toBe('…');
});

it('masks the value in front of a path that is broken', () => {
  expect(bodyOf('{"value":"pw-1234","path":""password"}')).toBe('{"value":"…","path":"""…"');
  expect(bodyOf('[{"value":"pw-1234","path":"a" "\\u0070assword"}')).toBe('[{"value":"…","path":"a""…"');
  expect(bodyOf('{"value":"ada","path":""members"}')).toBe('{"value":"ada","path":""members"}');
});

it('masks what a schema of the deployment never returns', () => {
  const pin = { name: 'pin', returned: 'never' };
  const schemas = [{ attributes: [{ name: 'badge', returned: 'default', subAttributes: [pin] }] }];
  const own = new SecretNames({ schemas } as unknown as typeof BUILT_IN_RESOURCE_TYPES);
  const masked = maskSecrets(request('{"badge":{"pin":"4711","code":"A"},"password":"pw-1234"}'), own);
  expect(masked.body?.text).toBe('{"badge":{"pin":"…","code":"A"},"password":"…"}');
});

it('masks the fields of forms and queries, and leaves credentials and tokens out', () => {
  const masked = maskSecrets(
    request('userName=ada&pass%77ord=pw-1234', {
      path: '/scim/v2/Users?filter=password%20eq%20%22pw-1234%22&attributes=password&access_token=abc&count=1',
      headers: [
        ['Content-Type', 'application/x-www-form-urlencoded'],
        ['Authorization', 'Bearer abcdefgh'],
        ['cookie', 'session=1234'],
        ['X-Api-Key', 'k'],
        ['X-Other', 'abcdefgh'],
        ['User-Agent', 'rollcall_abcdefghijklmnop'],
      ],
    }),
    names,
  );
  expect(masked).toEqual({
    path: '/scim/v2/Users?filter=…&attributes=password&access_token=…&count=1',
    headers: [
      ['Content-Type', 'application/x-www-form-urlencoded'],
      ['X-Api-Key', '…'],
      ['X-Other', '…'],
      ['User-Agent', '…'],
    ],
    body: { text: 'userName=ada&pass%77ord=…', cut: false },
    answer: undefined,
  });
});

it('masks in the answer what was a secret in the request', () => {
  const answer = { text: '{"detail":"pw-1234 is too short"}', cut: false };
  const masked = maskSecrets(request('{"password":"pw-1234"}', { answer }), names);
  expect(masked.answer?.text).toBe('{"detail":"… is too short"}');
});

/** Objects of some depth, in some of which the secret stands where a client may put it. */
const planted = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('ada', 1, true, null, 'a "b" \\ c', 'members'),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.oneof(
    fc.dictionary(fc.constantFrom('userName', 'value', 'name', 'emails', 'path'), tie('value'), {
      maxKeys: 4,
    }),
    fc.record({ title: tie('value'), password: fc.constant(SECRET) }),
    fc.record({ PASSWORD: fc.constant([SECRET, { value: SECRET }]), value: tie('value') }),
    fc.constantFrom(
      { op: 'replace', path: 'password', value: SECRET },
      { value: SECRET, op: 'add', path: `${USER}:password` },
      { op: 'replace', value: { password: SECRET } },
      { path: `emails[password eq "${SECRET}"].value` },
    ),
  ),
}));

it('no part of a body that is whole, cut or broken anywhere holds a password', () => {
  const spaces = fc.constantFrom(undefined, 2);
  const written = JSON.stringify(SECRET).slice(1, -1);
  fc.assert(
    fc.property(
      planted.object,
      spaces,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.boolean(),
      (body, space, place, isBroken) => {
        const text = JSON.stringify(body, null, space);
        const at = Math.floor(place * text.length);
        const cut = bodyOf(text.slice(0, at), true);
        const brokenText = isBroken ? `${text.slice(0, at)}"${text.slice(at)}` : text.slice(0, at);
        // A name that is broken itself is none.
        const broken = /password/i.test(brokenText) ? bodyOf(brokenText) : '';
        for (const masked of [bodyOf(text), cut, broken]) {
          expect(masked).not.toContain(written.slice(0, 4));
          expect(masked).not.toContain(SECRET.slice(0, 4));
        }
      },
    ),
    runs(500),
  );
});

it('reads a text that is made to be slow in time that goes by its length', () => {
  for (const text of [
    '{"a":'.repeat(13_000),
    `{"a":"${'\\"'.repeat(32_000)}`,
    'password '.repeat(7000),
    '[[{"value":"'.repeat(6000),
  ]) {
    expect(bodyOf(text, true).length).toBeLessThan(80_000);
  }
});
