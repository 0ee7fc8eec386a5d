/** What came of a part of `npm run test:ha`. */
export interface Outcome {
  /** Markdown for the page. */
  readonly table: string;
  /** What does not hold, a sentence each; the command ends with 1 where there is one. */
  readonly faults: readonly string[];
}

/**
 * One thing that is tried. The processes that it starts end with it.
 *
 * @param say told of each step
 */
export type Part = (say: (line: string) => void) => Promise<Outcome>;
