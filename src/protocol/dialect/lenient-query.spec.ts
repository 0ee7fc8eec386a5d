import { refusal } from '../../../test/support/refusal.js';
import {
  dropEmptyMembers,
  dropEmptyParameters,
  refuseMisjoinedFilter,
  refuseOtherNames,
  rewriteParameterNames,
} from './lenient-query.js';

const KNOWN = ['filter', 'startIndex'];

it('rewriteParameterNames', () => {
  expect(rewriteParameterNames({ FILTER: 'a', startindex: '1', Foo: 'x' }, KNOWN)).toEqual({
    filter: 'a',
    startIndex: '1',
    Foo: 'x',
  });
  expect(rewriteParameterNames({ filter: 'a', Filter: ['b', 'c'] }, KNOWN)).toEqual({
    filter: ['a', 'b', 'c'],
  });
  expect(rewriteParameterNames({ constructor: 'a' }, KNOWN)).toEqual({ constructor: 'a' });
});

it('refuseOtherNames', () => {
  expect(refusal(() => refuseOtherNames({ filter: 'a', Foo: 'x' }, KNOWN))).toBe('accepted');
  expect(refusal(() => refuseOtherNames({ startindex: '1' }, KNOWN))).toBe(
    '400 invalidValue startindex: the parameter is called startIndex',
  );
});

describe('refuseMisjoinedFilter', () => {
  const judged = (...names: string[]): string => refusal(() => refuseMisjoinedFilter(names));

  it.each(['?filter', 'x/Users?Filter', 'amp;filter'])('refuses %j', (name) => {
    expect(judged('count', name)).toMatch(/^400 invalidValue filter: /);
  });

  it.each(['', 'filters', 'userFilter', 'xamp;filter', '?filters', '__proto__'])(
    'leaves %j alone',
    (name) => {
      expect(judged('count', name)).toBe('accepted');
    },
  );

  it('leaves all names alone where filter itself came', () => {
    expect(judged('?filter', 'FILTER')).toBe('accepted');
  });
});

it('dropEmptyParameters', () => {
  const query = { filter: '', sortBy: 'a', sortOrder: '', attributes: '', count: '' };
  expect(dropEmptyParameters(query)).toEqual({ sortBy: 'a', attributes: '', count: '' });
});

it('dropEmptyMembers', () => {
  expect(dropEmptyMembers({ Filter: '', sortBy: 'a', SORTORDER: '', attributes: '', count: 0 })).toEqual({
    sortBy: 'a',
    attributes: '',
    count: 0,
  });
});
