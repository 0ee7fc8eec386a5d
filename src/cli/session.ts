import { type Say, sayNothing } from '../config/progress.js';
import { type Settings } from '../config/settings.js';
import { localOrigin } from '../administration/local-origin.js';
import { type OauthClientAdministration } from '../administration/oauth-client-administration.js';
import { type WebhookAdministration, type WebhookRules } from '../administration/webhook-administration.js';
import { type Administration } from '../administration/administration.js';
import { type Database } from '../startup/database.js';
import { type Reindex } from '../administration/reindex/reindex.js';
import { Interruption } from './interruption.js';

// What works on a database is loaded by the command that does so, since it takes longer than to print a help text.

/** On a terminal somebody wonders why a command takes so long. */
const SAY: Say = process.stderr.isTTY ? (line) => void process.stderr.write(`${line}\n`) : sayNothing;

/**
 * Opens and migrates the database, does the work, and closes the database. A server may run on it at the same time.
 * The work itself must react to the interruption.
 *
 * @throws StartupError where the database can't be opened; InterruptedError after a signal
 */
export async function withDatabase<T>(
  settings: Settings,
  work: (database: Database, interruption: Interruption) => Promise<T>,
): Promise<T> {
  const interruption = new Interruption();
  try {
    const { openDatabase } = await import('../startup/database.js');
    const { migrate } = await import('../persistence/database/migrate.js');
    const { fixCell } = await import('../persistence/settings/fix-cell.js');
    const database = await openDatabase(settings, SAY);
    try {
      await interruption.race(() => migrate(database.directUrl, SAY));
      await interruption.race(() => fixCell(database.directUrl, settings.cell));
      return await work(database, interruption);
    } finally {
      await database.close();
    }
  } finally {
    interruption.release();
  }
}

/** {@link withDatabase} for commands about companies, tokens and issuers. A signal interrupts the work. */
export const withAdministration = <T>(
  settings: Settings,
  work: (administration: Administration) => Promise<T>,
): Promise<T> =>
  withOpened(
    settings,
    async (url) => {
      const { Administration } = await import('../administration/administration.js');
      return Administration.open(url, localOrigin('command line'));
    },
    work,
  );

/** {@link withAdministration} for a client, which is named by its `client_id`, or by a name that no other one has. */
export const withClient = <T>(
  settings: Settings,
  { company, client }: { readonly company: string; readonly client: string },
  work: (clients: OauthClientAdministration, id: string) => Promise<T>,
): Promise<T> =>
  withAdministration(settings, async ({ clients }) => work(clients, await clients.idOf(company, client)));

/** {@link withAdministration} for what names URLs of webhooks or makes secrets of them, which are kept encrypted. */
export const withWebhooks = <T>(
  settings: Settings,
  work: (webhooks: WebhookAdministration, rules: WebhookRules) => Promise<T>,
): Promise<T> =>
  withDatabase(settings, async ({ directUrl }, interruption) => {
    const [{ Administration }, { withSecretKey }, { SecretBox }] = await Promise.all([
      import('../administration/administration.js'),
      import('../persistence/settings/with-secret-key.js'),
      import('../webhooks/secret-box.js'),
    ]);
    const { secretsKeys, webhookHosts: hosts } = await withSecretKey(settings, directUrl);
    const administration = await Administration.open(directUrl, localOrigin('command line'));
    try {
      const rules = { secrets: new SecretBox(secretsKeys), hosts };
      return await interruption.race(() => work(administration.webhooks, rules));
    } finally {
      await administration.close();
    }
  });

/** {@link withDatabase} for a reindex. A signal interrupts the work. */
export const withReindex = <T>(settings: Settings, work: (reindex: Reindex) => Promise<T>): Promise<T> =>
  withOpened(
    settings,
    async (url) => (await import('../administration/reindex/reindex.js')).Reindex.open(url),
    work,
  );

function withOpened<A extends { close(): Promise<void> }, T>(
  settings: Settings,
  open: (directUrl: string) => Promise<A>,
  work: (administration: A) => Promise<T>,
): Promise<T> {
  return withDatabase(settings, async ({ directUrl }, interruption) => {
    const administration = await open(directUrl);
    try {
      return await interruption.race(() => work(administration));
    } finally {
      await administration.close();
    }
  });
}
