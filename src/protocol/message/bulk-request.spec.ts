import { refusal } from '../../../test/support/refusal.js';
import { type JsonObject } from '../json.js';
import {
  BULK_RESPONSE_URN,
  parseBulkRequest,
  readBulkTarget,
  type BulkOperation,
  type BulkRequest,
} from './bulk-request.js';

const URN = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

const parse = (body: JsonObject, maxOperations = 10): BulkRequest =>
  parseBulkRequest({ schemas: [URN], ...body }, { dialect: 'strict', maxOperations });
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

it('answers name the message of answers', () => {
  expect(BULK_RESPONSE_URN).toBe('urn:ietf:params:scim:api:messages:2.0:BulkResponse');
});

describe('parseBulkRequest', () => {
  it('reads operations in any spelling of their names', () => {
    const { operations, failOnErrors } = parse({
      FAILONERRORS: 2,
      operations: [
        {
          Method: 'PUT',
          PATH: '/Users/1',
          BULKID: 'a',
          Version: 'W/"1"',
          Data: { a: 1 },
          other: 1,
          another: 2,
        },
      ],
    });
    expect(failOnErrors).toBe(2);
    expect(operations).toEqual([
      { index: 0, method: 'PUT', path: '/Users/1', bulkId: 'a', version: 'W/"1"', data: { a: 1 } },
    ]);
  });

  it.each<[string, JsonObject, string]>([
    ['no Operations', {}, 'Operations: expected an array with at least one operation'],
    ['an empty list', { Operations: [] }, 'Operations: expected an array with at least one operation'],
    ['no list', { Operations: {} }, 'Operations: expected an array with at least one operation'],
    [
      'an operation that is none',
      { Operations: [post('a'), 'x'] },
      'Operations[1]: expected an object with method, path and data',
    ],
    [
      'an operation without method',
      { Operations: [{ path: '/Users', bulkId: 'a' }] },
      'Operations[0].method: expected POST, PUT, PATCH or DELETE',
    ],
    [
      'a bulkId that is no string',
      { Operations: [{ method: 'POST', path: '/Users', bulkId: 1 }] },
      'Operations[0].bulkId: expected a string',
    ],
    ['other schemas', { schemas: ['urn:x'], Operations: [post('a')] }, `schemas: expected ["${URN}"]`],
    ['one schema more', { schemas: [URN, 'urn:x'], Operations: [post('a')] }, `schemas: expected ["${URN}"]`],
    ['no schemas', { schemas: [], Operations: [post('a')] }, `schemas: expected ["${URN}"]`],
    [
      'a member twice',
      { Operations: [post('a')], operations: [post('a')] },
      'operations: stands twice in one object; names are compared without regard to case',
    ],
    [
      'a member of an operation twice',
      { Operations: [{ ...post('a'), METHOD: 'PUT' }] },
      'Operations[0].METHOD: stands twice in one object; names are compared without regard to case',
    ],
  ])('BULK-23 refuses %s with invalidSyntax', (_, body, detail) => {
    expect(refusal(() => parse(body))).toBe(`400 invalidSyntax ${detail}`);
  });

  it('BULK-23 a lenient caller need not name the schema', () => {
    expect(
      parseBulkRequest({ Operations: [post('a')] }, { dialect: 'lenient', maxOperations: 1 }).operations,
    ).toHaveLength(1);
  });

  it.each([0, -1, 1.5, '1', true])('BULK-14 refuses failOnErrors %j', (failOnErrors) => {
    expect(refusal(() => parse({ failOnErrors, Operations: [post('a')] }))).toBe(
      '400 invalidValue failOnErrors: expected an integer of 1 or more; leave it out to try all operations',
    );
  });

  it.each([
    [0, undefined],
    ['0', undefined],
    ['3', 3],
  ])('BULK-14 reads failOnErrors %j in lenient', (failOnErrors, read) => {
    const options = { dialect: 'lenient', maxOperations: 1 } as const;
    expect(parseBulkRequest({ failOnErrors, Operations: [post('a')] }, options).failOnErrors).toBe(read);
  });

  it.each<[JsonObject[], string]>([
    [[post()], 'Operations[0].bulkId: a POST needs one'],
    [[post('a'), { ...post(), bulkId: '' }], 'Operations[1].bulkId: a POST needs one'],
    [[{ ...post(), bulkId: null }], 'Operations[0].bulkId: a POST needs one'],
    [
      [post('b'), post('a'), post('a')],
      'Operations[2].bulkId: Operations[1] has the same; each POST needs its own',
    ],
  ])('BULK-05 refuses %j', (Operations, detail) => {
    expect(refusal(() => parse({ Operations }))).toBe(`400 invalidValue ${detail}`);
  });

  it('BULK-05 an operation that creates nothing may share or leave out its bulkId', () => {
    const other = { method: 'DELETE', path: '/Users/1' };
    expect(parse({ Operations: [post('a'), { ...other, bulkId: 'a' }, other] }).operations).toHaveLength(3);
  });

  it('BULK-18 counts operations', () => {
    expect(parse({ Operations: [post('a'), post('b')] }, 2).operations).toHaveLength(2);
    expect(refusal(() => parse({ Operations: [post('a'), post('b')] }, 1))).toBe(
      '413 undefined Operations: 2 operations; one job may have at most 1 (maxOperations).',
    );
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
    ['POST', '/Users/1', '400 invalidValue path: a POST goes to /Users, not to a resource'],
    ['PUT', '/Users', '400 invalidValue path: PUT needs a resource, /Users/{id}'],
    ['DELETE', '/Groups/', '400 invalidValue path: DELETE needs a resource, /Groups/{id}'],
    ['PATCH', 'Users/1', '400 invalidSyntax path: expected a path from the base URI on, such as /Users'],
    ['PATCH', undefined, '400 invalidSyntax path: expected a path from the base URI on, such as /Users'],
    [
      'PATCH',
      'https://example.org/Users/1',
      '400 invalidSyntax path: expected a path from the base URI on, such as /Users',
    ],
    ['PUT', '/Users/1/name', '404 undefined path: no such endpoint'],
    ['PUT', '/Users/1//', '404 undefined path: no such endpoint'],
    ['POST', '/Nope', '404 undefined path: no such endpoint'],
    ['POST', '/', '404 undefined path: no such endpoint'],
    ['PATCH', '/Me', '501 undefined /Me cannot be part of a bulk job.'],
    ['GET', '/Users/1', '400 invalidValue method: expected POST, PUT, PATCH or DELETE, got "GET"'],
    ['post', '/Users', '400 invalidValue method: expected POST, PUT, PATCH or DELETE, got "post"'],
  ])('BULK-06 BULK-07 %s %s is refused', (method, path, expected) => {
    expect(refusal(() => target(method, path))).toBe(expected);
  });
});
