import { type AttributeDefinition } from '../schema/schema.js';
import { comparableDateTime } from './date-time.js';
import { foldCase } from './fold-case.js';

/**
 * The form of a string value that is compared and searched: dateTimes as instants, case folded unless the
 * attribute is case-exact. A dateTime that cannot be read stays as it is.
 */
export function comparableText(
  attribute: Pick<AttributeDefinition, 'type' | 'caseExact'>,
  text: string,
): string {
  if (attribute.type === 'dateTime') return comparableDateTime(text) ?? text;
  return attribute.caseExact ? text : foldCase(text);
}
