import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findSentence } from './cited-sentence.js';
import { judgeRequirements } from './judge-requirements.js';
import { printDocument } from './print-document.js';
import { readReasons, readRequirements } from './requirements.js';
import { readTestResults } from './test-results.js';

/** Writes `docs/conformance.md` from the files that Vitest's JSON reporter wrote; exits with 1 where a requirement is open. */
function main(files: readonly string[], root: string): void {
  if (files.length === 0) {
    process.stderr.write(
      'Which results? npm test -- --reporter=json --outputFile=<file>, then npm run conformance -- <file>\n',
    );
    process.exitCode = 1;
    return;
  }
  const results = readTestResults(files, root);
  const { areas, faults } = judgeRequirements(
    readRequirements(root),
    readReasons(root),
    results,
    (sentence) => findSentence(sentence, root),
  );
  writeFileSync(join(root, 'docs/conformance.md'), printDocument(areas));
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  process.stdout.write(`docs/conformance.md is written, with ${faults.length} faults.\n`);
  if (faults.length > 0) process.exitCode = 1;
}

main(process.argv.slice(2), process.cwd());
