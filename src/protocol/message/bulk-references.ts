import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.js';
import { SLICE, type Work } from '../work.js';

const PREFIX = 'bulkId:';

/**
 * A value in the filter of a PATCH path, such as `members[value eq "bulkId:ada"]`, in any of the quotation marks that some
 * dialect reads, or without any. No alternative can begin again inside itself, so that matching stays linear.
 */
const VALUE =
  /"[^"\\]*"|'[^'\\]*'|\u2018[^\u2018\u2019\\]*\u2019|\u201c[^\u201c\u201d\\]*\u201d|(?<!\S)bulkId:[^\s)\]]+/g;

/**
 * The bulkId in a text of the form `bulkId:…`; undefined for any other text. RFC 7644 §3.7.2: such a text stands for
 * the id of the resource that the operation with this `bulkId` creates.
 */
export function bulkIdOf(text: string): string | undefined {
  const bulkId = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : '';
  return bulkId === '' ? undefined : bulkId;
}

/** The bulkIds that the data of an operation refers to, in the order in which they first occur. */
export function* findReferences(data: Json | undefined): Work<ReadonlySet<string>> {
  const found = new Set<string>();
  const note = (bulkId: string): undefined => void found.add(bulkId);
  const open: OpenContainer[] = [{ names: undefined, values: [data ?? null], at: 0 }];
  for (let count = 1; ; count += 1) {
    if (count % SLICE === 0) yield;
    const container = open.at(-1);
    if (container === undefined) return found;
    const { names, values, at } = container;
    if (at === values.length) {
      open.pop();
      continue;
    }
    container.at += 1;
    const value = values[at] ?? null;
    if (typeof value === 'string') {
      mapText(value, note);
      if (isPath(names?.[at])) mapPath(value, note);
    } else if (isJsonArray(value)) {
      open.push({ names: undefined, values: value, at: 0 });
    } else if (isJsonObject(value)) {
      open.push({ names: Object.keys(value), values: Object.values(value), at: 0 });
    }
  }
}

/** An object or array on the way to the value that is looked at, and where in it that is. */
interface OpenContainer {
  readonly names: readonly string[] | undefined;
  readonly values: readonly Json[];
  at: number;
}

const isPath = (name: string | undefined): boolean => name?.toLowerCase() === 'path';

/** The data with each reference replaced by its id. References for which `idOf` gives undefined stay. */
export function* resolveReferences<Data extends Json>(
  data: Data,
  idOf: (bulkId: string) => string | undefined,
): Work<Data> {
  return (yield* mapReferences(data, idOf)) as Data;
}

/** A representation in two parts: what can be written now, and what refers to resources that do not exist yet. */
export interface SplitRepresentation {
  readonly writable: JsonObject;
  /** An object like a representation, to be added later as the `value` of a PATCH `add` without a path. */
  readonly deferred: JsonObject;
}

/**
 * Separates what refers to one of the bulkIds in `open` from the rest of a representation. Of a multi-valued
 * attribute only the elements with a reference are taken out, of an extension only the attributes with one, and any
 * other attribute as a whole.
 */
export function* splitOpenReferences(
  representation: JsonObject,
  open: ReadonlySet<string>,
): Work<SplitRepresentation> {
  const writable: [string, Json][] = [];
  const deferred: [string, Json][] = [];
  for (const [name, value] of Object.entries(representation)) {
    if (!(yield* refersToAny(value, open))) {
      writable.push([name, value]);
    } else if (isJsonArray(value)) {
      const [now, later]: [Json[], Json[]] = [[], []];
      for (const element of value) ((yield* refersToAny(element, open)) ? later : now).push(element);
      writable.push([name, now]);
      deferred.push([name, later]);
    } else if (isJsonObject(value) && name.includes(':')) {
      const extension = yield* splitOpenReferences(value, open);
      writable.push([name, extension.writable]);
      deferred.push([name, extension.deferred]);
    } else {
      deferred.push([name, value]);
    }
  }
  return { writable: Object.fromEntries(writable), deferred: Object.fromEntries(deferred) };
}

function* refersToAny(value: Json, open: ReadonlySet<string>): Work<boolean> {
  return [...(yield* findReferences(value))].some((bulkId) => open.has(bulkId));
}

/** What has no reference in it stays the same object. The recursion is limited, since the depth of bodies is checked. */
function* mapReferences(value: Json, idOf: (bulkId: string) => string | undefined): Work<Json> {
  if (!isContainer(value)) return mapText(value, idOf);
  const mapped: [string, Json][] = [];
  let isSame = true;
  for (const [name, inner] of Object.entries<Json>(value)) {
    let result = isContainer(inner) ? yield* mapReferences(inner, idOf) : mapText(inner, idOf);
    if (isPath(name) && typeof result === 'string') result = mapPath(result, idOf);
    isSame &&= result === inner;
    if (mapped.push([name, result]) % SLICE === 0) yield;
  }
  if (isSame) return value;
  return isJsonArray(value) ? mapped.map(([, element]) => element) : Object.fromEntries(mapped);
}

function isContainer(value: Json): value is JsonObject | readonly Json[] {
  return isJsonArray(value) || isJsonObject(value);
}

function mapText(value: Json, idOf: (bulkId: string) => string | undefined): Json {
  const bulkId = typeof value === 'string' ? bulkIdOf(value) : undefined;
  return bulkId === undefined ? value : (idOf(bulkId) ?? value);
}

/** Its quotation marks stay, so that it is the parser that says whether they are read. */
function mapPath(path: string, idOf: (bulkId: string) => string | undefined): string {
  return path.replace(VALUE, (text) => {
    const [before, inner, after] = text.startsWith(PREFIX)
      ? ['', text, '']
      : [text.charAt(0), text.slice(1, -1), text.slice(-1)];
    const bulkId = bulkIdOf(inner);
    const id = bulkId === undefined ? undefined : idOf(bulkId);
    return id === undefined ? text : before + JSON.stringify(id).slice(1, -1) + after;
  });
}
