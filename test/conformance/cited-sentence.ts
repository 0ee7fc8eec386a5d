import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a sentence stands. */
export interface Citation {
  /** Path from the project's folder. */
  readonly path: string;
  readonly heading: string;
}

/** The documents in which decisions stand; a reason cites one of them. */
const CITED = ['docs/decisions.md', 'docs/architecture.md', 'docs/surfaces/standard.md'];

/**
 * Finds a sentence in the documents, wherever its lines break.
 * @param root - Folder of the project.
 * @returns undefined where none of them has it, or where it is not a whole sentence
 */
export function findSentence(sentence: string, root: string): Citation | undefined {
  if (!/^\S.*\.$/.test(sentence)) return undefined;
  for (const path of CITED) {
    const sections = readFileSync(join(root, path), 'utf8').split(/^#+ /m);
    const section = sections.find((text) => text.replace(/\s+/g, ' ').includes(sentence));
    if (section !== undefined) return { path, heading: section.split('\n', 1)[0] ?? '' };
  }
  return undefined;
}
