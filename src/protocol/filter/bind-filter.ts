import { type Dialect } from '../dialect/dialect.js';
import { readTextualNumber } from '../dialect/lenient-value.js';
import { readAttributeName } from '../dialect/schema-urns.js';
import { invalidFilter, type ScimError } from '../error/scim-error.js';
import { isNumber, numberIn } from '../json.js';
import { findByName, resolveAttribute, type BoundAttribute } from '../schema/attribute-path.js';
import { type AttributeDefinition, type ResourceType } from '../schema/schema.js';
import { problemOfNumber } from '../text/check-value.js';
import { isDerivedReference, resolveReference } from '../text/comparable-reference.js';
import { comparableText, searchesOriginalText } from '../text/comparable-text.js';
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
  /**
   * `lenient` also takes `"True"` for a boolean attribute, `"10"` for a number, an unquoted value for a string, and
   * the URNs of drafts.
   */
  readonly dialect: Dialect;
  /**
   * What becomes of an attribute that the type lacks. `noMatch` is for an endpoint of several types: RFC 7644
   * §3.4.2.1 treats the attribute there as one without a value. `refuse`, the default, is for every other endpoint.
   */
  readonly unknownAttributes?: 'refuse' | 'noMatch';
  /**
   * The absolute URI in front of `/Users` and `/Groups`, without a slash at the end. A relative `$ref` or
   * `meta.location` is resolved against it; without it, it is compared as it stands.
   */
  readonly baseUri?: string;
}

/**
 * Finds the attribute of a name: in the resource type or, inside brackets, among the sub-attributes in front of them.
 */
type Resolve = (name: AttributeName) => BoundAttribute | undefined;

type CompareFilter = Extract<Filter, { kind: 'compare' }>;

const ORDER_OPERATORS: ReadonlySet<CompareOperator> = new Set<CompareOperator>(['gt', 'ge', 'lt', 'le']);
const SUBSTRING_OPERATORS: ReadonlySet<CompareOperator> = new Set<CompareOperator>(['co', 'sw', 'ew']);

/**
 * Binds a filter to a resource type: names become attribute definitions, and values get the form in which they are
 * compared. RFC 7644 §3.4.2.2 decides by the attribute's type and `caseExact` which operators and values it can have.
 *
 * @throws ScimError 400 `invalidFilter` for an unknown attribute, a value of another type than the attribute's, or an
 *   operator that the type does not have; the detail names the column
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

  private bindComparison(filter: CompareFilter, found: BoundAttribute | undefined): BoundFilter {
    const { name, operator, value: literal } = filter;
    if (literal.value === null) return bindNull(filter, found);
    if (!found) return { kind: 'constant', value: operator === 'ne' };
    const target = comparedTarget(found, name);
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
    if (!takesValueFilter(target)) {
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

/**
 * Whether a filter in brackets may follow a target. RFC 7644 §3.4.2.2 allows one behind a complex attribute; here it
 * may also follow a multi-valued attribute of simple values.
 */
export function takesValueFilter({ attribute, subAttribute }: BoundAttribute): boolean {
  return !subAttribute && (attribute.type === 'complex' || attribute.multiValued);
}

/**
 * The sub-attribute of a name in brackets. RFC 7643 §2.4 calls the significant value of an element `value`; where the
 * elements are simple, `value` names the element itself.
 */
function resolveInElement(target: BoundAttribute, name: string): BoundAttribute | undefined {
  if (target.attribute.type !== 'complex') return name.toLowerCase() === 'value' ? target : undefined;
  const subAttribute = findByName(target.attribute.subAttributes, name);
  return subAttribute && subAttribute.returned !== 'never' ? { subAttribute, ...target } : undefined;
}

function resolveInType(
  name: AttributeName,
  type: ResourceType,
  { dialect, unknownAttributes }: BindOptions,
): BoundAttribute | undefined {
  const { text, column } = name;
  const known = readAttributeName(text, type, dialect);
  const resolution = resolveAttribute(type, known);
  if (resolution.kind === 'attribute' && !isNeverReturned(resolution.target)) return resolution.target;
  const lastName = known.slice(known.lastIndexOf(':') + 1).toLowerCase();
  if (resolution.kind === 'attribute' || lastName === 'password') {
    throw refuseAt(column, `${text} cannot be used in a filter`);
  }
  if (resolution.kind !== 'unknown') {
    throw refuseAt(column, `${text} is a schema, not an attribute; ask for it with schemas eq "${text}"`);
  }
  if (unknownAttributes === 'noMatch') return undefined;
  throw refuseAt(column, `${text} ${resolution.problem}`);
}

/**
 * Whether an attribute is never returned. RFC 7643 §7 leaves it to the server whether filters may use such an
 * attribute; this one refuses them, since a series of filters would reveal the value.
 */
function isNeverReturned({ attribute, subAttribute }: BoundAttribute): boolean {
  return attribute.returned === 'never' || subAttribute?.returned === 'never';
}

/**
 * RFC 7643 §2.5: null is the same as unassigned. `eq null` therefore means "not present" and `ne null` "present"; no
 * other operator can compare with null.
 */
function bindNull({ name, operator, value }: CompareFilter, target: BoundAttribute | undefined): BoundFilter {
  if (operator !== 'eq' && operator !== 'ne') {
    throw refuseAt(value.column, `expected a value, since only eq and ne compare ${name.text} with null`);
  }
  if (!target) return { kind: 'constant', value: operator === 'eq' };
  const present: BoundFilter = { kind: 'present', target };
  return operator === 'eq' ? { kind: 'not', operand: present } : present;
}

/**
 * The target whose values a comparison reads. An example of RFC 7644 §3.4.2.2 compares `emails` and means
 * `emails.value`, so a complex attribute stands for its `value`; one that has no `value` cannot be compared.
 */
function comparedTarget(target: BoundAttribute, name: AttributeName): BoundAttribute {
  if (target.subAttribute || target.attribute.type !== 'complex') return target;
  const { subAttributes = [] } = target.attribute;
  const readable = subAttributes.filter(({ returned }) => returned !== 'never');
  const value = findByName(readable, 'value');
  if (value) return { subAttribute: value, ...target };
  const [first] = readable;
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

/** The literal in the form in which it is compared; undefined if it is not of the attribute's type. */
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
    case 'decimal': {
      const written = dialect === 'lenient' ? readTextualNumber(value) : value;
      return isNumber(written) && problemOfNumber(written) === undefined
        ? { type: 'number', value: numberIn(written) }
        : undefined;
    }
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
  if (SUBSTRING_OPERATORS.has(operator) && searchesOriginalText(attribute))
    return { type: 'text', value: text };
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
  // The problem may quote a name that is as long as the filter.
  return invalidFilter(`column ${column}: ${problem.length > 400 ? `${problem.slice(0, 400)}…` : problem}`);
}
