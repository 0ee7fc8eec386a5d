import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';

/** A test as far as conformance asks: where it is, what it says, whether it held. */
export interface TestResult {
  /** Path from the project's folder, with slashes. */
  readonly path: string;
  /** All of the name, descriptions around it included. */
  readonly name: string;
  readonly passed: boolean;
}

interface JsonReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/**
 * Reads what Vitest's JSON reporter wrote. Several files stand for a suite that ran in parts; of a spec that is in more than one,
 * the last counts.
 * @param root - Folder of the project, that paths are told from.
 * @throws Error of the file system, and SyntaxError for what is not JSON
 */
export function readTestResults(files: readonly string[], root: string): readonly TestResult[] {
  const specs = new Map<string, readonly TestResult[]>();
  for (const file of files) {
    const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as JsonReport;
    for (const { name, assertionResults } of testResults) {
      const path = relative(root, name).split(sep).join('/');
      specs.set(
        path,
        assertionResults.map(({ fullName, status }) => ({
          path,
          name: fullName,
          passed: status === 'passed',
        })),
      );
    }
  }
  return [...specs.values()].flat();
}
