import fc from 'fast-check';
import { takesValueFilter } from '../../../src/protocol/filter/bind-filter.js';
import { type CompareOperator, type Filter } from '../../../src/protocol/filter/filter.js';
import {
  isJsonArray,
  isJsonObject,
  ownValue,
  type Json,
  type JsonObject,
} from '../../../src/protocol/json.js';
import {
  type BoundAttribute,
  definitionOf,
  printAttribute,
  resolveAttribute,
} from '../../../src/protocol/schema/attribute-path.js';
import { COMMON_ATTRIBUTES } from '../../../src/protocol/schema/common-attributes.js';
import {
  type AttributeDefinition,
  type AttributeType,
  type ResourceType,
} from '../../../src/protocol/schema/schema.js';
import { refersToResource } from '../../../src/protocol/text/comparable-reference.js';
import { TRAPS, variantOf } from './text.arbitrary.js';
import { anySimple, referenceTo } from './value.arbitrary.js';

export type AnyOperator = CompareOperator | 'pr';

const EQUALITY: readonly AnyOperator[] = ['eq', 'ne', 'pr'];
const ORDER: readonly AnyOperator[] = ['gt', 'ge', 'lt', 'le'];
const PARTS: readonly AnyOperator[] = ['co', 'sw', 'ew'];

/**
 * The operators of each type. RFC 7644 §3.4.2.2: booleans and binaries have no order. This server also refuses `co`,
 * `sw` and `ew` for values that are no strings.
 */
export const OPERATORS_OF: Readonly<Record<AttributeType, readonly AnyOperator[]>> = {
  string: [...EQUALITY, ...PARTS, ...ORDER],
  reference: [...EQUALITY, ...PARTS, ...ORDER],
  dateTime: [...EQUALITY, ...PARTS, ...ORDER],
  binary: [...EQUALITY, ...PARTS],
  boolean: EQUALITY,
  integer: [...EQUALITY, ...ORDER],
  decimal: [...EQUALITY, ...ORDER],
  complex: ['pr'],
};

/** All attributes and sub-attributes of a resource type. */
export function targetsOf(type: ResourceType): readonly BoundAttribute[] {
  const within = (attributes: readonly AttributeDefinition[], extension?: string): BoundAttribute[] =>
    attributes.flatMap((attribute) => {
      const base = extension === undefined ? { attribute } : { extension, attribute };
      const parts = (attribute.subAttributes ?? []).map((subAttribute) => ({ ...base, subAttribute }));
      return [base, ...parts];
    });
  return [
    ...within([...COMMON_ATTRIBUTES, ...type.schema.attributes]),
    ...type.schemaExtensions.flatMap(({ schema }) => within(schema.attributes, schema.id)),
  ];
}

/** The target whose values a comparison reads: a complex attribute stands for its `value`, if it has one. */
export function compared(target: BoundAttribute): BoundAttribute {
  if (target.subAttribute || target.attribute.type !== 'complex') return target;
  const value = target.attribute.subAttributes?.find(({ name }) => name === 'value');
  return value ? { ...target, subAttribute: value } : target;
}

/** The operators that a filter may use on a target. */
export function operatorsOn(target: BoundAttribute): readonly AnyOperator[] {
  return OPERATORS_OF[definitionOf(compared(target)).type];
}

/** Filters for resources of one type. Most of their literals are values of the resources. */
export class FilterSource {
  private readonly targets: readonly BoundAttribute[];
  private readonly pools = new Map<string, readonly Json[]>();

  constructor(
    private readonly type: ResourceType,
    /** The full representations. */
    private readonly resources: readonly JsonObject[],
  ) {
    this.targets = targetsOf(type);
  }

  /** A comparison of this attribute, or `pr` on it. */
  leaf(target: BoundAttribute, operator: AnyOperator): fc.Arbitrary<Filter> {
    return this.nameOf(target).chain((text) => this.leafNamed(text, target, operator));
  }

  /** Comparisons and value paths of any attributes, combined by `and`, `or` and `not`. */
  any(): fc.Arbitrary<Filter> {
    return logic(this.anyTerm(), 3);
  }

  anyValuePath(): fc.Arbitrary<Filter> {
    return fc
      .constantFrom(...this.targets.filter(takesValueFilter))
      .chain((target) =>
        fc
          .tuple(
            this.nameOf(target),
            fc.oneof(this.termsOfOneElement(target), logic(this.anyPart(target), 2)),
          )
          .map(([text, filter]): Filter => ({ kind: 'valuePath', name: named(text), filter })),
      );
  }

  private anyTerm(): fc.Arbitrary<Filter> {
    const leaf = fc
      .constantFrom(...this.targets)
      .chain((target) => this.anyOperator(target).chain((operator) => this.leaf(target, operator)));
    return fc.oneof({ weight: 2, arbitrary: leaf }, { weight: 1, arbitrary: this.anyValuePath() });
  }

  /** A term inside the brackets of a value path. */
  private anyPart(target: BoundAttribute): fc.Arbitrary<Filter> {
    if (target.attribute.type !== 'complex') {
      return this.anyOperator(target).chain((operator) => this.leafNamed('value', target, operator));
    }
    return fc.constantFrom(...(target.attribute.subAttributes ?? [])).chain((subAttribute) => {
      const part = { ...target, subAttribute };
      return this.anyOperator(part).chain((operator) => this.leafNamed(subAttribute.name, part, operator));
    });
  }

  /** Several terms that hold for one element of a resource. */
  private termsOfOneElement(target: BoundAttribute): fc.Arbitrary<Filter> {
    const elements = this.valuesOf({ ...target }).filter(isJsonObject);
    if (elements.length === 0) return this.anyPart(target);
    return fc.tuple(fc.constantFrom(...elements), fc.constantFrom(...elements)).chain(([element, other]) => {
      const parts = (target.attribute.subAttributes ?? []).filter(({ name }) => Object.hasOwn(element, name));
      if (parts.length === 0) return this.anyPart(target);
      const ofOne = fc
        .subarray(parts, { minLength: 1, maxLength: Math.min(3, parts.length) })
        .chain((chosen) => fc.tuple(...chosen.map((part) => termOn(part, element))));
      // Two terms about one sub-attribute, with values of two elements: one element rarely meets both.
      const ofTwo = fc
        .constantFrom(...parts)
        .chain((part) => fc.tuple(termOn(part, element), termOn(part, { ...element, ...other })));
      return fc
        .oneof({ weight: 4, arbitrary: ofOne }, { weight: 1, arbitrary: ofTwo })
        .map((operands): Filter => {
          const [only] = operands;
          return only && operands.length === 1 ? only : { kind: 'and', operands };
        });
    });
  }

  private anyOperator(target: BoundAttribute): fc.Arbitrary<AnyOperator> {
    return fc.constantFrom(...operatorsOn(target));
  }

  private leafNamed(text: string, target: BoundAttribute, operator: AnyOperator): fc.Arbitrary<Filter> {
    const name = named(text);
    if (operator === 'pr') return fc.constant({ kind: 'present', name });
    const literal = literalOf(definitionOf(compared(target)), operator, this.valuesOf(compared(target)));
    return literal.map((value): Filter => ({ kind: 'compare', name, operator, value: { value, column: 1 } }));
  }

  /** The name of a target, in one of its spellings. */
  private nameOf(target: BoundAttribute): fc.Arbitrary<string> {
    const { extension, attribute, subAttribute } = target;
    const full = printAttribute(target);
    const short = attribute.name + (subAttribute ? `.${subAttribute.name}` : '');
    const withUrn = extension === undefined ? `${this.type.schema.id}:${full}` : full;
    const meant = resolveAttribute(this.type, short);
    const spellings = [full, withUrn];
    if (meant.kind === 'attribute' && meant.target.extension === extension) spellings.push(short);
    return fc.constantFrom(...spellings, withUrn.toUpperCase());
  }

  /** The values that the resources have at a target. */
  private valuesOf(target: BoundAttribute): readonly Json[] {
    const path = printAttribute(target);
    const known = this.pools.get(path);
    if (known) return known;
    const values = this.resources.flatMap((resource) => valuesAt(target, resource));
    this.pools.set(path, values);
    return values;
  }
}

function valuesAt({ extension, attribute, subAttribute }: BoundAttribute, resource: JsonObject): Json[] {
  const holder = extension === undefined ? resource : ownValue(resource, extension);
  const value = isJsonObject(holder) ? ownValue(holder, attribute.name) : undefined;
  const elements = value === undefined ? [] : isJsonArray(value) ? value : [value];
  if (!subAttribute) return [...elements];
  return elements.flatMap((element) => {
    const part = isJsonObject(element) ? ownValue(element, subAttribute.name) : undefined;
    if (part === undefined) return [];
    return isJsonArray(part) ? [...part] : [part];
  });
}

/** A literal of the right type for the operator, close to one of the values in `pool`. */
function literalOf(
  definition: AttributeDefinition,
  operator: CompareOperator,
  pool: readonly Json[],
): fc.Arbitrary<string | number | boolean | null> {
  const own = pool.length === 0 ? anySimple(definition) : fc.constantFrom(...pool);
  const near = own.chain((value) => nearTo(value, definition, operator));
  const others = anySimple(definition).chain((value) => nearTo(value, definition, operator));
  const isEquality = operator === 'eq' || operator === 'ne';
  return fc.oneof(
    { weight: 14, arbitrary: near },
    { weight: 1, arbitrary: others },
    ...(isEquality ? [{ weight: 1, arbitrary: fc.constant(null) }] : []),
  );
}

function nearTo(
  value: Json,
  definition: AttributeDefinition,
  operator: CompareOperator,
): fc.Arbitrary<string | number | boolean> {
  const { type } = definition;
  if (typeof value === 'boolean') return fc.boolean();
  if (typeof value === 'number') {
    const step = type === 'integer' ? 1 : 0.25;
    return fc.constantFrom(value, value, value + step, value - step).map((near) => (near === 0 ? 0 : near));
  }
  const text = typeof value === 'string' ? value : '';
  const isInstant = type === 'dateTime' && !PARTS.includes(operator);
  if (isInstant) return instantNear(text);
  const [, endpoint, id] = /(Users|Groups)\/([^/]+)$/.exec(text) ?? [];
  if (refersToResource(definition) && endpoint !== undefined && id !== undefined) {
    return fc.oneof(referenceTo(endpoint, id), variantOf(text));
  }
  return fc.oneof(
    { weight: 9, arbitrary: variantOf(text) },
    { weight: 1, arbitrary: fc.constantFrom(...TRAPS) },
  );
}

/** The same instant with another offset, or an instant shortly before or after it. */
function instantNear(text: string): fc.Arbitrary<string> {
  const milliseconds = Date.parse(/[zZ]$|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`);
  const at = (shift: number, hours: number): string => {
    const local = new Date(milliseconds + shift + hours * 3_600_000).toISOString().slice(0, 23);
    const offset =
      hours === 0 ? 'Z' : `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00`;
    return local + offset;
  };
  if (Number.isNaN(milliseconds)) return fc.constant('2020-01-01T00:00:00Z');
  return fc.oneof(
    fc.constant(text),
    fc
      .tuple(fc.constantFrom(0, 0, 1, -1, 1_000), fc.integer({ min: -12, max: 13 }))
      .map(([s, h]) => at(s, h)),
  );
}

/** A term that is true for an element, or nearly. */
function termOn(part: AttributeDefinition, element: JsonObject): fc.Arbitrary<Filter> {
  const present = ownValue(element, part.name) ?? null;
  const value = isJsonArray(present) ? (present[0] ?? null) : present;
  const operators = OPERATORS_OF[part.type].filter((operator) => operator !== 'ne');
  const name = named(part.name);
  return fc
    .oneof(
      { weight: 2, arbitrary: fc.constant<AnyOperator>('eq') },
      { weight: 1, arbitrary: fc.constantFrom(...operators) },
    )
    .chain((operator): fc.Arbitrary<Filter> => {
      if (operator === 'pr') return fc.constant({ kind: 'present', name });
      const literal = fc.oneof(
        { weight: 3, arbitrary: fc.constant(value as string | number | boolean) },
        { weight: 1, arbitrary: nearTo(value, part, operator) },
      );
      return literal.map((chosen) => ({
        kind: 'compare',
        name,
        operator,
        value: { value: chosen, column: 1 },
      }));
    });
}

function logic(term: fc.Arbitrary<Filter>, depth: number): fc.Arbitrary<Filter> {
  if (depth === 0) return term;
  const inner = logic(term, depth - 1);
  return fc.oneof(
    { weight: 3, arbitrary: term },
    { weight: 1, arbitrary: inner.map((operand): Filter => ({ kind: 'not', operand })) },
    {
      weight: 2,
      arbitrary: fc
        .record({
          kind: fc.constantFrom('and' as const, 'or' as const),
          operands: fc.array(inner, { minLength: 2, maxLength: 3 }),
        })
        .map((filter): Filter => filter),
    },
  );
}

function named(text: string): { readonly text: string; readonly column: number } {
  return { text, column: 1 };
}
