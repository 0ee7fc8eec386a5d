import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnvironment } from './environment.js';
import { StartupError } from './startup-error.js';

const before = { ...process.env };
const home = process.cwd();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-environment-'));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(home);
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  rmSync(folder, { recursive: true });
});

it('adds what .env in the working directory says, and changes nothing that is set', () => {
  process.env['ROLLCALL_SET'] = 'by the environment';
  process.env['ROLLCALL_EMPTY'] = '';
  writeFileSync(
    '.env',
    '\uFEFFROLLCALL_FIRST=1\r\n# a comment\nROLLCALL_SET=x\nROLLCALL_EMPTY=x\nexport ROLLCALL_QUOTED="two words" # and why\n',
  );
  expect(loadEnvironment()).toMatchObject({
    ROLLCALL_FIRST: '1',
    ROLLCALL_SET: 'by the environment',
    ROLLCALL_EMPTY: '',
    ROLLCALL_QUOTED: 'two words',
  });
});

it('does without the file, and says where it can not be read', () => {
  expect(loadEnvironment()).toMatchObject({ PATH: before['PATH'] });
  mkdirSync('.env');
  expect(() => loadEnvironment()).toThrow(StartupError);
  expect(() => loadEnvironment()).toThrow(`.env in ${process.cwd()} can't be read (EISDIR).`);
});
