import { type Request } from 'express';
import { contentTypeOf, PLAIN_JSON, requireAcceptable, SCIM_JSON, type WrittenTypes } from './media-types.js';

const BOTH: WrittenTypes = ['application/scim+json', 'application/json'];

const asking = (accept: string | undefined): Request => ({ headers: { accept } }) as Request;

it.each([
  [undefined, SCIM_JSON],
  ['', SCIM_JSON],
  [' ', SCIM_JSON],
  [',', SCIM_JSON],
  ['nonsense', SCIM_JSON],
  ['*', SCIM_JSON],
  ['*/*', SCIM_JSON],
  ['application/*;q=0.1', SCIM_JSON],
  ['application/json', PLAIN_JSON],
  ['APPLICATION/JSON; charset=utf-8', PLAIN_JSON],
  ['application/json;profile="a, b;q=0"', PLAIN_JSON],
  ['application/json, application/scim+json', SCIM_JSON],
  ['application/json, text/plain, */*', SCIM_JSON],
  ['application/json, application/scim+json;q=0', PLAIN_JSON],
  ['application/json;q=0.9, application/scim+json;q=0.899', PLAIN_JSON],
  ['*/*;q=0.1, application/json', PLAIN_JSON],
  ['text/html, image/gif, *; q=.2, */*; q=.2', SCIM_JSON],
  ['application/scim+json;q=0, application/*', PLAIN_JSON],
  ['application/*;q=0, */*, application/json;q=0.001', PLAIN_JSON],
  ['application/json;q=0.1;version=1, application/json;version=2, */*;q=0.5', PLAIN_JSON],
  ['application/scim+json;q=, application/json;q=x', SCIM_JSON],
  ['nonsense, application/json', PLAIN_JSON],
])('Accept: %j is answered in %s', (accept, expected) => {
  const request = asking(accept);
  expect(contentTypeOf(request, BOTH)).toBe(expected);
  expect(() => {
    requireAcceptable(request, BOTH);
  }).not.toThrow();
});

it.each([
  'text/html',
  'application/xml',
  '*/*;q=0',
  'application/json;q=0.0, application/scim+json;q=0',
  'image/*',
])('Accept: %j admits neither, so the first is written where it is not refused', (accept) => {
  const request = asking(accept);
  expect(contentTypeOf(request, BOTH)).toBe(SCIM_JSON);
  expect(contentTypeOf(request, ['application/json', 'application/scim+json'])).toBe(PLAIN_JSON);
  expect(() => {
    requireAcceptable(request, BOTH);
  }).toThrow('application/scim+json and application/json');
});

it('the surface that writes one type writes that, whatever is preferred', () => {
  const request = asking('application/json, */*;q=0.1');
  expect(contentTypeOf(request, ['application/scim+json'])).toBe(SCIM_JSON);
});
