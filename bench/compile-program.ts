import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Compiles the program that is measured where its sources have changed; ends the process where that fails. */
export async function compileProgram(): Promise<void> {
  const compiler = pathToFileURL(join(process.cwd(), 'scripts', 'compile.mjs')).href;
  const { compileIfChanged } = (await import(compiler)) as typeof import('../scripts/compile.mjs');
  if (!(await compileIfChanged(process.cwd(), 'tsconfig.build.json'))) process.exit(1);
}
