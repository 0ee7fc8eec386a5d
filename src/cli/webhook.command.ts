import { type Command, InvalidArgumentError, Option } from 'commander';
import { type WebhookAdministration } from '../administration/webhook-administration.js';
import { type Webhook, type WebhookDelivery } from '../administration/webhook.js';
import { readSettings } from '../config/read-settings.js';
import { WEBHOOK_FORMATS, type WebhookFormat } from '../webhooks/webhook-format.js';
import { withExamples } from './examples.js';
import { momentOption } from './moment.js';
import { nameOption } from './name-option.js';
import { countOption } from './page-options.js';
import { withAdministration, withWebhooks } from './session.js';
import { type OutputOptions, refuseNoChange } from './output-options.js';
import { printJson, type Terminal } from './terminal.js';
import { describeNewWebhook, describeWebhook, listDeliveries, listWebhooks } from './webhook-text.js';

interface WebhookOptions extends OutputOptions {
  readonly name?: string;
  readonly url?: string;
  readonly types?: readonly string[];
  readonly allTypes?: true;
  readonly format?: WebhookFormat;
}

interface DeliveriesOptions extends OutputOptions {
  readonly count: number;
  readonly state?: WebhookDelivery['state'];
}

interface ReplayOptions extends OutputOptions {
  readonly delivery?: string;
  readonly from?: Date;
  readonly to?: Date;
  readonly failed?: true;
}

const EXAMPLE = 'acme-eu 0558ac4d70400001';
const DEFAULT_OVERLAP_HOURS = 24;
const LONGEST_OVERLAP_HOURS = 720;

/** Adds `webhook create|list|show|change|disable|enable|delete|rotate|test|deliveries|replay`. */
export function addWebhookCommands(program: Command, terminal: Terminal): void {
  const webhook = program.command('webhook').description('where the events of a company are sent');
  const settingsOf = (): ReturnType<typeof readSettings> => readSettings(terminal.environment);
  /** An action on one webhook, which is printed then. */
  const printed =
    (work: (webhooks: WebhookAdministration, company: string, id: string) => Promise<Webhook>) =>
    async (company: string, id: string, { json }: OutputOptions): Promise<void> => {
      const found = await withAdministration(settingsOf(), ({ webhooks }) => work(webhooks, company, id));
      terminal.out(json ? printJson(found) : describeWebhook(terminal, found));
    };

  addCreateCommand(webhook, terminal);
  withExamples(webhook.command('list <company>'), 'webhook list acme-eu', 'webhook list acme-eu --json')
    .description('list the webhooks of a company')
    .option('--json', 'print JSON')
    .action(async (company: string, { json }: OutputOptions) => {
      const found = await withAdministration(settingsOf(), ({ webhooks }) => webhooks.list(company));
      terminal.out(json ? printJson(found) : listWebhooks(terminal, found));
    });

  withExamples(webhook.command('show <company> <webhook>'), `webhook show ${EXAMPLE}`)
    .description('show one webhook, and how it does')
    .option('--json', 'print JSON')
    .action(printed((webhooks, company, id) => webhooks.show(company, id)));

  addChangeCommand(webhook, terminal);
  withExamples(webhook.command('disable <company> <webhook>'), `webhook disable ${EXAMPLE}`)
    .description('send nothing to it until it is enabled')
    .option('--json', 'print JSON')
    .action(printed((webhooks, company, id) => webhooks.disable(company, id)));

  withExamples(webhook.command('enable <company> <webhook>'), `webhook enable ${EXAMPLE}`)
    .description('go on where it stopped, as long as the journal is kept')
    .option('--json', 'print JSON')
    .action(printed((webhooks, company, id) => webhooks.enable(company, id)));

  withExamples(webhook.command('delete <company> <webhook>'), `webhook delete ${EXAMPLE}`)
    .description('remove it with its secrets; there is no way back')
    .option('--json', 'print JSON')
    .action(async (company: string, id: string, { json }: OutputOptions) => {
      await withAdministration(settingsOf(), ({ webhooks }) => webhooks.delete(company, id));
      terminal.out(json ? printJson({ id }) : `Webhook ${id} is removed.`);
    });

  addRotateCommand(webhook, terminal);
  withExamples(webhook.command('test <company> <webhook>'), `webhook test ${EXAMPLE}`)
    .description(
      'send an event webhook.test; a running server sends it, and webhook deliveries has the answer',
    )
    .option('--json', 'print JSON')
    .action(async (company: string, id: string, { json }: OutputOptions) => {
      const sent = await withAdministration(settingsOf(), ({ webhookDeliveries }) =>
        webhookDeliveries.sendTest(company, id),
      );
      terminal.out(json ? printJson(sent) : listDeliveries(terminal, [sent]));
    });

  addDeliveriesCommand(webhook, terminal);
  addReplayCommand(webhook, terminal);
}

function addCreateCommand(webhook: Command, terminal: Terminal): void {
  withExamples(
    webhook.command('create <company> <url>'),
    "webhook create acme-eu https://hooks.example.com/rollcall --name 'Access service'",
    'webhook create acme-eu https://hooks.example.com/rollcall --types user.deleted group.members',
    'webhook create acme-eu https://hooks.slack.com/services/… --name Alerts --format slack',
  )
    .description('send events to a URL from now on; the secret is shown this once')
    .addOption(nameOption('what it is for').default('webhook'))
    .addOption(typesOption())
    .addOption(
      new Option(
        '--format <format>',
        'messages of Standard Webhooks, or sentences for a chat, which is told of alerts alone',
      )
        .choices(WEBHOOK_FORMATS)
        .default('standard'),
    )
    .option('--json', 'print JSON')
    .action(async (company: string, url: string, options: WebhookOptions) => {
      const { name = 'webhook', types, format = 'standard', json } = options;
      const made = await withWebhooks(readSettings(terminal.environment), (webhooks, rules) =>
        webhooks.create(company, { name, url, types: types ?? null, format }, rules),
      );
      printSecret(terminal, made, json);
    });
}

function addChangeCommand(webhook: Command, terminal: Terminal): void {
  withExamples(
    webhook.command('change <company> <webhook>'),
    `webhook change ${EXAMPLE} --types user.deleted`,
    `webhook change ${EXAMPLE} --url https://hooks.example.com/new --all-types`,
  )
    .description('change its name, URL or types of events; with another URL what failed is tried afresh')
    .addOption(nameOption('what it is for'))
    .option('--url <url>', 'where events are sent')
    .addOption(typesOption())
    .addOption(new Option('--all-types', 'send events of all types').conflicts('types'))
    .option('--json', 'print JSON')
    .action(async (company: string, id: string, options: WebhookOptions, command: Command) => {
      const { name, url, types, allTypes, json } = options;
      const changed = {
        ...(name !== undefined && { name }),
        ...(url !== undefined && { url }),
        ...((types !== undefined || allTypes) && { types: types ?? null }),
      };
      if (Object.keys(changed).length === 0) refuseNoChange(command);
      const found = await withWebhooks(readSettings(terminal.environment), (webhooks, rules) =>
        webhooks.change(company, id, changed, rules),
      );
      terminal.out(json ? printJson(found) : describeWebhook(terminal, found));
    });
}

function addRotateCommand(webhook: Command, terminal: Terminal): void {
  withExamples(
    webhook.command('rotate <company> <webhook>'),
    `webhook rotate ${EXAMPLE}`,
    `webhook rotate ${EXAMPLE} --overlap 0`,
  )
    .description('make a secret, and let the others end after a time in which messages are signed with all')
    .addOption(
      new Option('--overlap <hours>', 'how many hours the others are used')
        .argParser(parseHours)
        .default(DEFAULT_OVERLAP_HOURS),
    )
    .option('--json', 'print JSON')
    .action(async (company: string, id: string, options: OutputOptions & { readonly overlap: number }) => {
      const rotated = await withWebhooks(readSettings(terminal.environment), (webhooks, rules) =>
        webhooks.rotateSecret(company, id, options.overlap, rules),
      );
      printSecret(terminal, rotated, options.json);
    });
}

function addDeliveriesCommand(webhook: Command, terminal: Terminal): void {
  withExamples(
    webhook.command('deliveries <company> <webhook>'),
    `webhook deliveries ${EXAMPLE}`,
    `webhook deliveries ${EXAMPLE} --state failed --json`,
  )
    .description('list what was and is to be delivered, the newest first')
    .addOption(new Option('--state <state>', 'only these').choices(['pending', 'delivered', 'failed']))
    .addOption(countOption('deliveries'))
    .option('--json', 'print JSON')
    .action(async (company: string, id: string, { count, state, json }: DeliveriesOptions) => {
      const found = await withAdministration(readSettings(terminal.environment), ({ webhookDeliveries }) =>
        webhookDeliveries.list(company, id, { state, limit: count }),
      );
      terminal.out(json ? printJson(found) : listDeliveries(terminal, found));
    });
}

function addReplayCommand(webhook: Command, terminal: Terminal): void {
  withExamples(
    webhook.command('replay <company> <webhook>'),
    `webhook replay ${EXAMPLE} --delivery 0558ac4d70400002`,
    `webhook replay ${EXAMPLE} --from 12h --failed`,
  )
    .description('send an event again, or those of a time, with the webhook-id that they had')
    .addOption(new Option('--delivery <id>', 'this one').conflicts(['from', 'to', 'failed']))
    .addOption(momentOption('--from <when>', 'those that were made ready from then on'))
    .addOption(momentOption('--to <when>', 'those before then'))
    .option('--failed', 'only those that have failed')
    .option('--json', 'print JSON')
    .action(async (company: string, id: string, options: ReplayOptions, command: Command) => {
      const { delivery, from, to, failed, json } = options;
      if (delivery === undefined && from === undefined) command.error('error: give --delivery or --from');
      const replayed = await withAdministration(
        readSettings(terminal.environment),
        async ({ webhookDeliveries }) => {
          if (from !== undefined) return webhookDeliveries.replayRange(company, id, { from, to, failed });
          await webhookDeliveries.replay(company, id, delivery ?? '');
          return 1;
        },
      );
      terminal.out(json ? printJson({ replayed }) : `${replayed} to be sent again.`);
    });
}

function printSecret(
  terminal: Terminal,
  { webhook, secret }: { readonly webhook: Webhook; readonly secret: string },
  json: true | undefined,
): void {
  terminal.out(json ? printJson({ ...webhook, secret }) : describeNewWebhook(terminal, webhook, secret));
}

const typesOption = (): Option =>
  new Option('--types <type...>', 'the types of events that are sent, such as user.deleted; all without it');

function parseHours(text: string): number {
  const hours = Number(text);
  if (/^\d{1,3}$/.test(text) && hours <= LONGEST_OVERLAP_HOURS) return hours;
  throw new InvalidArgumentError(`expected a number of hours from 0 to ${LONGEST_OVERLAP_HOURS}`);
}
