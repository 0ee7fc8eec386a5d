import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the compiled benches look for packages first. */
const PLACE = 'dist/bench';
const LOCK = 'package-lock.json';

/**
 * Installs what the benches need beside the product, where it is not there yet.
 *
 * @throws Error where npm fails
 */
export function installDependencies(): void {
  const installed = join(PLACE, LOCK);
  if (existsSync(join(PLACE, 'node_modules/.package-lock.json')) && isSame(installed, join('bench', LOCK)))
    return;
  for (const file of ['package.json', LOCK]) copyFileSync(join('bench', file), join(PLACE, file));
  const { status } = spawnSync('npm', ['ci', '--no-fund', '--no-audit'], {
    cwd: PLACE,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('npm could not install the packages of bench/package.json');
}

const isSame = (one: string, other: string): boolean =>
  existsSync(one) && readFileSync(one, 'utf8') === readFileSync(other, 'utf8');
