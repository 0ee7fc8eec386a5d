import { type ResourceType } from '../schema/schema.js';

/**
 * Whether a name is that of a user's password. RFC 7643 §4.1.1: clients may send a password, and no answer may show
 * it. This server ignores and never keeps it.
 */
export function isPassword(type: ResourceType, name: string): boolean {
  if (type.name !== 'User') return false;
  const lower = name.toLowerCase();
  return lower === 'password' || lower === `${type.schema.id.toLowerCase()}:password`;
}
