import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(import.meta.dirname, '..', '..');

const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};
const { packages } = JSON.parse(readFileSync(join(PROJECT, 'package-lock.json'), 'utf8')) as {
  packages: Readonly<Record<string, { readonly bin?: Readonly<Record<string, string>> }>>;
};

/** Programs that `npm ci` installs for every system, and Node itself. */
const programs = ['node', ...Object.values(packages).flatMap(({ bin }) => Object.keys(bin ?? {}))];

/**
 * What is wrong with a script for `sh` or for `cmd.exe`, which npm runs scripts with on Windows. It has no variables in
 * front of a command, no `exec`, no single quotes, and of the operators of a shell it shares `&&`.
 */
function faultsOf(script: string): string[] {
  return script.split(' && ').flatMap((command) => {
    const [program = '', ...args] = command.split(' ');
    const files = program === 'node' ? [args.find((each) => !each.startsWith('-')) ?? ''] : [];
    return [
      ...(programs.includes(program) ? [] : [`${program}: no program that every system has`]),
      ...args
        .filter((each) => !/^[\w@./:=*-]+$/.test(each))
        .map((each) => `${each}: not read alike by all shells`),
      ...files.filter((each) => !existsSync(join(PROJECT, each))).map((each) => `${each}: not there`),
    ];
  });
}

it.each(Object.entries(scripts))('npm run %s runs on Linux, macOS and Windows alike', (_name, script) => {
  expect(faultsOf(script)).toEqual([]);
});

it.each([
  ['tsc -p tsconfig.json && exec node dist/main.js', ['exec: no program that every system has']],
  ['FACTOR=10 npm test', ['FACTOR=10: no program that every system has']],
  [
    "node -e 'process.exit()'",
    ["'process.exit()': not read alike by all shells", "'process.exit()': not there"],
  ],
  ['rm -rf dist; tsc', ['rm: no program that every system has', 'dist;: not read alike by all shells']],
  ['tsc > log', ['>: not read alike by all shells']],
  ['node $SCRIPT', ['$SCRIPT: not read alike by all shells', '$SCRIPT: not there']],
])('%s would not', (script, faults) => {
  expect(faultsOf(script)).toEqual(faults);
});
