import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.js';

const REFERENCE = /^bulkId:(.+)/s;

/** In the filter of a PATCH path: `members[value eq "bulkId:ada"]`. */
const QUOTED_REFERENCE = /"bulkId:([^"\\]+)"/g;

/** The bulkId that a text stands for; undefined for any other text (RFC 7644 §3.7.2). */
export function bulkIdOf(text: string): string | undefined {
  return REFERENCE.exec(text)?.[1];
}

/** Every bulkId that the data of an operation refers to, in the order of their first appearance. */
export function findReferences(data: Json | undefined): ReadonlySet<string> {
  const found = new Set<string>();
  mapReferences(data ?? null, (bulkId) => {
    found.add(bulkId);
    return undefined;
  });
  return found;
}

/** The data with each reference replaced by the id that `idOf` knows for it; others stay. */
export function resolveReferences<Data extends Json>(
  data: Data,
  idOf: (bulkId: string) => string | undefined,
): Data {
  return mapReferences(data, idOf) as Data;
}

/** The representation of a resource in two: what can be written now, and what has to wait. */
export interface HeldBack {
  readonly kept: JsonObject;
  /** In the form of a representation, as the value of a PATCH `add` without a path. */
  readonly held: JsonObject;
}

/**
 * Takes out of a representation whatever refers to one of `open`: elements of multi-valued attributes one by one,
 * other attributes whole; an extension attribute by attribute.
 */
export function holdBack(representation: JsonObject, open: ReadonlySet<string>): HeldBack {
  const isOpen = (value: Json): boolean => [...findReferences(value)].some((bulkId) => open.has(bulkId));
  const kept: [string, Json][] = [];
  const held: [string, Json][] = [];
  for (const [name, value] of Object.entries(representation)) {
    if (!isOpen(value)) {
      kept.push([name, value]);
    } else if (isJsonArray(value)) {
      kept.push([name, value.filter((element) => !isOpen(element))]);
      held.push([name, value.filter(isOpen)]);
    } else if (isJsonObject(value) && name.includes(':')) {
      const extension = holdBack(value, open);
      kept.push([name, extension.kept]);
      held.push([name, extension.held]);
    } else {
      held.push([name, value]);
    }
  }
  return { kept: Object.fromEntries(kept), held: Object.fromEntries(held) };
}

/** Values are checked for their depth before they come here. */
function mapReferences(value: Json, idOf: (bulkId: string) => string | undefined): Json {
  if (typeof value === 'string') {
    const bulkId = bulkIdOf(value);
    return bulkId === undefined ? value : (idOf(bulkId) ?? value);
  }
  if (isJsonArray(value)) return value.map((element) => mapReferences(element, idOf));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([name, inner]): [string, Json] => {
    const mapped = mapReferences(inner, idOf);
    return [
      name,
      name.toLowerCase() === 'path' && typeof mapped === 'string' ? mapPath(mapped, idOf) : mapped,
    ];
  });
  return Object.fromEntries(entries);
}

function mapPath(path: string, idOf: (bulkId: string) => string | undefined): string {
  return path.replace(QUOTED_REFERENCE, (text, bulkId: string) => {
    const id = idOf(bulkId);
    return id === undefined ? text : JSON.stringify(id);
  });
}
