import { operationOf } from './request-operation.js';

const ID = '027230536171b51d';

it.each<[string, string, object]>([
  ['GET', '/Users', { name: 'list', resourceType: 'User' }],
  ['GET', '/Users/', { name: 'list', resourceType: 'User' }],
  ['GET', '', { name: 'list' }],
  ['HEAD', `/groups/${ID}`, { name: 'read', resourceType: 'Group', resourceId: ID }],
  ['POST', '/Users', { name: 'create', resourceType: 'User' }],
  ['POST', '/Users/.search', { name: 'search', resourceType: 'User' }],
  ['POST', '/.search', { name: 'search' }],
  ['PUT', `/Users/a-${ID}`, { name: 'replace', resourceType: 'User', resourceId: ID }],
  ['PATCH', '/Groups', { name: 'patch', resourceType: 'Group' }],
  ['DELETE', '/Users/ada@example.com', { name: 'delete', resourceType: 'User' }],
  ['PUT', '/Me', { name: 'replace', resourceType: 'User' }],
  ['GET', '/Me', { name: 'read', resourceType: 'User' }],
  ['POST', '/Bulk', { name: 'bulk' }],
  ['GET', '/Bulk', { name: undefined }],
  ['GET', '/Schemas/urn:x', { name: 'describe' }],
  ['OPTIONS', '/Users', { name: undefined, resourceType: 'User' }],
  ['POST', '/Userz', { name: undefined }],
  ['POST', '/constructor', { name: undefined }],
])('%s %s is %j', (method, endpoint, expected) => {
  expect(operationOf(method, endpoint)).toEqual(expected);
});
