import { parse } from 'node:querystring';
import { refusal } from '../../../test/support/refusal.js';
import { ScimError } from '../error/scim-error.js';
import { parseListQuery, withinPages } from './list-query.js';

const LIMITS = { defaultCount: 100, maxCount: 1000 };

function read(query: string): ReturnType<typeof parseListQuery> {
  return parseListQuery(parse(query), LIMITS);
}

describe('parseListQuery', () => {
  it.each([
    ['IDX-03', '', 1, 100],
    ['IDX-03', 'startIndex=1', 1, 100],
    ['IDX-04', 'startIndex=0', 1, 100],
    ['IDX-04', 'startIndex=-5', 1, 100],
    ['IDX-05', 'startIndex=7&count=2', 7, 2],
    ['IDX-06', 'count=0', 1, 0],
    ['IDX-07', 'count=-1', 1, 0],
    ['IDX-09', 'startIndex=9999', 9999, 100],
    ['IDX-13', 'count=100000', 1, 1000],
    ['IDX-13', `count=${'9'.repeat(400)}`, 1, 1000],
    ['IDX-09', `startIndex=${'9'.repeat(400)}`, Number.MAX_SAFE_INTEGER, 100],
    ['IDX-04', `startIndex=-${'9'.repeat(400)}&count=-${'9'.repeat(400)}`, 1, 0],
    ['IDX-15', 'count=0100', 1, 100],
  ])('%s reads %s', (_row, query, startIndex, count) => {
    expect(read(query)).toEqual({ startIndex, count });
  });

  it.each(['abc', '1.5', '1e3', '', ' ', '0x10', '１', '+1', 'NaN', '1\n'])(
    'IDX-11 refuses the count and start %j',
    (text) => {
      for (const name of ['count', 'startIndex']) {
        const refused = (): unknown => read(`${name}=${encodeURIComponent(text)}`);
        expect(refusal(refused)).toBe(`400 invalidValue ${name}: expected an integer in digits, such as 100`);
      }
    },
  );

  it.each(['filter', 'startIndex', 'count', 'sortBy', 'sortOrder', 'attributes', 'excludedAttributes'])(
    'refuses %s given twice',
    (name) => {
      const refused = (): unknown => read(`${name}=1&${name}=2`);
      expect(refused).toThrow(ScimError);
      expect(refused).toThrow(`${name}: expected one value, found several`);
      expect(() => parseListQuery({ [name]: { a: '1' } }, LIMITS)).toThrow(ScimError);
    },
  );

  it('gives texts as they are, and ignores the rest', () => {
    expect(
      read('filter=&sortBy=userName&sortOrder=descending&attributes=a,b&foo=1&foo=2&__proto__=x'),
    ).toEqual({
      filter: '',
      sortBy: 'userName',
      sortOrder: 'descending',
      attributes: 'a,b',
      startIndex: 1,
      count: 100,
    });
    expect(read('excludedAttributes=members')).toMatchObject({ excludedAttributes: 'members' });
  });
});

describe('parseListQuery with cursors', () => {
  const CURSORS = { ...LIMITS, cursors: true };
  const readCursor = (query: string): ReturnType<typeof parseListQuery> =>
    parseListQuery(parse(query), CURSORS);

  it.each([
    ['CUR-01', 'cursor', { text: '', count: undefined }],
    ['CUR-01', 'cursor=&count=10', { text: '', count: 10 }],
    ['CUR-01', 'cursor=AbC_-', { text: 'AbC_-', count: undefined }],
    ['CUR-06', 'cursor=&count=-1', { text: '', count: 0 }],
    ['CUR-11', 'cursor=&count=5000', { text: '', count: 1000 }],
  ])('%s reads %s', (_row, query, cursor) => {
    expect(readCursor(query)).toMatchObject({ startIndex: 1, cursor });
  });

  it('CUR-15 a query without cursor has none', () => {
    expect(readCursor('count=10')).toEqual({ startIndex: 1, count: 10 });
    expect(read('cursor=x&cursor=y&count=10')).toEqual({ startIndex: 1, count: 10 });
  });

  it.each([
    ['CUR-11', 'cursor=&count=abc', 'invalidCount', /^count: expected an integer/],
    ['CUR-11', 'cursor=&count=', 'invalidCount', /^count: /],
    ['CUR-16', 'cursor=&startIndex=1', 'invalidValue', /^startIndex and cursor/],
    ['CUR-16', 'cursor=x&startIndex=x', 'invalidValue', /^startIndex: /],
    ['CUR-09', 'cursor=x&cursor=y', 'invalidValue', /^cursor: expected one value/],
  ])('%s refuses %s', (_row, query, scimType, detail) => {
    expect(() => readCursor(query)).toThrow(
      expect.objectContaining({ status: 400, scimType, detail: expect.stringMatching(detail) }),
    );
  });
});

describe('withinPages', () => {
  it.each([
    [50, { defaultCount: 50, maxCount: 50, cursors: true }],
    [500, { defaultCount: 100, maxCount: 500, cursors: true }],
    [5000, { defaultCount: 100, maxCount: 1000, cursors: true }],
  ])('pages of %i at most', (most, limits) => {
    expect(withinPages({ ...LIMITS, cursors: true }, most)).toEqual(limits);
  });
});
