import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../json.js';

/**
 * Called once for every fault in a document. `path` says where it is, such as `attributes[0].type`, and is empty
 * for the document as a whole; `problem` completes the sentence that `path` begins.
 */
export type ReportFault = (path: string, problem: string) => void;

/**
 * An object in a schema document, with readers for its members. A reader reports a member with a wrong value and
 * then treats it as absent, so that one pass finds all faults. RFC 7643 §2.5: null and an empty array are the same
 * as absent.
 */
export class DocumentObject {
  private constructor(
    private readonly members: JsonObject,
    private readonly path: string,
    private readonly report: ReportFault,
  ) {}

  /**
   * The object at a path. Anything else is reported and gives undefined. Members that are not `known` are reported.
   */
  static read(
    value: Json,
    path: string,
    known: readonly string[],
    report: ReportFault,
  ): DocumentObject | undefined {
    if (!isJsonObject(value)) {
      report(path, `expected an object, found ${printValue(value)}`);
      return undefined;
    }
    const object = new DocumentObject(value, path, report);
    for (const name of Object.keys(value)) {
      if (!known.includes(name)) object.fault(name, `is not known here; known are ${known.join(', ')}`);
    }
    return object;
  }

  /** The path of a member, from the top of the document. */
  pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  /** Reports a fault of a member. */
  fault(name: string, problem: string): void {
    this.report(this.pathOf(name), problem);
  }

  has(name: string): boolean {
    return this.value(name) !== undefined;
  }

  /** A string that is not empty. */
  text(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || (typeof value === 'string' && value !== '')) return value;
    this.fault(name, `expected a text, found ${printValue(value)}`);
    return undefined;
  }

  /** A string that may be empty, which counts as absent. */
  prose(name: string): string | undefined {
    return this.value(name) === '' ? undefined : this.text(name);
  }

  /** A boolean; false where it is absent. */
  flag(name: string): boolean {
    const value = this.value(name) ?? false;
    if (typeof value === 'boolean') return value;
    this.fault(name, `expected true or false, found ${printValue(value)}`);
    return false;
  }

  /** One of the `choices`, in exactly their spelling. */
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.value(name);
    const found = choices.find((choice) => choice === value);
    if (value !== undefined && found === undefined) {
      const expected = choices.map((choice) => JSON.stringify(choice)).join(', ');
      this.fault(name, `expected one of ${expected}, found ${printValue(value)}`);
    }
    return found;
  }

  list(name: string): readonly Json[] | undefined {
    const value = this.value(name);
    if (value === undefined || isJsonArray(value)) return value;
    this.fault(name, `expected an array, found ${printValue(value)}`);
    return undefined;
  }

  /** The strings in an array; elements that are anything else or empty are reported and left out. */
  texts(name: string): readonly string[] | undefined {
    return this.list(name)?.flatMap((value, index) => {
      if (typeof value === 'string' && value !== '') return [value];
      this.fault(`${name}[${index}]`, `expected a text, found ${printValue(value)}`);
      return [];
    });
  }

  private value(name: string): Exclude<Json, null> | undefined {
    const value = Object.hasOwn(this.members, name) ? this.members[name] : undefined;
    return value === null || (isJsonArray(value) && value.length === 0) ? undefined : value;
  }
}

/** A value for an error: its kind for an array or object, else the value itself, cut after 60 characters. */
export function printValue(value: Json): string {
  if (isJsonArray(value)) return 'an array';
  if (isJsonObject(value)) return 'an object';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
