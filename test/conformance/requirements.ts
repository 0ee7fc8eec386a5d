import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One observable behaviour that a document asks for, in our own words. */
export interface Requirement {
  /** `PAT-34`: the area and two digits. Tests name it. */
  readonly id: string;
  /** The document and section that it comes from; `practice` where it is none. */
  readonly section: string;
  /** RFC 2119's word. `MUST*` holds once an optional feature is offered, `MUST (profile)` for those who choose a profile. */
  readonly level: string;
  readonly requirement: string;
}

/** The requirements of one subject. */
export interface Area {
  readonly id: string;
  readonly title: string;
  /** False for a whole standard that is not offered yet; its rows need neither tests nor reasons. */
  readonly offered?: boolean;
  readonly requirements: readonly Requirement[];
}

/** Row id -> why it has no test: `optional feature not offered`, or a sentence of the documents. */
export type Reasons = Readonly<Record<string, string>>;

/** @param root - Folder of the project. */
export function readRequirements(root: string): readonly Area[] {
  return readJson(root, 'requirements.json') as readonly Area[];
}

/** @param root - Folder of the project. */
export function readReasons(root: string): Reasons {
  return readJson(root, 'reasons.json') as Reasons;
}

function readJson(root: string, file: string): unknown {
  return JSON.parse(readFileSync(join(root, 'test/conformance', file), 'utf8'));
}
