import { invalidValue } from '../error/scim-error.js';
import { isJsonArray, isJsonObject, type Json } from '../json.js';
import { SLICE, type Work } from '../work.js';
import { type BoundAttribute } from '../schema/attribute-path.js';
import { shorten } from './ignored-names.js';
import { duplicateName, wrongType } from './value-reader.js';

/** Whether an attribute is the `members` of a group, which are stored apart from its other attributes. */
export function isMembers({ extension, attribute }: BoundAttribute): boolean {
  return extension === undefined && attribute.name === 'members';
}

/**
 * The ids in a value of `members`, in order and without repetition; none for null. Only the sub-attribute `value` is
 * read: the server derives `type`, `display` and `$ref` from the member.
 *
 * A value that names nobody would empty a group without having said so, so only null and an empty array have no ids.
 *
 * @param place where the value stands, for errors
 * @throws ScimError 400 `invalidValue` where the value is no array, an element has no text but blanks as `value`, or
 *   all elements are null; `invalidSyntax` where an element has `value` twice
 */
export function* readMemberIdsWork(value: Json, place: string): Work<string[]> {
  if (value === null) return [];
  if (!isJsonArray(value)) throw wrongType(place, 'an array of members', value);
  const ids = new Set<string>();
  for (const [index, element] of value.entries()) {
    if (element !== null) ids.add(readMemberId(element, place, index));
    if (index % SLICE === SLICE - 1) yield;
  }
  if (ids.size === 0 && value.length > 0) {
    throw invalidValue(`${place}: none of its elements names a member; [] stands for no members`);
  }
  return [...ids];
}

function readMemberId(element: Json, place: string, index: number): string {
  const at = (): string => `${place}[${index}]`;
  if (!isJsonObject(element))
    throw wrongType(shorten(at()), 'an object with the member\'s id as "value"', element);
  let found: string | undefined;
  for (const name of Object.keys(element)) {
    if (name !== 'value' && name.toLowerCase() !== 'value') continue;
    if (found !== undefined) throw duplicateName(`${at()}.value`);
    found = name;
  }
  const id = found === undefined ? undefined : element[found];
  if (typeof id !== 'string')
    throw invalidValue(`${at()}.value: expected the id of a user or group as a string`);
  if (id.trim() === '') throw invalidValue(`${at()}.value: expected the id of a user or group, got blanks`);
  return id;
}
