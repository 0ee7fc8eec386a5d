import { type Json } from '../json.js';
import { printAttribute } from '../schema/attribute-path.js';
import { type AttributeDefinition } from '../schema/schema.js';
import { comparableText } from '../text/comparable-text.js';
import { fitsElement, valuesInElement } from './evaluate-filter.js';
import { type BoundFilter } from './filter.js';
import { isVersion } from './version-text.js';

/** The filter of a value path, made ready to be put to many elements. */
export interface ElementTest {
  /** How many comparisons one element costs. */
  readonly cost: number;
  readonly fits: (element: Json) => boolean;
}

type Comparison = Extract<BoundFilter, { kind: 'compare' }>;

/**
 * A test with the meaning of {@link fitsElement}. What an `or` compares with `eq` in one sub-attribute is one look-up
 * in a set, however many values there are.
 */
export function elementTest(filter: BoundFilter): ElementTest {
  switch (filter.kind) {
    case 'and': {
      const tests = filter.operands.map(elementTest);
      return { cost: costOf(tests), fits: (element) => tests.every(({ fits }) => fits(element)) };
    }
    case 'or': {
      const tests = testsOfAlternatives(filter.operands);
      return { cost: costOf(tests), fits: (element) => tests.some(({ fits }) => fits(element)) };
    }
    case 'not': {
      const { cost, fits } = elementTest(filter.operand);
      return { cost, fits: (element) => !fits(element) };
    }
    case 'compare':
    case 'present':
    case 'valuePath':
    case 'constant':
      return { cost: 1, fits: (element) => fitsElement(filter, element) };
  }
}

function testsOfAlternatives(operands: readonly BoundFilter[]): ElementTest[] {
  const tests: ElementTest[] = [];
  const equal = new Map<string, Comparison[]>();
  for (const operand of operands) {
    if (!isTextEquality(operand)) {
      tests.push(elementTest(operand));
      continue;
    }
    const name = printAttribute(operand.target);
    const others = equal.get(name);
    if (others) others.push(operand);
    else equal.set(name, [operand]);
  }
  return [...tests, ...[...equal.values()].map(oneOf)];
}

function isTextEquality(filter: BoundFilter): filter is Comparison {
  return (
    filter.kind === 'compare' &&
    filter.operator === 'eq' &&
    filter.value.type === 'text' &&
    !isVersion(filter.target)
  );
}

/** @param comparisons - of texts in one sub-attribute; not empty */
function oneOf(comparisons: readonly Comparison[]): ElementTest {
  const texts = new Set(comparisons.map(({ value }) => value.value));
  const [{ target }] = comparisons as readonly [Comparison];
  const attribute: AttributeDefinition = target.subAttribute ?? target.attribute;
  const isOne = (value: Json | undefined): boolean =>
    typeof value === 'string' && texts.has(comparableText(attribute, value));
  return { cost: 1, fits: (element) => valuesInElement(target.subAttribute, element).some(isOne) };
}

function costOf(tests: readonly ElementTest[]): number {
  return tests.reduce((sum, { cost }) => sum + cost, 0);
}
