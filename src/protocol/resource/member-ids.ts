import { invalidValue } from '../error/scim-error.js';
import { isJsonArray, isJsonObject, type Json } from '../json.js';
import { type BoundAttribute } from '../schema/attribute-path.js';
import { clip } from './ignored-names.js';
import { namedTwice, wrongType } from './value-reader.js';

/** Whether an attribute is the `members` of a group, which are stored apart from its other attributes. */
export function isMembers({ extension, attribute }: BoundAttribute): boolean {
  return extension === undefined && attribute.name === 'members';
}

/**
 * The ids in a value of `members`, in order and without repetition; none for null. Only the sub-attribute `value` is
 * read: the server derives `type`, `display` and `$ref` from the member.
 *
 * @param place where the value stands, for errors
 * @throws ScimError 400 `invalidValue` where the value is no array, or an element has no string as `value`;
 *   `invalidSyntax` where an element has `value` twice
 */
export function readMemberIds(value: Json, place: string): string[] {
  if (value === null) return [];
  if (!isJsonArray(value)) throw wrongType(place, 'an array of members', value);
  const ids = new Set<string>();
  for (const [index, element] of value.entries()) {
    if (element !== null) ids.add(readMemberId(element, `${place}[${index}]`));
  }
  return [...ids];
}

function readMemberId(element: Json, place: string): string {
  if (!isJsonObject(element))
    throw wrongType(clip(place), 'an object with the member\'s id as "value"', element);
  const [found, second] = Object.entries(element).filter(([name]) => name.toLowerCase() === 'value');
  if (second) throw namedTwice(`${place}.value`);
  const id = found?.[1];
  if (typeof id !== 'string')
    throw invalidValue(`${place}.value: expected the id of a user or group as a string`);
  return id;
}
