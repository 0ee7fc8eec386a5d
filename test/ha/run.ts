import 'reflect-metadata';
import { cpus } from 'node:os';
import { writeSection } from '../support/document-section.js';
import { endProcesses } from '../support/process.js';
import { failOver } from './fail-over.js';
import { moveCompanies } from './move.js';
import { type Part } from './part.js';

/** The parts of `npm run test:ha`, each of which writes a section of a page; arguments name those to run. */
const PARTS: Readonly<Record<string, Part>> = {
  'fail-over': failOver,
  move: moveCompanies,
};
const PAGE = 'docs/reliability.md';
/** No part is still at work after this time; one takes about two minutes. */
const LIMIT_MS = Number(process.env['MINUTES'] ?? 10) * 60_000;

const [, , ...named] = process.argv;
const unknown = named.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no part ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}.\n`,
  );
  process.exit(2);
}

/** The exit code where a part could not be carried out, so that nothing is known of what it looks for. */
const NOT_CARRIED_OUT = 75;

let abandoned: Promise<void> | undefined;

function abandon(why: string): void {
  process.stderr.write(`${why}\n`);
  abandoned ??= endProcesses().finally(() => process.exit(NOT_CARRIED_OUT));
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abandon('Interrupted.'));
setTimeout(() => abandon('The parts took too long.'), LIMIT_MS).unref();

for (const [name, part] of Object.entries(PARTS)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const begun = Date.now();
  try {
    const { table, faults } = await part((line) => {
      const seconds = ((Date.now() - begun) / 1000).toFixed(0);
      process.stdout.write(`${seconds.padStart(4)} s  ${line}\n`);
    });
    for (const fault of faults) process.stderr.write(`${name}: ${fault}\n`);
    if (faults.length > 0) process.exitCode = 1;
    const seconds = ((Date.now() - begun) / 1000).toFixed(0);
    const day = new Date().toISOString().slice(0, 10);
    const place = `${cpus().length} cores, with Node.js ${process.versions.node}`;
    // What a gate measures is for nobody's page.
    if (process.env['CI'] !== undefined) continue;
    writeSection(PAGE, name, `Measured on ${day} in ${seconds} seconds on ${place}:\n\n${table}`);
  } catch (error) {
    process.stderr.write(`${name}: ${(error as Error).stack}\n`);
    process.exitCode ??= NOT_CARRIED_OUT;
  } finally {
    await (abandoned ?? endProcesses());
  }
}
