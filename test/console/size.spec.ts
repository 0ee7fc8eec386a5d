import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildConsoleIfChanged } from '../../scripts/console.mjs';

const PROJECT = join(import.meta.dirname, '..', '..');
const MOST = 250_000;
/** The machine may be slow, and other tests build it too. */
const BUILDING_MS = 240_000;

it(
  'all files of the console are below 250 kB, compressed',
  async () => {
    expect(await buildConsoleIfChanged(PROJECT)).toBe(true);
    const folder = join(PROJECT, 'console', 'dist');
    const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter(
      (entry) => entry.isFile() && !entry.name.startsWith('.'),
    );
    const sizes = files.map(({ parentPath, name }) => gzipSync(readFileSync(join(parentPath, name))).length);
    expect(sizes.length).toBeGreaterThan(3);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST);
  },
  BUILDING_MS,
);
