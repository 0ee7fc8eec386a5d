import { type ScimError } from '../error/scim-error.js';
import { type JsonObject } from '../json.js';
import {
  BULK_REQUEST_URN,
  parseBulkRequest,
  readBulkTarget,
  type BulkOperation,
  type BulkRequest,
} from './bulk-request.js';

const parse = (body: JsonObject, maxOperations = 10): BulkRequest =>
  parseBulkRequest({ schemas: [BULK_REQUEST_URN], ...body }, { dialect: 'strict', maxOperations });
const post = (bulkId?: string): JsonObject => ({
  method: 'POST',
  path: '/Users',
  ...(bulkId && { bulkId }),
  data: {},
});

const target = (method: string, path: unknown): ReturnType<typeof readBulkTarget> =>
  readBulkTarget({
    index: 0,
    method,
    path,
    bulkId: undefined,
    version: undefined,
    data: undefined,
  } as BulkOperation);

function refusal(work: () => unknown): Pick<ScimError, 'status' | 'scimType'> {
  try {
    work();
  } catch (error) {
    const { status, scimType } = error as ScimError;
    return { status, scimType };
  }
  throw new Error('nothing was refused');
}

describe('parseBulkRequest', () => {
  it('reads operations in any spelling of their names', () => {
    const { operations, failOnErrors } = parse({
      FAILONERRORS: 2,
      operations: [
        { Method: 'PUT', PATH: '/Users/1', BULKID: 'a', Version: 'W/"1"', Data: { a: 1 }, other: 1 },
      ],
    });
    expect(failOnErrors).toBe(2);
    expect(operations).toEqual([
      { index: 0, method: 'PUT', path: '/Users/1', bulkId: 'a', version: 'W/"1"', data: { a: 1 } },
    ]);
  });

  it.each<[string, JsonObject]>([
    ['no Operations', {}],
    ['an empty list', { Operations: [] }],
    ['no list', { Operations: {} }],
    ['an operation that is none', { Operations: ['x'] }],
    ['an operation without method', { Operations: [{ path: '/Users', bulkId: 'a' }] }],
    ['a bulkId that is no string', { Operations: [{ method: 'POST', path: '/Users', bulkId: 1 }] }],
    ['other schemas', { schemas: ['urn:x'], Operations: [post('a')] }],
    ['one schema more', { schemas: [BULK_REQUEST_URN, 'urn:x'], Operations: [post('a')] }],
    ['no schemas', { schemas: [], Operations: [post('a')] }],
    ['a member twice', { Operations: [post('a')], operations: [post('a')] }],
  ])('BULK-23 refuses %s with invalidSyntax', (_, body) => {
    expect(refusal(() => parse(body))).toEqual({ status: 400, scimType: 'invalidSyntax' });
  });

  it('BULK-23 a lenient caller need not name the schema', () => {
    expect(
      parseBulkRequest({ Operations: [post('a')] }, { dialect: 'lenient', maxOperations: 1 }).operations,
    ).toHaveLength(1);
  });

  it.each([0, -1, 1.5, '1', true])('BULK-14 refuses failOnErrors %j', (failOnErrors) => {
    expect(refusal(() => parse({ failOnErrors, Operations: [post('a')] }))).toEqual({
      status: 400,
      scimType: 'invalidValue',
    });
  });

  it.each([
    [[post()]],
    [[post('a'), post('a')]],
    [[{ ...post(), bulkId: '' }]],
    [[{ ...post(), bulkId: null }]],
  ])('BULK-05 refuses %j', (Operations) => {
    expect(refusal(() => parse({ Operations }))).toEqual({ status: 400, scimType: 'invalidValue' });
  });

  it('BULK-05 an operation that creates nothing may share or leave out its bulkId', () => {
    const other = { method: 'DELETE', path: '/Users/1' };
    expect(parse({ Operations: [post('a'), { ...other, bulkId: 'a' }, other] }).operations).toHaveLength(3);
  });

  it('BULK-18 counts operations', () => {
    expect(parse({ Operations: [post('a'), post('b')] }, 2).operations).toHaveLength(2);
    expect(refusal(() => parse({ Operations: [post('a'), post('b')] }, 1))).toEqual({ status: 413 });
  });
});

describe('readBulkTarget', () => {
  it.each([
    ['POST', '/Users', { method: 'POST', type: 'User', id: undefined }],
    ['POST', '/groups/', { method: 'POST', type: 'Group', id: undefined }],
    ['PUT', '/Groups/bulkId:a', { method: 'PUT', type: 'Group', id: 'bulkId:a' }],
    ['DELETE', '/Users/a%2Fb%2525', { method: 'DELETE', type: 'User', id: 'a/b%25' }],
    ['PATCH', '/Users/%zz', { method: 'PATCH', type: 'User', id: '%zz' }],
  ])('BULK-06 %s %s', (method, path, expected) => {
    expect(target(method, path)).toEqual(expected);
  });

  it.each([
    ['POST', '/Users/1', 400],
    ['PUT', '/Users', 400],
    ['DELETE', '/Groups/', 400],
    ['PATCH', 'Users/1', 400],
    ['PATCH', undefined, 400],
    ['PATCH', 'https://example.org/Users/1', 400],
    ['PUT', '/Users/1/name', 404],
    ['POST', '/Nope', 404],
    ['POST', '/', 404],
    ['PATCH', '/Me', 501],
    ['GET', '/Users/1', 400],
    ['post', '/Users', 400],
  ])('BULK-06 BULK-07 %s %s is %d', (method, path, status) => {
    expect(refusal(() => target(method, path)).status).toBe(status);
  });
});
