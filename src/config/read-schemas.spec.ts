import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILT_IN_RESOURCE_TYPES } from '../protocol/schema/resource-types.js';
import { readSchemas } from './read-schemas.js';

const BADGE = JSON.stringify({ id: 'urn:example:badge:1.0:User', attributes: [{ name: 'room' }] });

function folderWith(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-schemas-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

function problemsOf(files: Readonly<Record<string, string | Buffer>>): string[] {
  const problems: string[] = [];
  readSchemas(folderWith(files), problems);
  return problems;
}

describe('readSchemas', () => {
  it('is the built-in schemas without a folder', () => {
    const problems: string[] = [];
    expect(readSchemas(undefined, problems)).toBe(BUILT_IN_RESOURCE_TYPES);
    expect(problems).toEqual([]);
  });

  it('reads every .json file of the folder, with or without byte order mark, and nothing else', () => {
    const folder = folderWith({
      'b.JSON': `\uFEFF${BADGE}`,
      'README.md': 'about',
      '.hidden.json': '{',
      'a.json.bak': '{',
    });
    mkdirSync(join(folder, 'more'));
    const problems: string[] = [];
    const { schemaExtensions } = readSchemas(folder, problems).user;
    expect(problems).toEqual([]);
    expect(schemaExtensions.map(({ schema }) => schema.id)).toContain('urn:example:badge:1.0:User');
  });

  it.each<[string, Readonly<Record<string, string | Buffer>>, string | RegExp]>([
    ['nothing', {}, /^SCHEMAS_DIR names \S+, which holds no \.json file$/],
    [
      'what is no JSON',
      { 'a.json': '{\n  "id": "urn:example:badge:1.0:User",\n  "attributes": [}\n' },
      "SCHEMAS_DIR: a.json: line 3, column 18: Array item expected but got '}'",
    ],
    ['an empty file', { 'a.json': '' }, /^SCHEMAS_DIR: a\.json: line 1, column 1: JSON value expected/],
    [
      'a member twice',
      { 'a.json': '{"id": "urn:example:a:User",\n "id": "urn:example:b:User"}' },
      "SCHEMAS_DIR: a.json: line 2, column 3: Duplicate key 'id' encountered",
    ],
    ['no text', { 'a.json': Buffer.from([0x7b, 0xff, 0x7d]) }, 'SCHEMAS_DIR: a.json: is not UTF-8'],
    ['a fault in a document', { 'a.json': '[]' }, 'SCHEMAS_DIR: a.json: expected an object, found an array'],
  ])('says in one line what is wrong with a folder that holds %s', (_what, files, expected) => {
    const problems = problemsOf(files);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });

  it('says where several files are wrong, in the order of their names', () => {
    const files = { 'b.json': '{}', 'a.json': '{', 'c.json': BADGE };
    expect(problemsOf(files).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      'SCHEMAS_DIR: a.json: line',
      'SCHEMAS_DIR: b.json: id:',
      'SCHEMAS_DIR: b.json: attributes:',
    ]);
  });

  it('says that a folder is not there', () => {
    const problems: string[] = [];
    readSchemas('/nowhere/schemas', problems);
    expect(problems).toEqual(['SCHEMAS_DIR names /nowhere/schemas, which is no folder that can be read']);
  });

  it('says that a document is a folder', () => {
    const folder = folderWith({});
    mkdirSync(join(folder, 'a.json'));
    const problems: string[] = [];
    readSchemas(folder, problems);
    expect(problems).toEqual(['SCHEMAS_DIR: a.json: cannot be read']);
  });
});
