import { ScimError } from '../../protocol/error/scim-error.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject, WrittenNumber } from '../../protocol/json.js';

/** One fault of a request: the document's `ValidationError`. */
export interface ValidationItem {
  readonly type: string;
  /** The place: `body` or `query`, then names and indexes. */
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: Json;
  readonly ctx?: JsonObject;
}

/** How many items one refusal holds at most: a body can hold millions of wrong values. */
export const MOST_ITEMS = 1000;

/** What the inputs of one refusal may have together, in characters; each of their values counts as some more. */
export const MOST_REPEATED = 64 * 1024;
const VALUE_COST = 16;
/** Stands for an input that would exceed {@link MOST_REPEATED}. */
const NOT_REPEATED = 'This input is too large to be repeated.';

/** How many items the one-line detail names. */
const NAMED_ITEMS = 10;

/** 422 with all faults of a request's form. */
export class RequestValidationError extends ScimError {
  /** Their inputs are without passwords, and left out where they are too large. */
  readonly items: readonly ValidationItem[];
  /** Whether `JSON.stringify` would write another number than was sent in an input. */
  readonly hasLongIntegers: boolean;

  constructor(items: readonly ValidationItem[]) {
    const named = items.slice(0, NAMED_ITEMS).map(({ loc, msg }) => `${loc.join('.')}: ${msg}`);
    super(422, undefined, named.join('; '));
    this.name = 'RequestValidationError';
    const inputs = new ShownInputs();
    let left = MOST_REPEATED;
    this.items = items.map((item) => {
      const size = sizeOf(item.input, left);
      if (size > left) return { ...item, input: NOT_REPEATED };
      left -= size;
      return { ...item, input: inputs.show(item) };
    });
    this.hasLongIntegers = inputs.hasLongIntegers;
  }
}

/** How much a value is; counting stops where that is more than `most`. */
function sizeOf(value: Json, most: number): number {
  let size = 0;
  const open: Json[] = [value];
  for (let next = open.pop(); next !== undefined && size <= most; next = open.pop()) {
    size += VALUE_COST + (typeof next === 'string' ? next.length : 0);
    if (!isJsonArray(next) && !isJsonObject(next)) continue;
    if (!isJsonArray(next)) size += Object.keys(next).join('').length;
    const inner = isJsonArray(next) ? next : Object.values(next);
    if (inner.length * VALUE_COST > most) return Infinity;
    open.push(...inner);
  }
  return size;
}

const MASK = '**********';
const PASSWORD = /password/i;

/** Inputs without passwords, since answer and client's log repeat them. */
class ShownInputs {
  hasLongIntegers = false;

  show({ loc, input }: ValidationItem): Json {
    return loc.includes('password') && input !== null ? MASK : this.mask(input);
  }

  private mask(input: Json): Json {
    if (typeof input === 'string') return PASSWORD.test(input) ? MASK : input;
    if (Array.isArray(input)) return (input as readonly Json[]).map((inner) => this.mask(inner));
    if (input instanceof WrittenNumber) this.hasLongIntegers ||= input.isLongInteger;
    if (!isJsonObject(input)) return input;
    const isOfPassword = 'path' in input && PASSWORD.test(JSON.stringify(input['path']));
    return Object.fromEntries(
      Object.entries(input).map(([name, value]) => {
        const isSecret = PASSWORD.test(name) || (isOfPassword && name === 'value');
        return [name, isSecret ? MASK : this.mask(value)];
      }),
    );
  }
}
