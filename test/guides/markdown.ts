import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/** The folder of the project. */
export const PROJECT = resolve(import.meta.dirname, '../..');

/** A block of code in a document: the word behind the fence, and the lines. */
export interface CodeBlock {
  readonly language: string;
  readonly text: string;
}

/** A document for people, by its path below the project. */
export interface Document {
  readonly path: string;
  readonly text: string;
}

/** README, CHANGELOG and their like, those of the packages, and everything below `docs`. */
export function readDocuments(): readonly Document[] {
  const top = readdirSync(PROJECT).filter((name) => name.endsWith('.md'));
  const docs = readdirSync(join(PROJECT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name));
  const packages = readdirSync(join(PROJECT, 'packages')).map((name) => join('packages', name, 'README.md'));
  return [...top, ...docs, ...packages].sort().map(readDocument);
}

/** Reads one document. */
export const readDocument = (path: string): Document => ({
  path: relative(PROJECT, join(PROJECT, path)),
  text: readFileSync(join(PROJECT, path), 'utf8'),
});

/** The blocks of code of a document, in their order; those in lists without their indentation. */
export function codeBlocks({ text }: Document): readonly CodeBlock[] {
  return [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)\n\1```$/gm)].map(
    ([, indent = '', language = '', lines = '']) => ({
      language,
      text: lines
        .split('\n')
        .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
        .join('\n'),
    }),
  );
}

/** A document without its blocks of code. */
export const prose = ({ text }: Document): string => text.replace(/^( *)```\w*\n[\s\S]*?\n\1```$/gm, '');
