import { type Request } from 'express';
import { publicBaseUri } from './base-uri.js';

const TRUSTING = { publicUrl: undefined, trustProxy: true };

function requestWith(headers: Readonly<Record<string, string>>): Request {
  return { protocol: 'http', get: (name: string) => headers[name] } as unknown as Request;
}

it.each([
  ['/people', '/people'],
  ['/people/', '/people'],
  ['/a/b-c/~d.e//', '/a/b-c/~d.e'],
  ['/', ''],
  ['', ''],
  ['people', ''],
  ['//people', ''],
  ['/a//b', ''],
  ['/a?b', ''],
])('takes X-Forwarded-Prefix %s for %s', (prefix, path) => {
  const request = requestWith({ host: 'scim.example.com', 'x-forwarded-prefix': prefix });
  expect(publicBaseUri(request, TRUSTING)).toBe(`http://scim.example.com${path}`);
});

it('reads a hostile X-Forwarded-Prefix in one go', () => {
  for (const prefix of [`${'/'.repeat(150_000)}x`, `${'/x'.repeat(75_000)}!`, `/${'x'.repeat(150_000)}!`]) {
    const request = requestWith({ host: 'scim.example.com', 'x-forwarded-prefix': prefix });
    expect(publicBaseUri(request, TRUSTING)).toBe('http://scim.example.com');
  }
});

it.each(['scim.example.com:99999', '999.1.1.1', '[1:2]', 'a..b:', '[::g]', 'a b', '[', ''])(
  'names no host that is none: %s',
  (host) => {
    const base = publicBaseUri(requestWith({ host }), TRUSTING);
    expect(new URL(base).origin).toBe('http://localhost');
    const forwarded = requestWith({ host: 'scim.example.com', 'x-forwarded-host': host });
    expect(publicBaseUri(forwarded, TRUSTING)).toBe('http://scim.example.com');
  },
);

it.each(['scim.example.com', 'scim.example.com:8443', '127.0.0.1:3000', '[::1]', '[2001:db8::1]:3000'])(
  'names the host that a request was sent to: %s',
  (host) => {
    expect(publicBaseUri(requestWith({ host }), TRUSTING)).toBe(`http://${host}`);
  },
);
