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
