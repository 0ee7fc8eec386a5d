import { readableMessage } from './readable-line.js';

const REQUEST = { requestId: 'r-1', durationMs: 12.4, msg: 'request answered' };
const OKTA = { company: 'acme', credential: 'Okta', method: 'PATCH' };
const GROUP = { operation: 'patch', resourceType: 'Group', resourceId: '027230536171b51d' };

it.each<[object, string]>([
  [
    { ...REQUEST, ...OKTA, ...GROUP, status: 204, outcome: 'done' },
    'acme · Okta: patch Group 027230536171b51d → 204 in 12 ms',
  ],
  [
    { ...REQUEST, ...OKTA, ...GROUP, status: 200, outcome: 'unchanged' },
    'acme · Okta: patch Group 027230536171b51d → 200 in 12 ms (unchanged)',
  ],
  [
    { ...REQUEST, ...OKTA, ...GROUP, status: 200, outcome: 'done', ignored: ['shoeSize', 'id'] },
    'acme · Okta: patch Group 027230536171b51d → 200 in 12 ms (ignored shoeSize, id)',
  ],
  [
    { ...REQUEST, ...OKTA, operation: 'bulk', status: 200, outcome: 'done', operations: { 201: 5, 409: 1 } },
    'acme · Okta: bulk → 200 in 12 ms (5 × 201, 1 × 409)',
  ],
  [
    {
      ...{ ...REQUEST, company: 'acme', credential: 'Entra', operation: 'list', resourceType: 'User' },
      ...{ status: 401, outcome: 'refused', reason: 'expired', since: '2026-01-31T08:30:00.000Z' },
    },
    'acme · Entra: list User → 401 in 12 ms (refused · expired since 2026-01-31T08:30:00.000Z · request r-1)',
  ],
  [
    {
      ...REQUEST,
      method: 'POST',
      path: '/scim/…',
      status: 404,
      outcome: 'refused',
      detail: 'No such endpoint',
    },
    'POST /scim/… → 404 in 12 ms (refused · No such endpoint · request r-1)',
  ],
  [{ msg: 'a worker process ended', worker: 7 }, 'a worker process ended'],
  [{ company: 'acme', lines: 7, msg: 'more requests' }, 'acme: more requests'],
])('%j reads well', (line, expected) => {
  expect(readableMessage(line as Readonly<Record<string, unknown>>, 'msg')).toBe(expected);
});
