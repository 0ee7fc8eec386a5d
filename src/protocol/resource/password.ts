import { type ResourceType } from '../schema/schema.js';

/** True for the name of the password, which clients may send and this server never keeps (RFC 7643 §4.1.1). */
export function isPassword(type: ResourceType, name: string): boolean {
  if (type.name !== 'User') return false;
  const lower = name.toLowerCase();
  return lower === 'password' || lower === `${type.schema.id.toLowerCase()}:password`;
}
