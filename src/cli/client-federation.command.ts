import { commandOf } from '../config/command.js';
import { type Command, Option } from 'commander';
import {
  type AssertedBy,
  entraIssuer,
  entraKeysUrl,
  type NewFederatedCredential,
} from '../administration/federated-credential.js';
import { readSettings } from '../config/read-settings.js';
import { listFederated } from './client-text.js';
import { withExamples } from './examples.js';
import { readKeyFile } from './key-file.js';
import { type OutputOptions } from './output-options.js';
import { withClient } from './session.js';
import { printJson, type Terminal } from './terminal.js';

interface AddOptions extends OutputOptions {
  readonly tenant?: string;
  readonly subject?: string;
  readonly audience: readonly string[];
  readonly issuer?: string;
  readonly own?: true;
  readonly jwksUrl?: string;
  readonly jwksFile?: string;
}

const EXAMPLE = 'acme-eu client_Mq1v3mLkT0yC7uWn2xRb9Q';

/** Adds `client federation add|list|remove`. */
export function addFederationCommands(client: Command, terminal: Terminal): void {
  const federation = client
    .command('federation')
    .description('whose signed assertions stand for a client, instead of a secret');

  addAddCommand(federation, terminal);
  withExamples(federation.command('list <company> <client>'), `client federation list ${EXAMPLE}`)
    .description('list them with their last use')
    .option('--json', 'print JSON')
    .action(async (company: string, named: string, { json }: OutputOptions) => {
      const settings = readSettings(terminal.environment);
      const { federatedCredentials: found } = await withClient(
        settings,
        { company, client: named },
        (clients, id) => clients.showClient(company, id),
      );
      if (json) return terminal.out(printJson(found));
      terminal.out(
        found.length === 0
          ? `None yet; add one: ${commandOf('client federation add <company> <client>')}`
          : listFederated(terminal, found),
      );
    });

  withExamples(
    federation.command('remove <company> <client> <federation>'),
    `client federation remove ${EXAMPLE} 2`,
  )
    .description('end it, and the tokens that were issued by it: the next request is refused')
    .option('--json', 'print JSON')
    .action(async (company: string, named: string, removed: string, { json }: OutputOptions) => {
      const settings = readSettings(terminal.environment);
      await withClient(settings, { company, client: named }, (clients, id) =>
        clients.removeFederatedCredential(company, id, removed),
      );
      terminal.out(json ? printJson({ id: removed }) : `Federation ${removed} is removed.`);
    });
}

function addAddCommand(federation: Command, terminal: Terminal): void {
  withExamples(
    federation.command('add <company> <client>'),
    `client federation add ${EXAMPLE} --tenant 11111111-2222-3333-4444-555555555555 --subject 66666666-7777-8888-9999-000000000000 --audience api://rollcall`,
    `client federation add ${EXAMPLE} --issuer https://idp.example/ --subject sync --audience rollcall --jwks-url https://idp.example/keys`,
    `client federation add ${EXAMPLE} --own --jwks-file keys.json`,
  )
    .description('accept assertions of Entra ID, of another issuer, or those that the client signs itself')
    .option('--tenant <guid>', 'the tenant of Entra ID, whose issuer and keys are known')
    .option('--subject <sub>', 'the claim sub: for Entra ID the object id of the provisioning service')
    .addOption(
      new Option('--audience <aud>', 'what the claim aud may be, character for character; may be repeated')
        .argParser((aud: string, others: readonly string[]) => [...others, aud])
        .default([], 'none'),
    )
    .option('--issuer <iss>', 'the claim iss, where it is not the one of Entra ID')
    .option('--own', 'the client signs itself, as RFC 7523 has it: keys alone are needed')
    .addOption(new Option('--jwks-url <url>', 'where the keys are published').conflicts('jwksFile'))
    .option('--jwks-file <file>', 'the public keys, as a JSON Web Key Set')
    .option('--json', 'print JSON')
    .action(async (company: string, named: string, options: AddOptions, command: Command) => {
      const assertedBy = readAssertedBy(options, command);
      const added = { assertedBy, keys: await readKeys(options, command) };
      const settings = readSettings(terminal.environment);
      const made = await withClient(settings, { company, client: named }, (clients, id) =>
        clients.addFederatedCredential(company, id, added),
      );
      terminal.out(options.json ? printJson(made) : listFederated(terminal, [made]));
    });
}

function readAssertedBy(options: AddOptions, command: Command): AssertedBy | undefined {
  const { own, subject, audience: audiences } = options;
  const tenant = options.tenant?.toLowerCase() ?? null;
  if (own) {
    if (subject === undefined && tenant === null && options.issuer === undefined && audiences.length === 0)
      return undefined;
    command.error('error: --own goes without --tenant, --issuer, --subject and --audience');
  }
  const issuer = options.issuer ?? (tenant === null ? undefined : entraIssuer(tenant));
  if (issuer === undefined) command.error('error: give --tenant, --issuer or --own');
  if (subject === undefined || audiences.length === 0) {
    command.error('error: --subject and --audience are needed');
  }
  return { issuer, subject, tenant, audiences };
}

async function readKeys(
  { own, tenant, issuer, jwksUrl, jwksFile }: AddOptions,
  command: Command,
): Promise<NewFederatedCredential['keys']> {
  if (jwksUrl !== undefined) return { url: jwksUrl };
  if (jwksFile === undefined) {
    if (tenant !== undefined && issuer === undefined) return { url: entraKeysUrl(tenant.toLowerCase()) };
    command.error(`error: ${own ? '--own needs' : 'give'} --jwks-url or --jwks-file`);
  }
  return { text: await readKeyFile(jwksFile) };
}
