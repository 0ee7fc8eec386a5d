import { type Command } from 'commander';
import { AdministrationError } from '../administration/administration.error.js';
import { type ErasedAgain, type ProvenErasure } from '../administration/user-erasure.js';
import { readSettings } from '../config/read-settings.js';
import { readErasures } from './erasures-file.js';
import { withExamples } from './examples.js';
import { type OutputOptions } from './output-options.js';
import { withAdministration } from './session.js';
import { printJson, printTable, type Terminal } from './terminal.js';

interface EraseOptions extends OutputOptions {
  readonly yes?: true;
}

/** Adds `user erase|erasures`, and returns `user` for further commands. */
export function addUserCommands(program: Command, terminal: Terminal): Command {
  const user = program.command('user').description('what is kept of a person, and which groups a user is in');
  withExamples(
    user.command('erase <company> <user>'),
    'user erase acme-eu ada@acme.example',
    'user erase acme-eu 0558ac4d70400001 --yes',
  )
    .description(
      'remove everything that is kept of a person, named by userName or id (once deleted: by id), and prove it',
    )
    .option('--yes', 'do not ask for the name')
    .option('--json', 'print JSON')
    .action(async (company: string, named: string, options: EraseOptions) => {
      if (!options.yes) await confirm(named, terminal);
      const settings = readSettings(terminal.environment);
      const erased = await withAdministration(settings, ({ erasure }) => erasure.eraseUser(company, named));
      terminal.out(options.json ? printJson(erased) : describeErasure(terminal, erased));
    });

  withExamples(user.command('erasures <company>'), 'user erasures acme-eu --json')
    .description('list the ids of the users that were erased; keep the list apart from the database')
    .option('--json', 'print JSON')
    .action(async (company: string, options: OutputOptions) => {
      const settings = readSettings(terminal.environment);
      const found = await withAdministration(settings, ({ erasure }) => erasure.listErasures(company));
      if (options.json) terminal.out(printJson(found));
      else if (found.length === 0) terminal.out('No user was erased.');
      else {
        const rows = found.map(({ id, erased }) => [id, erased]);
        terminal.out(printTable(terminal, ['Id', 'Erased'], rows));
      }
    });

  withExamples(user.command('erase-again <company> <file>'), 'user erase-again acme-eu erasures.json')
    .description(
      'after a backup was restored: erase whoever stands in a list that `user erasures --json` printed',
    )
    .option('--json', 'print JSON')
    .action(async (company: string, file: string, options: OutputOptions) => {
      const settings = readSettings(terminal.environment);
      const ids = await readErasures(file);
      const found = await withAdministration(settings, ({ erasure }) => erasure.eraseAgain(company, ids));
      terminal.out(options.json ? printJson(found) : describeErasedAgain(found));
    });
  return user;
}

function describeErasedAgain({ erased, unchanged }: ErasedAgain): string {
  const all = `Of ${(erased.length + unchanged.length).toLocaleString('en')} users `;
  const became =
    erased.length === 0
      ? 'none had come back'
      : `${erased.length.toLocaleString('en')} had come back and were erased: ${erased.join(', ')}`;
  return `${all}${became}; all stand in the list of erasures.`;
}

function describeErasure(terminal: Terminal, { id, erased, proof, notice }: ProvenErasure): string {
  const rows = proof.map(({ table, before, left }) => [table, String(before), String(left)]);
  const wasThere = proof.some(({ table, before }) => table === 'users' && before > 0);
  return [
    `User ${id}${wasThere ? '' : ', who had been deleted before,'} was erased at ${erased}. Rows about the person, counted in the same transaction:`,
    printTable(terminal, ['Table', 'Before', 'Left'], rows),
    notice,
  ].join('\n');
}

/** @throws AdministrationError where the name is not typed, or nobody can be asked */
async function confirm(named: string, { ask }: Terminal): Promise<void> {
  if (ask === undefined) {
    throw new AdministrationError('Nobody can be asked whether that is meant; give --yes to do it.');
  }
  const typed = await ask(`This erases user ${named} for good. Type the name again to go on: `);
  if (typed.trim() !== named) throw new AdministrationError('That is another name; nothing was changed.');
}
