import { type Json, type JsonObject } from '../../protocol/json.js';
import { namedTwice } from '../../protocol/resource/value-reader.js';

/**
 * The object's member of that name, in any case (RFC 7643 §2.1); null is like none (RFC 7643 §2.5).
 * @throws ScimError 400 `invalidSyntax` where two names differ by case alone
 */
export function fieldOf(object: JsonObject, name: string): Json | undefined {
  const lower = name.toLowerCase();
  const [found, second] = Object.entries(object).filter(([key]) => key.toLowerCase() === lower);
  if (second) throw namedTwice(name);
  return found?.[1] ?? undefined;
}
