import fc from 'fast-check';
import { runs } from '../../../test/support/property-runs.js';
import { type Json } from '../json.js';
import { BUILT_IN_RESOURCE_TYPES } from '../schema/resource-types.js';
import { bindPatchPath } from '../patch/patch-path.js';
import { elementTest } from './element-test.js';
import { fitsElement } from './evaluate-filter.js';
import { type BoundFilter } from './filter.js';
import { FilterParser } from './filter.parser.js';

const parser = new FilterParser();

function bind(filter: string): BoundFilter {
  const path = `emails[${filter}]`;
  const target = bindPatchPath(path, BUILT_IN_RESOURCE_TYPES.user, { dialect: 'strict', parser });
  if (target.kind !== 'attribute' || !target.selection) throw new Error(`${path} has no filter`);
  return target.selection.where;
}

const text = fc.constantFrom('a', 'A', 'ß', 'ss', 'SS', 'work', '');
const comparison = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom('value', 'type', 'display'), fc.constant('eq'), text) },
  fc.tuple(fc.constantFrom('value', 'type'), fc.constantFrom('ne', 'co', 'sw', 'gt', 'le'), text),
);
const { filter } = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small' },
    comparison.map(([name, operator, value]) => `${name} ${operator} ${JSON.stringify(value)}`),
    fc.constantFrom('primary eq true', 'primary ne true', 'value pr'),
    fc.array(tie('filter'), { minLength: 2, maxLength: 5 }).map((terms) => `(${terms.join(' or ')})`),
    fc.array(tie('filter'), { minLength: 2, maxLength: 3 }).map((terms) => `(${terms.join(' and ')})`),
    tie('filter').map((inner) => `not (${inner})`),
  ),
}));
const element: fc.Arbitrary<Json> = fc.oneof(
  fc.record(
    { value: fc.oneof(text, fc.constant(null)), type: text, display: text, primary: fc.boolean() },
    { requiredKeys: [] },
  ),
  fc.constantFrom<Json>(null, 'a', 1),
);

describe('elementTest', () => {
  it('has the meaning of the filter', () => {
    fc.assert(
      fc.property(filter, fc.array(element, { maxLength: 6 }), (source, elements) => {
        const bound = bind(source);
        const { fits } = elementTest(bound);
        expect(elements.map(fits)).toEqual(elements.map((each) => fitsElement(bound, each)));
      }),
      runs(2000),
    );
  });

  it('costs as much for many equal values of one name as for one', () => {
    const values = Array.from({ length: 400 }, (_, index) => `value eq "a${index}"`);
    expect(elementTest(bind(values.join(' or '))).cost).toBe(1);
    expect(elementTest(bind(`${values.join(' or ')} or type eq "work" or type eq "home"`)).cost).toBe(2);
    expect(elementTest(bind(values.join(' or ').replaceAll('eq', 'co'))).cost).toBe(400);
  });
});
