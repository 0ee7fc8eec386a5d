import { type Json, type JsonObject } from '../../protocol/json.js';
import { duplicateName } from '../../protocol/resource/value-reader.js';

/**
 * The object's value of that name. RFC 7643 §2.1: the case of names does not count. RFC 7643 §2.5: null means
 * unassigned, so the result is undefined for it.
 *
 * @throws ScimError 400 `invalidSyntax` where two names differ by case alone
 */
export function fieldOf(object: JsonObject, name: string): Json | undefined {
  const lower = name.toLowerCase();
  const [found, second] = Object.keys(object).filter((key) => key.toLowerCase() === lower);
  if (second !== undefined) throw duplicateName(name);
  return found === undefined ? undefined : (object[found] ?? undefined);
}
