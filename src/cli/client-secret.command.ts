import { type Command } from 'commander';
import { readSettings } from '../config/read-settings.js';
import { describeNewSecret, listSecrets } from './client-text.js';
import { daysOption, DEFAULT_OVERLAP } from './days.js';
import { withExamples } from './examples.js';
import { type OutputOptions } from './output-options.js';
import { withClient } from './session.js';
import { printJson, type Terminal } from './terminal.js';
import { secretExpiresOption } from './token-options.js';

interface AddOptions extends OutputOptions {
  readonly expires: Date;
}

interface RotateOptions extends AddOptions {
  readonly overlap: number;
}

const EXAMPLE = 'acme-eu client_Mq1v3mLkT0yC7uWn2xRb9Q';

/** Adds `client secret add|rotate|revoke`. */
export function addSecretCommands(client: Command, terminal: Terminal): void {
  const secret = client
    .command('secret')
    .description('secrets of a client; several may be in force at a time');

  withExamples(
    secret.command('add <company> <client>'),
    `client secret add ${EXAMPLE}`,
    `client secret add ${EXAMPLE} --expires 730`,
  )
    .description('make one more secret; it is shown this once')
    .addOption(secretExpiresOption())
    .option('--json', 'print JSON')
    .action(async (company: string, named: string, { expires, json }: AddOptions) => {
      const settings = readSettings(terminal.environment);
      const issued = await withClient(settings, { company, client: named }, (clients, id) =>
        clients.addSecret(company, id, expires),
      );
      const { secret: text, ...shown } = issued;
      terminal.out(json ? printJson(issued) : describeNewSecret(terminal, shown, text));
    });

  withExamples(
    secret.command('rotate <company> <client>'),
    `client secret rotate ${EXAMPLE}`,
    `client secret rotate ${EXAMPLE} --overlap 30d --expires 730`,
  )
    .description('make a secret, and let all others end after a time in which they are valid beside it')
    .addOption(daysOption('--overlap <days>', 'how long the others stay valid', DEFAULT_OVERLAP))
    .addOption(secretExpiresOption())
    .option('--json', 'print JSON')
    .action(async (company: string, named: string, { expires, overlap, json }: RotateOptions) => {
      const settings = readSettings(terminal.environment);
      const rotated = await withClient(settings, { company, client: named }, (clients, id) =>
        clients.rotateSecret(company, id, { expires, overlapDays: overlap }),
      );
      const { secret: text, ...shown } = rotated.issued;
      if (json) return terminal.out(printJson({ ...rotated.issued, client: rotated.client }));
      terminal.out(
        [
          describeNewSecret(terminal, shown, text),
          '',
          'All secrets of the client; when the last use of an old one stays the same, nobody uses it any more:',
          '',
          listSecrets(terminal, rotated.client.secrets),
        ].join('\n'),
      );
    });

  withExamples(secret.command('revoke <company> <client> <secret>'), `client secret revoke ${EXAMPLE} 3`)
    .description('end a secret and the tokens that were issued by it: the next request is refused')
    .option('--json', 'print JSON')
    .action(async (company: string, named: string, secretId: string, { json }: OutputOptions) => {
      const settings = readSettings(terminal.environment);
      const revoked = await withClient(settings, { company, client: named }, (clients, id) =>
        clients.revokeSecret(company, id, secretId),
      );
      terminal.out(json ? printJson(revoked) : listSecrets(terminal, [revoked]));
    });
}
