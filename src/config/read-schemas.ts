import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'lossless-json';
import { type Json } from '../protocol/json.js';
import { extendRegistry, type SchemaDocument } from '../protocol/schema/documents/extend-registry.js';
import { BUILT_IN_RESOURCE_TYPES } from '../protocol/schema/resource-types.js';
import { type SchemaRegistry } from '../protocol/schema/schema-registry.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads the schemas of the deployment: the built-in ones, and those of the documents in `SCHEMAS_DIR`. All files of
 * the folder whose names end in `.json` are read, in the order of their names, except hidden ones. Subfolders are not
 * read.
 *
 * @param folder the value of `SCHEMAS_DIR`; undefined for the built-in schemas only
 * @param problems gets a line for each fault in the folder, its files and their content
 */
export function readSchemas(folder: string | undefined, problems: string[]): SchemaRegistry {
  if (folder === undefined) return BUILT_IN_RESOURCE_TYPES;
  const files = listFiles(folder);
  if (files === undefined) problems.push(`SCHEMAS_DIR names ${folder}, which is no folder that can be read`);
  else if (files.length === 0) problems.push(`SCHEMAS_DIR names ${folder}, which holds no .json file`);
  const documents = (files ?? []).flatMap((name) => readDocument(folder, name, problems));
  const { schemas, problems: faults } = extendRegistry(BUILT_IN_RESOURCE_TYPES, documents);
  problems.push(...faults.map((fault) => `SCHEMAS_DIR: ${fault}`));
  return schemas;
}

function listFiles(folder: string): string[] | undefined {
  try {
    return readdirSync(folder)
      .filter((name) => /^[^.].*\.json$/i.test(name))
      .sort();
  } catch {
    return undefined;
  }
}

function readDocument(folder: string, name: string, problems: string[]): SchemaDocument[] {
  const refuse = (problem: string): SchemaDocument[] => {
    problems.push(`SCHEMAS_DIR: ${name}: ${problem}`);
    return [];
  };
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(folder, name));
  } catch {
    return refuse('cannot be read');
  }
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return refuse('is not UTF-8');
  }
  try {
    return [{ name, content: parse(text, undefined, { parseNumber: Number }) as Json }];
  } catch (error) {
    return refuse(placeOf(error, text));
  }
}

/** The parser's message, with line and column in place of the offset that the parser gives. */
function placeOf(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const [found, offset] = / at position (\d+)/.exec(message) ?? [];
  if (found === undefined) return `is not valid JSON: ${message}`;
  const before = text.slice(0, Number(offset)).split('\n');
  const column = (before.at(-1) ?? '').length + 1;
  return `line ${before.length}, column ${column}: ${message.replace(found, '')}`;
}
