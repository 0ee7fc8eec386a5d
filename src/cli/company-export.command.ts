import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { type Command } from 'commander';
import { AdministrationError } from '../administration/administration.error.js';
import { type ExportCounts, type ExportLine } from '../administration/company-export.js';
import { readSettings } from '../config/read-settings.js';
import { makeProgressBar, type Progress, SILENT_PROGRESS } from '../demo/progress.js';
import { withExamples } from './examples.js';
import { type OutputOptions } from './output-options.js';
import { withAdministration } from './session.js';
import { printJson, type Terminal } from './terminal.js';

interface ExportOptions extends OutputOptions {
  readonly output?: string;
}

/** Adds `company export`. */
export function addExportCommand(company: Command, terminal: Terminal): void {
  withExamples(
    company.command('export <slug>'),
    'company export acme-eu',
    'company export acme-eu --output /backups/acme-eu.ndjson',
  )
    .description('write all that a company has to a file, a line of JSON each, as it is at one moment')
    .option('--output <file>', 'a file that does not exist yet; default: <slug>.ndjson')
    .option('--json', 'print JSON')
    .action(async (slug: string, options: ExportOptions) => {
      const { output: file = `${slug}.ndjson`, json } = options;
      const settings = readSettings(terminal.environment);
      const progress = terminal.interactive ? makeProgressBar() : SILENT_PROGRESS;
      const counts = await withAdministration(settings, ({ exports }) =>
        writeFile(file, (write) =>
          exports.exportCompany(slug, (lines) => {
            show(progress, lines);
            return write(lines);
          }),
        ).finally(() => progress.end()),
      );
      if (json) terminal.out(printJson({ file, ...counts }));
      else terminal.out(`${file}: ${describe(counts)}.`);
    });
}

/**
 * Writes lines to a file that only its owner may read. It has its name when it is whole.
 *
 * @throws AdministrationError where it can't be written
 */
async function writeFile<T>(
  file: string,
  work: (write: (lines: readonly ExportLine[]) => Promise<void>) => Promise<T>,
): Promise<T> {
  if (existsSync(file)) throw new AdministrationError(`${file} exists already; nothing was written.`);
  const unfinished = `${file}.part`;
  const stream = createWriteStream(unfinished, { mode: 0o600, flags: 'wx' });
  const failed = new Promise<never>((_resolve, reject) => {
    stream.once('error', ({ code }: NodeJS.ErrnoException) =>
      reject(new AdministrationError(`${unfinished} can't be written (${code}).`)),
    );
  });
  failed.catch(() => undefined);
  try {
    const write = async (lines: readonly ExportLine[]): Promise<void> => {
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
      if (!stream.write(text)) await Promise.race([once(stream, 'drain'), failed]);
    };
    await Promise.race([once(stream, 'open'), failed]);
    const result = await work(write);
    stream.end();
    await Promise.race([once(stream, 'close'), failed]);
    await rename(unfinished, file);
    return result;
  } catch (error) {
    // Where it was never opened, the file is another command's.
    const isOwn = !stream.pending;
    stream.destroy();
    if (isOwn) await rm(unfinished, { force: true });
    throw error;
  }
}

function show(progress: Progress, lines: readonly ExportLine[]): void {
  const [first] = lines;
  if (first?.type === 'company') progress.begin(first.users + first.groups + first.memberships);
  else if (first !== undefined && first.type !== 'end') progress.advance(`${first.type}s`, lines.length);
}

const describe = ({ users, groups, memberships }: ExportCounts): string =>
  `${users} users, ${groups} groups, ${memberships} memberships`;
