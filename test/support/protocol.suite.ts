import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/*
 * All unit tests of `src/protocol` as one file, for mutation testing. Jest needs more time to load a file than most
 * of these tests need to run, and loads them again for each mutant.
 */
const folder = join(process.cwd(), 'src/protocol');
for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
  if (path.endsWith('.spec.ts')) jest.requireActual(join(folder, path));
}
