import { readFile } from 'node:fs/promises';
import { AdministrationError } from '../administration/administration.error.js';
import { isResourceId } from '../persistence/sql/resource-id.js';
import { shown } from '../administration/find-resource.js';

/**
 * The ids in a list of erasures: as `user erasures --json` prints it, or a line each.
 *
 * @throws AdministrationError where the file can't be read, or is no such list
 */
export async function readErasures(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new AdministrationError(`The list can't be read: ${(error as Error).message}`);
  });
  const trimmed = text.trim();
  const ids = /^[[{]/.test(trimmed) ? idsOf(trimmed) : trimmed.split(/\s+/).filter((id) => id !== '');
  if (ids.length === 0) throw new AdministrationError('The list names nobody.');
  for (const id of ids) {
    if (!isResourceId(id)) throw new AdministrationError(`The list has ${shown(id)}, which is no id.`);
  }
  return ids;
}

function idsOf(text: string): readonly string[] {
  const list = parse(text);
  if (!Array.isArray(list)) throw new AdministrationError('The file is no list of erasures.');
  return list.map((each: unknown) => {
    if (typeof each === 'object' && each !== null && 'id' in each && typeof each.id === 'string')
      return each.id;
    throw new AdministrationError('An element of the list has no id.');
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
