import { hostOf, isLoopback } from './url-host.js';

it.each([
  ['https://scim.example.com:8443/x', 'scim.example.com'],
  ['https://127.1/', '127.0.0.1'],
  ['https://[::1]:8443/', '::1'],
])('the host of %s is %s', (url, host) => {
  expect(hostOf(new URL(url))).toBe(host);
});

it.each(['localhost', '127.0.0.1', '127.1.2.3', '::1'])('%s is this computer', (host) => {
  expect(isLoopback(host)).toBe(true);
});

it.each(['localhost.example.com', '127.0.0.1.example.com', '128.0.0.1', '0.0.0.0', '::', '::2', ''])(
  '%j is not this computer',
  (host) => {
    expect(isLoopback(host)).toBe(false);
  },
);
