import { basename, dirname, join } from 'node:path';
import { noteCompiled } from './compile.mjs';

// node scripts/compiled.mjs <tsconfig>…
//
// Notes that another compiler, that of TypeScript, has just compiled these projects, so that a start need not. The paths are
// those below the folder of Rollcall.
for (const path of process.argv.slice(2)) {
  const tsconfig = join(import.meta.dirname, '..', path);
  noteCompiled(dirname(tsconfig), basename(tsconfig));
}
