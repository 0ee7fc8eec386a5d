import { type Settings } from '../../config/settings.js';
import { StartupError } from '../../config/startup-error.js';
import { describePlace, openServer } from '../../persistence/database/server-check.js';
import { attempt, type Check, fail, ok } from './check.js';
import { examineDatabase } from './database-checks.js';
import { examineMachine } from './machine-checks.js';
import { judgePooling, observePooling, openSession } from './pooler-check.js';

/** Where the database of the settings is, or why it can't be opened. */
export type ExaminedDatabase =
  | { readonly directUrl: string; readonly embedded: boolean }
  | StartupError
  /** The embedded one, which the first start makes. */
  | undefined;

/**
 * Examines all that the service needs, and changes nothing.
 *
 * @returns the checks, in the order in which a person would go on
 */
export async function examine(settings: Settings, database: ExaminedDatabase): Promise<readonly Check[]> {
  const checks = [ok('Settings', 'all of them are right')];
  if (database === undefined) {
    checks.push(ok('Database', `none yet: the first start makes one in ${settings.dataDir}`));
  } else if (database instanceof StartupError) {
    checks.push({ name: 'Database', status: 'fail', found: database.message, advice: null });
  } else {
    checks.push(...(await examineServer(settings, database)));
  }
  return [...checks, ...(await examineMachine(settings))];
}

async function examineServer(
  settings: Settings,
  { directUrl, embedded }: Exclude<ExaminedDatabase, StartupError | undefined>,
): Promise<readonly Check[]> {
  const opened = await openServer(directUrl).catch((error: unknown) => {
    if (error instanceof StartupError) return error;
    throw error;
  });
  if (opened instanceof StartupError) {
    return [
      fail(
        'Database',
        opened.message,
        'Look at DATABASE_URL, and whether the server runs and lets this machine in.',
      ),
    ];
  }
  const { client, server } = opened;
  try {
    const checks = await examineDatabase(client, describePlace(server), settings, embedded);
    if (embedded) return checks;
    return [...checks, await attempt('Pooler', () => checkPooler(settings, directUrl))];
  } finally {
    await client.end();
  }
}

async function checkPooler(settings: Settings, directUrl: string): Promise<Check> {
  const requestsUrl = settings.databaseServiceUrl ?? settings.databaseUrl ?? directUrl;
  const direct = await observePooling(() => openSession(directUrl));
  const requests = requestsUrl === directUrl ? direct : await observePooling(() => openSession(requestsUrl));
  return judgePooling(direct, requests, settings);
}
