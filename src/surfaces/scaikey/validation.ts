import {
  isJsonArray,
  isJsonObject,
  numberIn,
  ownValue,
  type Json,
  type JsonObject,
} from '../../protocol/json.js';
import { SLICE, type Work } from '../../protocol/work.js';
import { type Field, type FieldType, type Model } from './model.js';
import { MOST_ITEMS, type ValidationItem } from './request-validation.error.js';

type Place = readonly (string | number)[];

const MESSAGES = {
  missing: 'Field required',
  string_type: 'Input should be a valid string',
  bool_type: 'Input should be a valid boolean',
  bool_parsing: 'Input should be a valid boolean, unable to interpret input',
  list_type: 'Input should be a valid list',
  dict_type: 'Input should be a valid dictionary',
  model_attributes_type: 'Input should be a valid dictionary or object to extract fields from',
  int_type: 'Input should be a valid integer',
  int_from_float: 'Input should be a valid integer, got a number with a fractional part',
  int_parsing: 'Input should be a valid integer, unable to parse string as an integer',
  int_parsing_size: 'Unable to parse input string as an integer, exceeded maximum size',
} as const;

const TRUE = /^(?:1|on|t|true|y|yes)$/i;
const FALSE = /^(?:0|off|f|false|n|no)$/i;

/** An integer as pydantic reads it: with blanks around it, underscores between digits, and a fraction of zeros. */
const INTEGER = /^\s*([+-]?\d+(?:_\d+)*)(?:\.0+)?\s*$/;
const MOST_DIGITS = 4300;

/** Checks a request against models and collects its faults in order. */
export class Validation {
  readonly items: ValidationItem[] = [];

  /**
   * Checks a body, as a work that may be interrupted within its lists.
   *
   * @returns the body with booleans read and defaults filled in, and with unknown names as they are; of no use where
   *   {@link items} is not empty
   */
  *readBody(value: Json, model: Model, place: Place): Work<JsonObject> {
    if (!isJsonObject(value)) return this.readModel(value, model, place);
    const read: [string, Json][] = [];
    for (const field of model.fields) {
      const list = ownValue(value, field.name);
      const found =
        field.type.kind === 'list' && isJsonArray(list)
          ? yield* this.readItems(list, field.type.items, [...place, field.name])
          : this.readField(value, field, place);
      if (found !== undefined) read.push([field.name, found]);
    }
    return { ...value, ...Object.fromEntries(read) };
  }

  private readModel(value: Json, model: Model, place: Place): JsonObject {
    if (!isJsonObject(value)) {
      this.add('model_attributes_type', place, value);
      return {};
    }
    const read = model.fields.map((field): readonly [string, Json | undefined] => [
      field.name,
      this.readField(value, field, place),
    ]);
    return { ...value, ...Object.fromEntries(read.filter(([, found]) => found !== undefined)) } as JsonObject;
  }

  /** Checks a number of the query; undefined where it is absent or no number. */
  readInteger(text: string | undefined, name: string): string | undefined {
    if (text === undefined) return undefined;
    return this.readDigits(text, ['query', name]);
  }

  missing(place: Place, input: Json): void {
    this.add('missing', place, input);
  }

  private readField(object: JsonObject, field: Field, place: Place): Json | undefined {
    const value = ownValue(object, field.name);
    const own = [...place, field.name];
    if (value === undefined) {
      if (field.required) this.add('missing', own, object);
      // Other defaults come from the services: an attribute that a PUT leaves out may have to stay as it is.
      return field.name === 'schemas' ? field.default : undefined;
    }
    return value === null && field.nullable ? null : this.readValue(value, field.type, own);
  }

  private readValue(value: Json, type: FieldType, place: Place): Json {
    switch (type.kind) {
      case 'any':
        return value;
      case 'string':
        if (typeof value !== 'string') this.add('string_type', place, value);
        return value;
      case 'integer':
        return this.readWholeNumber(value, place);
      case 'boolean':
        return this.readBoolean(value, place);
      case 'object':
        if (!isJsonObject(value)) this.add('dict_type', place, value);
        return value;
      case 'model':
        return this.readModel(value, type.model, place);
      case 'list':
        return this.readList(value, type.items, place);
    }
  }

  private *readItems(values: readonly Json[], items: FieldType, place: Place): Work<Json> {
    const read: Json[] = [];
    for (const value of values) {
      read.push(this.readValue(value, items, [...place, read.length]));
      if (read.length % SLICE === 0) yield;
    }
    return read;
  }

  private readList(value: Json, items: FieldType, place: Place): Json {
    if (isJsonArray(value)) return value.map((item, index) => this.readValue(item, items, [...place, index]));
    this.add('list_type', place, value);
    return value;
  }

  /** Also reads a text of digits, and true as 1. */
  private readWholeNumber(value: Json, place: Place): Json {
    if (typeof value === 'string') return Number(this.readDigits(value, place));
    if (typeof value === 'boolean') return Number(value);
    const number = numberIn(value);
    if (number === undefined) this.add('int_type', place, value);
    else if (!Number.isInteger(number)) this.add('int_from_float', place, value);
    return value;
  }

  private readDigits(text: string, place: Place): string | undefined {
    const digits = INTEGER.exec(text)?.[1]?.replaceAll('_', '').replace('+', '');
    if (digits === undefined) this.add('int_parsing', place, text);
    else if (digits.length > MOST_DIGITS) this.add('int_parsing_size', place, text);
    else return digits;
    return undefined;
  }

  private readBoolean(value: Json, place: Place): Json {
    if (typeof value === 'boolean') return value;
    const number = numberIn(value);
    if (typeof value === 'string' || (number !== undefined && Number.isInteger(number))) {
      const text = typeof value === 'string' ? value : String(number);
      if (TRUE.test(text)) return true;
      if (FALSE.test(text)) return false;
      this.add('bool_parsing', place, value);
    } else {
      this.add('bool_type', place, value);
    }
    return value;
  }

  private add(type: keyof typeof MESSAGES, loc: Place, input: Json): void {
    if (this.items.length >= MOST_ITEMS) return;
    this.items.push({ type, loc, msg: MESSAGES[type], input });
  }
}
