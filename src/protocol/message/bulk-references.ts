import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.js';

const REFERENCE = /^bulkId:(.+)/s;

/** A reference in the filter of a PATCH path, such as `members[value eq "bulkId:ada"]`. */
const QUOTED_REFERENCE = /"bulkId:([^"\\]+)"/g;

/**
 * The bulkId in a text of the form `bulkId:…`; undefined for any other text. RFC 7644 §3.7.2: such a text stands for
 * the id of the resource that the operation with this `bulkId` creates.
 */
export function bulkIdOf(text: string): string | undefined {
  return REFERENCE.exec(text)?.[1];
}

/** The bulkIds that the data of an operation refers to, in the order in which they first occur. */
export function findReferences(data: Json | undefined): ReadonlySet<string> {
  const found = new Set<string>();
  mapReferences(data ?? null, (bulkId) => {
    found.add(bulkId);
    return undefined;
  });
  return found;
}

/** A copy of the data with each reference replaced by its id. References for which `idOf` gives undefined stay. */
export function resolveReferences<Data extends Json>(
  data: Data,
  idOf: (bulkId: string) => string | undefined,
): Data {
  return mapReferences(data, idOf) as Data;
}

/** A representation in two parts: what can be written now, and what refers to resources that do not exist yet. */
export interface HeldBack {
  readonly kept: JsonObject;
  /** An object like a representation, to be added later as the `value` of a PATCH `add` without a path. */
  readonly held: JsonObject;
}

/**
 * Separates what refers to one of the bulkIds in `open` from the rest of a representation. Of a multi-valued
 * attribute only the elements with a reference are taken out, of an extension only the attributes with one, and any
 * other attribute as a whole.
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

/** The recursion is limited, since the depth of bodies is checked when they are read. */
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
