import { type Json } from '../../json.js';
import { attribute } from '../define-attribute.js';
import { type AttributeDefinition, type AttributeType } from '../schema.js';
import { DocumentObject, type ReportFault } from './document-object.js';

const TYPES: readonly AttributeType[] = [
  'string',
  'boolean',
  'decimal',
  'integer',
  'dateTime',
  'reference',
  'binary',
  'complex',
];
const MUTABILITIES = ['readOnly', 'readWrite', 'immutable', 'writeOnly'] as const;
const RETURNS = ['always', 'never', 'default', 'request'] as const;
const UNIQUENESSES = ['none', 'server', 'global'] as const;

/**
 * Types that have no uniqueness: RFC 7643 §2.3.2 says so of booleans, §2.3.5 of dateTimes, §2.3.6 and §2.3.8 of the
 * rest.
 */
const NEVER_UNIQUE: readonly AttributeType[] = ['boolean', 'dateTime', 'binary', 'complex'];

const KNOWN = [
  'name',
  'type',
  'multiValued',
  'description',
  'required',
  'caseExact',
  'mutability',
  'returned',
  'uniqueness',
  'canonicalValues',
  'referenceTypes',
  'subAttributes',
];

/**
 * RFC 7643 §2.1: an attribute name is a letter, followed by letters, digits, `$`, `-` and `_`. The RFC itself
 * breaks this rule with the sub-attribute `$ref`, which {@link readName} therefore accepts.
 */
const ATTRIBUTE_NAME = /^[A-Za-z][A-Za-z0-9$_-]*$/;

/**
 * Reads the attributes of a schema, or the sub-attributes of `parent`. Attributes without a usable name are left
 * out.
 *
 * @param path where the array stands in the document, such as `attributes`
 */
export function readAttributes(
  values: readonly Json[],
  path: string,
  report: ReportFault,
  parent?: AttributeDefinition,
): AttributeDefinition[] {
  const places = new Map<string, string>();
  return values.flatMap((value, index) => {
    const place = `${path}[${index}]`;
    const read = readAttribute(value, place, report, parent);
    if (!read) return [];
    // RFC 7643 §2.1: the case of attribute names does not count, so `Room` and `room` are one name.
    const other = places.get(read.name.toLowerCase());
    if (other !== undefined) report(`${place}.name`, `${read.name} stands at ${other} already`);
    places.set(read.name.toLowerCase(), place);
    return [read];
  });
}

function readAttribute(
  value: Json,
  path: string,
  report: ReportFault,
  parent: AttributeDefinition | undefined,
): AttributeDefinition | undefined {
  const object = DocumentObject.read(value, path, KNOWN, report);
  if (!object) return undefined;
  const name = readName(object, parent !== undefined);
  const read = readCharacteristics(object, name);
  reportContradictions(object, read);
  if (read.type !== 'complex') {
    if (object.has('subAttributes'))
      object.fault('subAttributes', `an attribute of type ${read.type} has none`);
    return name === '' ? undefined : read;
  }
  if (parent) object.fault('type', 'a sub-attribute cannot be complex itself (RFC 7643 §2.3.8)');
  if (!object.has('subAttributes')) object.fault('subAttributes', 'a complex attribute needs at least one');
  const subAttributes = readAttributes(
    object.list('subAttributes') ?? [],
    object.pathOf('subAttributes'),
    report,
    read,
  );
  return name === '' ? undefined : { ...read, subAttributes };
}

/** The name; empty where the document has none or one that is not allowed. */
function readName(object: DocumentObject, isSubAttribute: boolean): string {
  const name = object.text('name');
  if (name === undefined) {
    if (!object.has('name')) object.fault('name', 'is missing');
    return '';
  }
  if (ATTRIBUTE_NAME.test(name) || (isSubAttribute && name === '$ref')) return name;
  object.fault('name', 'expected a letter and then letters, digits, "$", "-" and "_" (RFC 7643 §2.1)');
  return '';
}

/** The characteristics in the document. RFC 7643 §2.2 gives a default for each that it leaves out. */
function readCharacteristics(object: DocumentObject, name: string): AttributeDefinition {
  const type = object.choice('type', TYPES) ?? 'string';
  const mutability = object.choice('mutability', MUTABILITIES) ?? 'readWrite';
  const canonicalValues = object.texts('canonicalValues');
  const referenceTypes = object.texts('referenceTypes') ?? (type === 'reference' ? ['uri'] : undefined);
  return attribute(name, object.prose('description') ?? name, {
    type,
    multiValued: object.flag('multiValued'),
    required: object.flag('required'),
    ...(object.has('caseExact') && { caseExact: object.flag('caseExact') }),
    mutability,
    returned: object.choice('returned', RETURNS) ?? (mutability === 'writeOnly' ? 'never' : 'default'),
    uniqueness: object.choice('uniqueness', UNIQUENESSES) ?? 'none',
    ...(canonicalValues && { canonicalValues }),
    ...(referenceTypes && { referenceTypes }),
  });
}

/** Reports characteristics that are allowed one by one and contradict one another. */
function reportContradictions(object: DocumentObject, read: AttributeDefinition): void {
  const { type, mutability, returned, required, uniqueness } = read;
  if (required && mutability === 'readOnly')
    object.fault('required', 'no client can send a value that is required and readOnly');
  if (mutability === 'writeOnly' && returned !== 'never')
    object.fault('returned', 'expected "never", since a writeOnly value is never returned (RFC 7643 §7)');
  if (uniqueness !== 'none' && NEVER_UNIQUE.includes(type))
    object.fault(
      'uniqueness',
      `expected "none", since values of type ${type} have no uniqueness (RFC 7643 §2.3)`,
    );
  if (object.has('referenceTypes') && type !== 'reference')
    object.fault('referenceTypes', `an attribute of type ${type} has none`);
  if (object.has('canonicalValues') && (type === 'complex' || type === 'boolean'))
    object.fault('canonicalValues', `an attribute of type ${type} has none`);
}
