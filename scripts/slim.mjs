import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

// node scripts/slim.mjs
//
// Removes from node_modules what a deployed program never reads. It refuses where packages for development are
// installed, which do read types; `npm ci` puts everything back.
const FOLDER = join(import.meta.dirname, '..', 'node_modules');
const SOURCE_MAPS_AND_TYPES = /\.(map|[mc]?ts)$/;
const BUILDS_FOR_BROWSERS = [
  'typeorm/browser',
  'swagger-ui-dist/swagger-ui-es-bundle.js',
  'swagger-ui-dist/swagger-ui-es-bundle-core.js',
];

/** @type {{ packages: Record<string, { dev?: boolean, devOptional?: boolean }> }} */
const { packages } = JSON.parse(readFileSync(join(FOLDER, '.package-lock.json'), 'utf8'));
const installed = Object.entries(packages);
if (installed.some(([, { dev }]) => dev === true)) {
  process.stderr.write('Packages for development are installed. Run first: npm prune --omit=dev\n');
  process.exitCode = 1;
} else {
  for (const path of [...optionalPeers(), ...BUILDS_FOR_BROWSERS]) {
    rmSync(join(FOLDER, path), { recursive: true, force: true });
  }
  removeFiles(FOLDER);
}

/** The compiler, which npm leaves there since another package could use it. */
function optionalPeers() {
  return installed.flatMap(([path, { devOptional }]) =>
    devOptional === true ? [path.replace('node_modules/', '')] : [],
  );
}

/** @param {string} folder */
function removeFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) removeFiles(path);
    else if (entry.isFile() && SOURCE_MAPS_AND_TYPES.test(entry.name)) rmSync(path);
  }
}
