import { ScimError } from '../../protocol/error/scim-error.js';
import { type Json, type JsonObject, isJsonObject } from '../../protocol/json.js';

/** One thing wrong with a request, as the document's `ValidationError` has it. */
export interface ValidationItem {
  readonly type: string;
  /** Where: `body`, `query`, then names and indexes. */
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: Json;
  readonly ctx?: JsonObject;
}

/** How many items one refusal holds at most: a body can hold millions of wrong values. */
export const MOST_ITEMS = 1000;

/** How many of them the one-line detail names. */
const NAMED_ITEMS = 10;

/** 422: everything that is wrong with a request's form. */
export class RequestValidationError extends ScimError {
  /** Their inputs are without passwords. */
  readonly items: readonly ValidationItem[];

  constructor(items: readonly ValidationItem[]) {
    const named = items.slice(0, NAMED_ITEMS).map(({ loc, msg }) => `${loc.join('.')}: ${msg}`);
    super(422, undefined, named.join('; '));
    this.name = 'RequestValidationError';
    this.items = items.map((item) => ({ ...item, input: inputToShow(item) }));
  }
}

const MASK = '**********';
const PASSWORD = /password/i;

function inputToShow({ loc, input }: ValidationItem): Json {
  return loc.includes('password') && input !== null ? MASK : maskPasswords(input);
}

/** An input as it may be repeated to the client and anyone who reads its log: without passwords. */
function maskPasswords(input: Json): Json {
  if (typeof input === 'string') return PASSWORD.test(input) ? MASK : input;
  if (Array.isArray(input)) return (input as readonly Json[]).map(maskPasswords);
  if (!isJsonObject(input)) return input;
  const isOfPassword = 'path' in input && PASSWORD.test(JSON.stringify(input['path']));
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      const isSecret = PASSWORD.test(name) || (isOfPassword && name === 'value');
      return [name, isSecret ? MASK : maskPasswords(value)];
    }),
  );
}
