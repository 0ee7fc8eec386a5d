import { existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from './make-folder.js';

const root = mkdtempSync(join(tmpdir(), 'rollcall-folder-'));

it('makes a folder with those above it, once', () => {
  const folder = join(root, 'a', 'b', 'c');
  makeFolder(folder);
  makeFolder(folder);
  expect(statSync(folder).isDirectory()).toBe(true);
});

it('refuses a file in place of the folder, or of one above it', () => {
  const file = join(root, 'file');
  writeFileSync(file, '');
  expect(() => makeFolder(file)).toThrow(expect.objectContaining({ code: 'EEXIST' }));
  expect(() => makeFolder(join(file, 'below'))).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
});

(existsSync('/proc/self') ? it : it.skip)('ends where the file system makes no folders', () => {
  expect(() => makeFolder('/proc/rollcall/data')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});
