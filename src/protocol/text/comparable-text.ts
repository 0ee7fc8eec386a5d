import { type AttributeDefinition } from '../schema/schema.js';
import { comparableDateTime } from './date-time.js';
import { comparableReference, refersToResource } from './comparable-reference.js';
import { foldCase } from './fold-case.js';

/**
 * The form of a string value that is compared and searched: dateTimes as instants, URIs of resources without what does
 * not count, case folded unless the attribute is case-exact. A dateTime that cannot be read stays as it is.
 */
export function comparableText(
  attribute: Pick<AttributeDefinition, 'type' | 'caseExact' | 'referenceTypes'>,
  text: string,
): string {
  if (attribute.type === 'dateTime') return comparableDateTime(text) ?? text;
  if (refersToResource(attribute)) return comparableReference(text);
  return attribute.caseExact ? text : foldCase(text);
}

/** Whether parts of a value are looked for in it as it was written, since the form that is compared has other parts. */
export function hasPartsAsWritten(attribute: AttributeDefinition): boolean {
  return attribute.type === 'dateTime' || refersToResource(attribute);
}
