import { uniqueness } from '../../../src/protocol/error/scim-error.js';
import { type Attributes } from '../../../src/protocol/resource/resource.js';
import { foldCase } from '../../../src/protocol/text/fold-case.js';
import { type UserRow } from './memory-rows.js';

/**
 * To be called before a resource is written: whether its name is free, without regard to case.
 *
 * @param id of the resource that is to have the attributes
 * @throws ScimError 409 where another of the rows has the same value
 */
export function requireUnique(
  name: 'userName' | 'displayName',
  rows: ReadonlyMap<string, UserRow>,
  id: string,
  attributes: Attributes,
): void {
  const key = keyOf(attributes[name]);
  for (const row of rows.values()) {
    if (row.id !== id && keyOf(row.attributes[name]) === key)
      throw uniqueness(`${name}: taken by ${row.id}.`);
  }
}

const keyOf = (value: unknown): string => (typeof value === 'string' ? foldCase(value) : '');
