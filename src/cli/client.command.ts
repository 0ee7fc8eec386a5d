import { type Command } from 'commander';
import { type OauthClientAdministration } from '../administration/oauth-client-administration.js';
import { type OauthClient } from '../administration/oauth-client.js';
import { readSettings } from '../config/read-settings.js';
import { type Dialect } from '../protocol/dialect/dialect.js';
import { baseUrlsOf, tokenUrlOf } from './base-urls.js';
import { addFederationCommands } from './client-federation.command.js';
import { addSecretCommands } from './client-secret.command.js';
import {
  describeAddresses,
  describeNextStep,
  describeClient,
  describeNewSecret,
  listClients,
} from './client-text.js';
import { withExamples } from './examples.js';
import { nameOption } from './name-option.js';
import { withAdministration, withClient } from './session.js';
import { type OutputOptions } from './output-options.js';
import { printJson, type Terminal } from './terminal.js';
import { dialectOption, READ_ONLY, READ_WRITE, secretExpiresOption } from './token-options.js';

interface CreateOptions extends OutputOptions {
  readonly name: string;
  readonly dialect: Dialect;
  readonly readOnly?: true;
  readonly expires: Date;
  /** False with `--no-secret`. */
  readonly secret: boolean;
}

const EXAMPLE_ID = 'client_Mq1v3mLkT0yC7uWn2xRb9Q';

/** Adds `client create|list|show|disable|enable|delete`, `client secret …` and `client federation …`. */
export function addClientCommands(program: Command, terminal: Terminal): void {
  const client = program
    .command('client')
    .description('OAuth clients: they exchange a secret or a signed assertion for tokens of one hour');
  /** An action on one client, which is printed then. */
  const printed =
    (work: (clients: OauthClientAdministration, company: string, id: string) => Promise<OauthClient>) =>
    async (company: string, named: string, options: OutputOptions): Promise<void> => {
      const settings = readSettings(terminal.environment);
      const client = { company, client: named };
      const found = await withClient(settings, client, (clients, id) => work(clients, company, id));
      terminal.out(options.json ? printJson(found) : describeClient(terminal, found));
    };

  addCreateCommand(client, terminal);
  withExamples(client.command('list <company>'), 'client list acme-eu', 'client list acme-eu --json')
    .description('list the clients of a company with their last use, disabled ones too')
    .option('--json', 'print JSON')
    .action(async (company: string, options: OutputOptions) => {
      const settings = readSettings(terminal.environment);
      const found = await withAdministration(settings, ({ clients }) => clients.listClients(company));
      terminal.out(options.json ? printJson(found) : listClients(terminal, found));
    });

  withExamples(client.command('show <company> <client>'), `client show acme-eu ${EXAMPLE_ID}`)
    .description('show one client, its secrets with last use and days left, and whose assertions it shows')
    .option('--json', 'print JSON')
    .action(printed((clients, company, id) => clients.showClient(company, id)));

  withExamples(client.command('disable <company> <client>'), `client disable acme-eu ${EXAMPLE_ID}`)
    .description('refuse the client and all tokens that it has, from the next request on')
    .option('--json', 'print JSON')
    .action(printed((clients, company, id) => clients.disableClient(company, id)));

  withExamples(client.command('enable <company> <client>'), `client enable acme-eu ${EXAMPLE_ID}`)
    .description('let a disabled client ask for tokens again')
    .option('--json', 'print JSON')
    .action(printed((clients, company, id) => clients.enableClient(company, id)));

  withExamples(client.command('delete <company> <client>'), `client delete acme-eu ${EXAMPLE_ID}`)
    .description('remove a client with all its secrets and tokens; there is no way back')
    .option('--json', 'print JSON')
    .action(async (company: string, named: string, options: OutputOptions) => {
      const settings = readSettings(terminal.environment);
      const id = await withClient(settings, { company, client: named }, async (clients, found) => {
        await clients.deleteClient(company, found);
        return found;
      });
      terminal.out(options.json ? printJson({ id }) : `Client ${id} is removed.`);
    });

  addSecretCommands(client, terminal);
  addFederationCommands(client, terminal);
}

function addCreateCommand(client: Command, terminal: Terminal): void {
  withExamples(
    client.command('create <company>'),
    "client create acme-eu --name 'Entra ID' --expires 730",
    'client create acme-eu --name audit --read-only',
    "client create acme-eu --name 'Entra ID' --no-secret",
  )
    .description('make a client; its secret is shown this once')
    .addOption(nameOption('what the client is for').default('client'))
    .addOption(dialectOption().default('lenient'))
    .option('--read-only', 'give it tokens that write nothing')
    .addOption(secretExpiresOption())
    .option('--no-secret', 'without a secret, for signed assertions; see: client federation add --help')
    .option('--json', 'print JSON')
    .action(async (company: string, options: CreateOptions) => {
      const { name, dialect, expires, secret } = options;
      const made = {
        ...{ name, dialect, scopes: options.readOnly ? READ_ONLY : READ_WRITE },
        secretExpires: secret ? expires : null,
      };
      const settings = readSettings(terminal.environment);
      const created = await withAdministration(settings, ({ clients }) =>
        clients.createClient(company, made),
      );
      if (options.json) {
        const addresses = {
          tokenUrl: tokenUrlOf(settings),
          baseUrls: baseUrlsOf(settings, company, null),
        };
        return terminal.out(printJson({ ...created.client, secret: created.issued?.secret, ...addresses }));
      }
      const { secret: text = '', ...shown } = created.issued ?? {};
      terminal.out(
        [
          describeClient(terminal, { ...created.client, secrets: [] }),
          '',
          ...('id' in shown ? [describeNewSecret(terminal, shown, text), ''] : []),
          describeAddresses(settings, company),
          ...('id' in shown ? [] : ['', describeNextStep(company, created.client.id)]),
        ].join('\n'),
      );
    });
}
