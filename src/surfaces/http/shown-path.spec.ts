import { shownPath } from './shown-path.js';

it.each([
  ['/scim/v3/Users', '/scim/v3/Users'],
  ['/scim/v2/Users/ada@example.com', '/scim/v2/Users/…'],
  ['/api/v1/tenants/acme/scim/v2/Grops', '/api/v1/tenants/…/scim/v2/…'],
  ['/a\nb', '/…'],
  ['/', '/'],
  ['*', '/'],
  [`/${'x/'.repeat(1000)}`, `/${Array.from({ length: 12 }, () => '…').join('/')}`],
])('of %j the log shows %j', (path, expected) => {
  expect(shownPath(path)).toBe(expected);
});
