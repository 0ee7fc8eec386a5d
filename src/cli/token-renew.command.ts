import { commandOf } from '../config/command.js';
import { type Command } from 'commander';
import { readSettings } from '../config/read-settings.js';
import { baseUrlsOf } from './base-urls.js';
import { daysOption, DEFAULT_OVERLAP } from './days.js';
import { withExamples } from './examples.js';
import { type OutputOptions } from './output-options.js';
import { withAdministration } from './session.js';
import { printJson, type Terminal } from './terminal.js';
import { type Expiry, newExpiresOption } from './token-options.js';
import { describeNewToken } from './token-text.js';

interface RenewOptions extends OutputOptions {
  readonly expires: Expiry;
  readonly overlap: number;
}

/** Adds `token renew`. */
export function addRenewCommand(token: Command, terminal: Terminal): void {
  withExamples(
    token.command('renew <company> <id>'),
    'token renew acme-eu 3',
    'token renew acme-eu 3 --overlap 30d --expires 2030-01-31',
  )
    .description(
      'make a token that may do the same, and let the old one end after a time in which both are valid',
    )
    .addOption(daysOption('--overlap <days>', 'how long the old one stays valid', DEFAULT_OVERLAP))
    .addOption(newExpiresOption())
    .option('--json', 'print JSON')
    .action(async (company: string, id: string, options: RenewOptions) => {
      const settings = readSettings(terminal.environment);
      const { issued, old } = await withAdministration(settings, ({ tokens }) =>
        tokens.renewToken(company, id, { expires: options.expires.at, overlapDays: options.overlap }),
      );
      const { secret, ...shown } = issued;
      const baseUrls = baseUrlsOf(settings, company, issued.user);
      if (options.json) return terminal.out(printJson({ ...issued, baseUrls, old }));
      terminal.out(
        [
          describeNewToken(terminal, shown, secret, baseUrls, settings),
          '',
          `Token ${old.id} ends ${old.expires}. When its last use stays the same, nobody uses it any more: ${commandOf(`token list ${company}`)}`,
        ].join('\n'),
      );
    });
}
