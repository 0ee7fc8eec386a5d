import { mkdirSync, chownSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, unprivileged } from '../support/process.js';

const DEPLOYMENT = 'deploy/ha';

/** A folder that the programs of a test may write to, whoever runs them. */
export function makeOpenFolder(parent?: string): string {
  const folder = parent ?? makeFolder();
  if (parent !== undefined) mkdirSync(parent, { mode: 0o700 });
  const identity = unprivileged();
  if (identity !== undefined) chownSync(folder, identity.uid, identity.gid);
  return folder;
}

/**
 * Copies a file of deploy/ha, with other addresses, folders and passwords and nothing else changed.
 *
 * @param replacements what stands in the place of each text, longer texts first
 * @returns the copy's path
 * @throws Error where the file has not got one of them
 */
export function fillIn(name: string, folder: string, replacements: Readonly<Record<string, string>>): string {
  let text = readFileSync(join(DEPLOYMENT, name), 'utf8');
  for (const [before, after] of Object.entries(replacements)) {
    if (!text.includes(before)) throw new Error(`${DEPLOYMENT}/${name} has no ${before}`);
    text = text.replaceAll(before, after);
  }
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o644 });
  return path;
}

/** The settings of a file of lines NAME=value, as systemd reads it. */
export function readEnvironment(path: string): Record<string, string> {
  const lines = readFileSync(path, 'utf8').split('\n');
  return Object.fromEntries(
    lines
      .filter((line) => /^[A-Z]/.test(line))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}
