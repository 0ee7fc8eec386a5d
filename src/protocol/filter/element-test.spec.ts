import fc from 'fast-check';
import { runs } from '../../../test/support/property-runs.js';
import { type Json } from '../json.js';
import { attribute } from '../schema/define-attribute.js';
import { BUILT_IN_RESOURCE_TYPES } from '../schema/resource-types.js';
import { type ResourceType } from '../schema/schema.js';
import { bindPatchPath } from '../patch/patch-path.js';
import { elementTest } from './element-test.js';
import { fitsElement } from './evaluate-filter.js';
import { type BoundFilter } from './filter.js';
import { FilterParser } from './filter.parser.js';

const parser = new FilterParser();

const USER_WITH_DOORS: ResourceType = {
  ...BUILT_IN_RESOURCE_TYPES.user,
  schema: {
    ...BUILT_IN_RESOURCE_TYPES.user.schema,
    attributes: [
      ...BUILT_IN_RESOURCE_TYPES.user.schema.attributes,
      attribute('doors', 'Values with a list in them.', {
        type: 'complex',
        multiValued: true,
        subAttributes: [attribute('keys', 'Texts.', { multiValued: true })],
      }),
    ],
  },
};

function bind(filter: string, name = 'emails'): BoundFilter {
  const path = `${name}[${filter}]`;
  const target = bindPatchPath(path, USER_WITH_DOORS, { dialect: 'strict', parser });
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

  const ada = { value: 'Ada', type: 'work', primary: true };
  it.each<[string, string, Json, boolean]>([
    ['emails', 'value eq "ada" and type eq "work"', ada, true],
    ['emails', 'value eq "ada" and type eq "home"', ada, false],
    ['emails', 'value eq "ada" or value eq "bob"', ada, true],
    ['emails', 'value eq "bob" or value eq "ADA"', ada, true],
    ['emails', 'value eq "bob" or value eq "eve"', ada, false],
    ['emails', 'value eq "work" or type eq "ada"', ada, false],
    ['emails', 'not (value eq "bob" or value eq "eve")', ada, true],
    ['emails', 'value eq "bob" or primary eq true', ada, true],
    ['emails', 'value eq "ada" or value eq "bob"', {}, false],
    ['x509Certificates', 'value eq "MIIa" or value eq "MIIb"', { value: 'MIIb' }, true],
    ['x509Certificates', 'value eq "MIIa" or value eq "MIIb"', { value: 'MIIB' }, false],
    ['doors', 'keys eq "a" or keys eq "b"', { keys: ['b', 'c'] }, true],
    ['schemas', 'value eq "urn:a" or value eq "urn:b"', 'urn:b', true],
    ['schemas', 'value eq "urn:a" or value eq "urn:b"', 'urn:c', false],
  ])('of %s, %s fits %j: %s', (name, source, candidate, expected) => {
    const bound = bind(source, name);
    expect(elementTest(bound).fits(candidate)).toBe(expected);
    expect(fitsElement(bound, candidate)).toBe(expected);
  });

  it('costs as much for many equal values of one name as for one', () => {
    const values = Array.from({ length: 400 }, (_, index) => `value eq "a${index}"`);
    expect(elementTest(bind(values.join(' or '))).cost).toBe(1);
    expect(elementTest(bind(`${values.join(' or ')} or type eq "work" or type eq "home"`)).cost).toBe(2);
    const parts = values.join(' or ').replaceAll('eq', 'co');
    expect(elementTest(bind(parts)).cost).toBe(400);
    expect(elementTest(bind(`not (${parts})`)).cost).toBe(400);
    expect(elementTest(bind(`type pr and (${parts})`)).cost).toBe(401);
  });
});
