/** A value that was parsed from JSON. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject | WrittenNumber;
export interface JsonObject {
  readonly [name: string]: Json;
}

const INTEGER = /^-?\d+$/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/**
 * A number in another text than the one that JavaScript prints for it, such as `1.0`, `1e3` or an integer of more digits
 * than a double holds. Of every other number the text can be made again.
 */
export class WrittenNumber {
  /** @param source the characters of a number of JSON */
  constructor(readonly source: string) {}

  /** The nearest double. */
  get value(): number {
    return Number(this.source);
  }

  /** Whether it is an integer of which a double holds another one. */
  get isLongInteger(): boolean {
    return INTEGER.test(this.source) && !Number.isSafeInteger(this.value);
  }

  toJSON(): number | string {
    return Number.isFinite(this.value) ? this.value : this.source;
  }
}

/** Whether a text is a number in the form of JSON (RFC 8259 §6). */
export function isNumberText(text: string): boolean {
  return NUMBER.test(text);
}

/** The value of a number's characters in JSON. */
export function numberFrom(source: string): number | WrittenNumber {
  const value = Number(source);
  return String(value) === source ? value : new WrittenNumber(source);
}

/** Whether a value is a number, however it is held. */
export function isNumber(value: Json | undefined): value is number | WrittenNumber {
  return typeof value === 'number' || value instanceof WrittenNumber;
}

/** The number that a value is; undefined for what is none. */
export function numberIn(value: number | WrittenNumber): number;
export function numberIn(value: Json | undefined): number | undefined;
export function numberIn(value: Json | undefined): number | undefined {
  if (value instanceof WrittenNumber) return value.value;
  return typeof value === 'number' ? value : undefined;
}

/** Whether a value is a JSON object, and neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof WrittenNumber)
  );
}

/** Whether a value is a JSON array. `Array.isArray` would give the elements the type `any`. */
export function isJsonArray(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** The object's own member of this name; undefined for what it inherits, such as `constructor`. */
export function ownValue(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/**
 * Whether two JSON values are equal. The order of an object's members does not count; that of an array's elements
 * does. Numbers are equal by their value, except that two integers too large for a double are so only where their
 * digits are.
 */
export function equalJson(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (isJsonArray(left)) {
    return (
      isJsonArray(right) &&
      left.length === right.length &&
      left.every((item, index) => equalJson(item, right[index]))
    );
  }
  if (left instanceof WrittenNumber || right instanceof WrittenNumber) return isSameNumber(left, right);
  if (!isJsonObject(left) || !isJsonObject(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && equalJson(left[name], right[name]))
  );
}

function isSameNumber(left: Json | undefined, right: Json | undefined): boolean {
  if (!isNumber(left) || !isNumber(right)) return false;
  const value = numberIn(left);
  if (value !== numberIn(right)) return false;
  const [one, other] = [digitsOf(left), digitsOf(right)];
  return Number.isSafeInteger(value) || one === undefined || other === undefined || one === other;
}

/** The text of an integer without an exponent. */
function digitsOf(value: number | WrittenNumber): string | undefined {
  const source = value instanceof WrittenNumber ? value.source : String(value);
  return /^-?\d+$/.test(source) ? source : undefined;
}
