import fc from 'fast-check';
import { runs } from '../../../test/support/property-runs.js';
import { changedValues } from './changed-values.js';
import { type Attributes } from './resource.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const changedPaths = (before: Attributes, after: Attributes): readonly string[] =>
  changedValues(before, after).map(({ path }) => path);

it('changed values are those before and after, undefined where there was none', () => {
  const before = { title: 'Dr.', name: { givenName: 'Ada' }, [ENTERPRISE]: { department: 'D' } };
  const after = { active: true, name: { givenName: 'Eve' }, [ENTERPRISE]: { manager: { value: '1' } } };
  expect(changedValues(before, after)).toEqual([
    { path: 'title', before: 'Dr.', after: undefined },
    { path: 'name.givenName', before: 'Ada', after: 'Eve' },
    { path: `${ENTERPRISE}:department`, before: 'D', after: undefined },
    { path: `${ENTERPRISE}:manager.value`, before: undefined, after: '1' },
    { path: 'active', before: undefined, after: true },
  ]);
});

describe('the paths of what changed', () => {
  it('name simple attributes, sub-attributes, attributes of extensions and their sub-attributes', () => {
    const before = {
      userName: 'ada',
      title: 'Dr.',
      name: { givenName: 'Ada', familyName: 'Byron' },
      [ENTERPRISE]: { department: 'Mathematics', manager: { value: '1' } },
    };
    const after = {
      userName: 'ada',
      active: true,
      name: { givenName: 'Ada', familyName: 'Lovelace', middleName: 'King' },
      [ENTERPRISE]: { department: 'Engines', manager: { value: '2' } },
    };
    expect(changedPaths(before, after)).toEqual([
      'title',
      'name.familyName',
      'name.middleName',
      `${ENTERPRISE}:department`,
      `${ENTERPRISE}:manager.value`,
      'active',
    ]);
  });

  it('name a multi-valued attribute as a whole', () => {
    const before = { emails: [{ value: 'a@example.com' }], roles: [{ value: 'x' }] };
    expect(changedPaths(before, { emails: [{ value: 'b@example.com' }], roles: [{ value: 'x' }] })).toEqual([
      'emails',
    ]);
  });

  it('name every part of what came or went as a whole', () => {
    const whole = { name: { givenName: 'Ada' }, [ENTERPRISE]: { division: 'x' } };
    const paths = ['name.givenName', `${ENTERPRISE}:division`];
    expect(changedPaths({}, whole)).toEqual(paths);
    expect(changedPaths(whole, {})).toEqual(paths);
  });

  it('are the same in both directions, and none for equal states', () => {
    const parts = fc.dictionary(fc.constantFrom('a', 'b'), fc.string(), { minKeys: 1 });
    const elements = fc.array(fc.record({ value: fc.string() }), { minLength: 1 });
    const attributes = fc.record(
      { title: fc.string(), active: fc.boolean(), name: parts, emails: elements, 'urn:x': parts },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(attributes, attributes, (one, other) => {
        expect(changedPaths(one, structuredClone(one))).toEqual([]);
        expect([...changedPaths(one, other)].sort()).toEqual([...changedPaths(other, one)].sort());
      }),
      runs(100),
    );
  });
});
