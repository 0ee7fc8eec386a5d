import { type AttributeDefinition } from '../schema/schema.js';
import { comparableDateTime } from './date-time.js';
import { comparableReference, refersToResource } from './comparable-reference.js';
import { foldCase } from './fold-case.js';

/**
 * The form in which a string value is compared and searched: a dateTime as an instant, a URI of a user or group as
 * `comparableReference` makes it, and anything else in folded case unless the attribute is case-exact. A dateTime
 * that cannot be parsed stays as it is.
 */
export function comparableText(
  attribute: Pick<AttributeDefinition, 'type' | 'caseExact' | 'referenceTypes'>,
  text: string,
): string {
  if (attribute.type === 'dateTime') return comparableDateTime(text) ?? text;
  if (refersToResource(attribute)) return comparableReference(text);
  return attribute.caseExact ? text : foldCase(text);
}

/**
 * Whether `co`, `sw` and `ew` search the value as it was written. The compared form of such a value consists of other
 * characters, so a part of what the client wrote need not occur in it.
 */
export function searchesOriginalText(attribute: AttributeDefinition): boolean {
  return attribute.type === 'dateTime' || refersToResource(attribute);
}
