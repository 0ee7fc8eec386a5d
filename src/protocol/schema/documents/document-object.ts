import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../json.js';

/** Told of everything that is wrong with a document: the path to it, empty for the document itself, and the problem. */
export type ReportFault = (path: string, problem: string) => void;

/**
 * An object in a schema document, with readers for its members. What a reader finds to be wrong is reported and then
 * taken for absent, so that one reading finds all faults. null and `[]` are absent too (RFC 7643 §2.5).
 */
export class DocumentObject {
  private constructor(
    private readonly members: JsonObject,
    private readonly path: string,
    private readonly report: ReportFault,
  ) {}

  /** The object at a path; undefined, and reported, for anything else. Members beside the `known` ones are reported. */
  static read(
    value: Json,
    path: string,
    known: readonly string[],
    report: ReportFault,
  ): DocumentObject | undefined {
    if (!isJsonObject(value)) {
      report(path, `expected an object, found ${nameOf(value)}`);
      return undefined;
    }
    const object = new DocumentObject(value, path, report);
    for (const name of Object.keys(value)) {
      if (!known.includes(name)) object.fault(name, `is not known here; known are ${known.join(', ')}`);
    }
    return object;
  }

  /** The path of a member. */
  at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  fault(name: string, problem: string): void {
    this.report(this.at(name), problem);
  }

  has(name: string): boolean {
    return this.value(name) !== undefined;
  }

  text(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || (typeof value === 'string' && value !== '')) return value;
    this.fault(name, `expected a text, found ${nameOf(value)}`);
    return undefined;
  }

  /** A text for people, which may be empty. */
  prose(name: string): string | undefined {
    return this.value(name) === '' ? undefined : this.text(name);
  }

  flag(name: string): boolean {
    const value = this.value(name) ?? false;
    if (typeof value === 'boolean') return value;
    this.fault(name, `expected true or false, found ${nameOf(value)}`);
    return false;
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.value(name);
    const found = choices.find((choice) => choice === value);
    if (value !== undefined && found === undefined) {
      const expected = choices.map((choice) => JSON.stringify(choice)).join(', ');
      this.fault(name, `expected one of ${expected}, found ${nameOf(value)}`);
    }
    return found;
  }

  list(name: string): readonly Json[] | undefined {
    const value = this.value(name);
    if (value === undefined || isJsonArray(value)) return value;
    this.fault(name, `expected an array, found ${nameOf(value)}`);
    return undefined;
  }

  texts(name: string): readonly string[] | undefined {
    return this.list(name)?.flatMap((value, index) => {
      if (typeof value === 'string' && value !== '') return [value];
      this.fault(`${name}[${index}]`, `expected a text, found ${nameOf(value)}`);
      return [];
    });
  }

  private value(name: string): Exclude<Json, null> | undefined {
    const value = Object.hasOwn(this.members, name) ? this.members[name] : undefined;
    return value === null || (isJsonArray(value) && value.length === 0) ? undefined : value;
  }
}

/** The value itself where it is short enough to be recognized in the file, else its kind. */
export function nameOf(value: Json): string {
  if (isJsonArray(value)) return 'an array';
  if (isJsonObject(value)) return 'an object';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
