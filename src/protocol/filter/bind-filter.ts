import { type Dialect } from '../dialect/dialect.js';
import { invalidFilter, type ScimError } from '../error/scim-error.js';
import { findByName, resolveAttribute, type BoundAttribute } from '../schema/attribute-path.js';
import { type AttributeDefinition, type ResourceType } from '../schema/schema.js';
import { isDerivedReference, resolveReference } from '../text/comparable-reference.js';
import { comparableText, hasPartsAsWritten } from '../text/comparable-text.js';
import { comparableDateTime } from '../text/date-time.js';
import {
  type AttributeName,
  type BoundFilter,
  type BoundValue,
  type CompareLiteral,
  type CompareOperator,
  type Filter,
} from './filter.js';
import { isVersion, withoutDerivedHash } from './version-text.js';

export interface BindOptions {
  /** `lenient` also reads `"True"` as a boolean and a bare value as a string, where the attribute is one. */
  readonly dialect: Dialect;
  /**
   * `noMatch` is for an endpoint of several types, where an attribute that one type lacks has no value there
   * (RFC 7644 §3.4.2.1). Everywhere else it is refused.
   */
  readonly unknownAttributes?: 'refuse' | 'noMatch';
  /** URI in front of the endpoints, which URIs of resources may be relative to; undefined where it is not known. */
  readonly baseUri?: string;
}

/** Finds what a name means; in a value path, among the sub-attributes of its attribute. */
type Resolve = (name: AttributeName) => BoundAttribute | undefined;

type Comparison = Extract<Filter, { kind: 'compare' }>;

const ORDER_OPERATORS: ReadonlySet<CompareOperator> = new Set<CompareOperator>(['gt', 'ge', 'lt', 'le']);
const SUBSTRING_OPERATORS: ReadonlySet<CompareOperator> = new Set<CompareOperator>(['co', 'sw', 'ew']);

/**
 * What a filter means in a resource type: names become attributes, values the form that is compared
 * (RFC 7644 §3.4.2.2).
 * @throws ScimError 400 `invalidFilter` for an unknown attribute, a value of another type, an operator that the
 * type lacks; the detail names the column.
 */
export function bindFilter(filter: Filter, type: ResourceType, options: BindOptions): BoundFilter {
  return new Binding(options).bind(filter, (name) => resolveInType(name, type, options));
}

class Binding {
  constructor(private readonly options: BindOptions) {}

  bind(filter: Filter, resolve: Resolve): BoundFilter {
    switch (filter.kind) {
      case 'and':
      case 'or':
        return { kind: filter.kind, operands: filter.operands.map((operand) => this.bind(operand, resolve)) };
      case 'not':
        return { kind: 'not', operand: this.bind(filter.operand, resolve) };
      case 'present': {
        const target = resolve(filter.name);
        return target ? { kind: 'present', target } : { kind: 'constant', value: false };
      }
      case 'compare':
        return this.bindComparison(filter, resolve(filter.name));
      case 'valuePath':
        return this.bindValuePath(filter, resolve(filter.name));
    }
  }

  private bindComparison(filter: Comparison, found: BoundAttribute | undefined): BoundFilter {
    const { name, operator, value: literal } = filter;
    if (literal.value === null) return bindNull(filter, found);
    if (!found) return { kind: 'constant', value: operator === 'ne' };
    const target = withValue(found, name);
    const attribute = target.subAttribute ?? target.attribute;
    refuseOperator(attribute, operator, name);
    const value = bindLiteral(target, operator, literal, this.options);
    if (value === undefined) {
      const expected = `expected ${EXPECTED[attribute.type]}, since ${name.text} is of type ${attribute.type}`;
      throw refuseAt(literal.column, expected);
    }
    return { kind: 'compare', target, operator, value };
  }

  private bindValuePath(
    { name, filter }: Extract<Filter, { kind: 'valuePath' }>,
    target: BoundAttribute | undefined,
  ): BoundFilter {
    if (!target) return { kind: 'constant', value: false };
    if (!hasElements(target)) {
      throw refuseAt(name.column, `${name.text} has no sub-attributes that could stand in brackets`);
    }
    const resolve: Resolve = (inner) => {
      const found = resolveInElement(target, inner.text);
      if (found) return found;
      if (this.options.unknownAttributes === 'noMatch') return undefined;
      throw refuseAt(inner.column, `${inner.text} is no sub-attribute of ${target.attribute.name}`);
    };
    return { kind: 'valuePath', target, filter: this.bind(filter, resolve) };
  }
}

/** Whether a filter in brackets can be about a target: a complex attribute, or several values (RFC 7644 §3.4.2.2). */
export function hasElements({ attribute, subAttribute }: BoundAttribute): boolean {
  return !subAttribute && (attribute.type === 'complex' || attribute.multiValued);
}

/** What a name in brackets means; a value without sub-attributes is itself its `value` (RFC 7643 §2.4). */
function resolveInElement(target: BoundAttribute, name: string): BoundAttribute | undefined {
  if (target.attribute.type !== 'complex') return name.toLowerCase() === 'value' ? target : undefined;
  const subAttribute = findByName(target.attribute.subAttributes, name);
  return subAttribute && subAttribute.returned !== 'never' ? { ...target, subAttribute } : undefined;
}

function resolveInType(
  name: AttributeName,
  type: ResourceType,
  { unknownAttributes }: BindOptions,
): BoundAttribute | undefined {
  const { text, column } = name;
  const resolution = resolveAttribute(type, text);
  if (resolution.kind === 'attribute' && !isSecret(resolution.target)) return resolution.target;
  const own = text.slice(text.lastIndexOf(':') + 1).toLowerCase();
  if (resolution.kind === 'attribute' || own === 'password') {
    throw refuseAt(column, `${text} cannot be used in a filter`);
  }
  if (resolution.kind !== 'unknown') {
    throw refuseAt(column, `${text} is a schema, not an attribute; ask for it with schemas eq "${text}"`);
  }
  if (unknownAttributes === 'noMatch') return undefined;
  throw refuseAt(column, `${text} ${resolution.problem}`);
}

/** Whether answers to a filter could give away what is never returned (RFC 7643 §7). */
function isSecret({ attribute, subAttribute }: BoundAttribute): boolean {
  return attribute.returned === 'never' || subAttribute?.returned === 'never';
}

/** `eq null` finds what is unassigned (RFC 7643 §2.5); no other operator says anything about null. */
function bindNull({ name, operator, value }: Comparison, target: BoundAttribute | undefined): BoundFilter {
  if (operator !== 'eq' && operator !== 'ne') {
    throw refuseAt(value.column, `expected a value, since only eq and ne compare ${name.text} with null`);
  }
  if (!target) return { kind: 'constant', value: operator === 'eq' };
  const present: BoundFilter = { kind: 'present', target };
  return operator === 'eq' ? { kind: 'not', operand: present } : present;
}

/** A complex attribute is compared by its `value` (RFC 7644 §3.4.2.2: `emails co "x"`); without one, not at all. */
function withValue(target: BoundAttribute, name: AttributeName): BoundAttribute {
  if (target.subAttribute || target.attribute.type !== 'complex') return target;
  const readable = target.attribute.subAttributes?.filter(({ returned }) => returned !== 'never');
  const value = findByName(readable, 'value');
  if (value) return { ...target, subAttribute: value };
  const [first] = readable ?? [];
  const advice = first
    ? `compare a sub-attribute, such as ${name.text}.${first.name}`
    : 'none of its sub-attributes can be compared';
  throw refuseAt(name.column, `${name.text} is complex; ${advice}`);
}

function refuseOperator(
  attribute: AttributeDefinition,
  operator: CompareOperator,
  name: AttributeName,
): void {
  const { type } = attribute;
  const isText = type === 'string' || type === 'reference' || type === 'binary' || type === 'dateTime';
  const hasOrder = type !== 'boolean' && type !== 'binary';
  if ((SUBSTRING_OPERATORS.has(operator) && !isText) || (ORDER_OPERATORS.has(operator) && !hasOrder)) {
    throw refuseAt(name.column, `${name.text} is of type ${type}, which ${operator} does not compare`);
  }
}

const EXPECTED: Readonly<Record<AttributeDefinition['type'], string>> = {
  string: 'a quoted string',
  reference: 'a quoted URI',
  binary: 'a quoted base64 string',
  dateTime: 'a quoted date and time such as "2011-05-13T04:42:34Z"',
  boolean: 'true or false',
  integer: 'an integer',
  decimal: 'a number',
  complex: 'a sub-attribute',
};

/** The literal in the form that is compared; undefined if it is not of the attribute's type. */
function bindLiteral(
  target: BoundAttribute,
  operator: CompareOperator,
  literal: CompareLiteral,
  { dialect, baseUri }: BindOptions,
): BoundValue | undefined {
  const attribute = target.subAttribute ?? target.attribute;
  const { value } = literal;
  switch (attribute.type) {
    case 'string':
    case 'reference':
    case 'binary':
    case 'dateTime': {
      const text = dialect === 'lenient' ? (literal.source ?? value) : value;
      return typeof text === 'string' ? bindText(target, operator, text, baseUri) : undefined;
    }
    case 'boolean': {
      const read = dialect === 'lenient' ? readBoolean(value) : value;
      return typeof read === 'boolean' ? { type: 'boolean', value: read } : undefined;
    }
    case 'integer':
    case 'decimal':
      return typeof value === 'number' ? { type: 'number', value } : undefined;
    case 'complex':
      return undefined;
  }
}

function bindText(
  target: BoundAttribute,
  operator: CompareOperator,
  text: string,
  baseUri: string | undefined,
): BoundValue | undefined {
  const attribute = target.subAttribute ?? target.attribute;
  if (SUBSTRING_OPERATORS.has(operator) && hasPartsAsWritten(attribute)) return { type: 'text', value: text };
  if (attribute.type === 'dateTime') {
    const instant = comparableDateTime(text);
    return instant === undefined ? undefined : { type: 'text', value: instant };
  }
  const isRelative = baseUri !== undefined && isDerivedReference(target);
  const value = isRelative ? resolveReference(text, baseUri) : comparableText(attribute, text);
  return { type: 'text', value: isVersion(target) ? withoutDerivedHash(value) : value };
}

function readBoolean(value: CompareLiteral['value']): CompareLiteral['value'] {
  const word = typeof value === 'string' ? value.toLowerCase() : undefined;
  return word === 'true' || word === 'false' ? word === 'true' : value;
}

function refuseAt(column: number, problem: string): ScimError {
  // A name may be as long as the filter, and one sentence is enough to find it.
  return invalidFilter(`column ${column}: ${problem.length > 400 ? `${problem.slice(0, 400)}…` : problem}`);
}
