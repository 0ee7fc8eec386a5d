import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/*
 * The unit tests of `src/protocol` as one file, for mutation testing: Jest takes longer to begin a file than most of
 * these files take to run, and every mutant begins them all anew.
 */
const folder = join(process.cwd(), 'src/protocol');
for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
  if (path.endsWith('.spec.ts')) jest.requireActual(join(folder, path));
}
