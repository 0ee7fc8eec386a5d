import { isSearchRequest, parseSearchRequest, SEARCH_REQUEST_SCHEMA } from './search-request.js';

const LIMITS = { defaultCount: 50, maxCount: 200 };
const schemas = ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'];

describe('parseSearchRequest', () => {
  it('SRCH-03 reads every parameter, attributes as the list that a query string has', () => {
    const body = {
      schemas,
      filter: 'userName sw "a"',
      sortBy: 'userName',
      sortOrder: 'descending',
      attributes: ['userName', 'emails.value'],
      excludedAttributes: ['groups'],
      startIndex: 3,
      count: 7,
    };
    expect(parseSearchRequest(body, LIMITS)).toEqual({
      filter: 'userName sw "a"',
      sortBy: 'userName',
      sortOrder: 'descending',
      attributes: 'userName,emails.value',
      excludedAttributes: 'groups',
      startIndex: 3,
      count: 7,
    });
  });

  it('takes null, and what is not given, for the defaults; names in any case; other names for nothing', () => {
    const body = { SCHEMAS: schemas, filter: null, count: null, STARTINDEX: 2, cursor: 'x' };
    expect(parseSearchRequest(body, LIMITS)).toStrictEqual({ startIndex: 2, count: 50 });
    const unknown = { schemas, odd: 1, Odd: 2, even: 3 };
    expect(parseSearchRequest(unknown, LIMITS)).toStrictEqual({ startIndex: 1, count: 50 });
  });

  it('brings numbers within the limits', () => {
    expect(parseSearchRequest({ schemas, startIndex: -4, count: 1000 }, LIMITS)).toEqual({
      startIndex: 1,
      count: 200,
    });
    expect(parseSearchRequest({ schemas, count: -1 }, LIMITS).count).toBe(0);
  });

  it.each([
    [{ filter: 1 }, /^filter: expected a string/],
    [{ sortBy: ['a'] }, /^sortBy: /],
    [{ attributes: 'userName' }, /^attributes: expected an array/],
    [{ attributes: [1] }, /^attributes: /],
    [{ excludedAttributes: ['userName', 1] }, /^excludedAttributes: expected an array of attribute names/],
    [{ startIndex: '1' }, /^startIndex: expected an integer/],
    [{ count: 1.5 }, /^count: /],
  ])('refuses %j', (parameters, detail) => {
    expect(() => parseSearchRequest({ schemas, ...parameters }, LIMITS)).toThrow(
      expect.objectContaining({
        status: 400,
        scimType: 'invalidValue',
        detail: expect.stringMatching(detail),
      }),
    );
  });

  it('CUR-17 reads a cursor where the server has them', () => {
    const cursors = { ...LIMITS, cursors: true };
    expect(parseSearchRequest({ schemas, cursor: '', count: 7 }, cursors)).toEqual({
      startIndex: 1,
      count: 7,
      cursor: { text: '', count: 7 },
    });
    expect(parseSearchRequest({ schemas, cursor: null }, cursors)).toEqual({ startIndex: 1, count: 50 });
  });

  it.each([
    ['CUR-11', { cursor: '', count: '7' }, 'invalidCount', /^count: /],
    ['CUR-16', { cursor: '', startIndex: 1 }, 'invalidValue', /^startIndex and cursor/],
    ['CUR-17', { cursor: 7 }, 'invalidValue', /^cursor: expected a string/],
  ])('%s refuses %j', (_row, parameters, scimType, detail) => {
    expect(() => parseSearchRequest({ schemas, ...parameters }, { ...LIMITS, cursors: true })).toThrow(
      expect.objectContaining({ status: 400, scimType, detail: expect.stringMatching(detail) }),
    );
  });

  it('refuses a parameter that stands twice', () => {
    expect(() => parseSearchRequest({ schemas, filter: 'a pr', Filter: 'b pr' }, LIMITS)).toThrow(
      expect.objectContaining({
        scimType: 'invalidSyntax',
        detail: 'filter: stands twice in the request',
      }),
    );
  });

  it.each([
    {},
    { schemas: null },
    { schemas: [] },
    { schemas: ['x'] },
    { schemas: [5] },
    { schemas: [...schemas, 'x'] },
    { schemas: SEARCH_REQUEST_SCHEMA },
  ])('SRCH-06 refuses what does not say that it is a SearchRequest: %j', (body) => {
    expect(isSearchRequest(body)).toBe(false);
    expect(() => parseSearchRequest(body, LIMITS)).toThrow(
      expect.objectContaining({
        status: 400,
        scimType: 'invalidSyntax',
        detail: 'schemas: expected ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]',
      }),
    );
  });
});
