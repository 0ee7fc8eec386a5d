import { type Logger } from 'pino';
import { type Say } from '../config/progress.js';
import { type Settings } from '../config/settings.js';
import { openLogger } from '../logging/logger.js';
import { describePlace } from '../persistence/database/server-check.js';
import { checkIndexedForms } from '../persistence/indexed-forms/check-indexed-forms.js';
import { fixCell } from '../persistence/settings/fix-cell.js';
import { noteKeys } from '../persistence/settings/note-keys.js';
import { withSecretKey } from '../persistence/settings/with-secret-key.js';
import { withAdminToken } from './admin-token.js';
import { describeConsole } from './console-notice.js';
import { openDatabase, type Database } from './database.js';
import { ensureFirstCompany } from './first-company.js';
import { JournalSchedule } from './journal-schedule.js';
import { withOwnerAccess } from './owner-access.js';
import { PurgeSchedule } from './purge-schedule.js';
import { loadApplication, type RunningService, startService } from './service.js';
import { startWorkers } from './workers.js';

/**
 * Runs the server, with its workers if there are any, until it is asked to stop.
 *
 * @param stopped resolves when the process is asked to stop, which ends a start too
 * @throws StartupError where the server can't start
 */
export async function runServer(settings: Settings, stopped: Promise<undefined>): Promise<void> {
  const logger = await openLogger(settings);
  const say = makeSay(logger);
  say(`Starting on ${placeOf(settings)} …`);
  const opening = openDatabase(settings, say);
  // What takes most of the time of a start goes on while a database of its own starts; another one may refuse at once.
  if (settings.databaseUrl === undefined && settings.workers === 1) loadApplication().catch(() => undefined);
  const database = await opening;
  try {
    for (const warning of database.warnings) process.stderr.write(`${warning}\n`);
    const service = await Promise.race([serve(settings, database, say, logger), stopped]);
    if (service === undefined) return;
    const schedules = [
      new PurgeSchedule(database.directUrl, logger),
      new JournalSchedule(database.directUrl, logger, settings.deletedRetentionDays),
    ];
    await stopped;
    for (const schedule of schedules) await schedule.stop();
    await service.stop();
  } finally {
    await database.close();
  }
  say('Stopped.');
}

async function serve(
  settings: Settings,
  database: Database,
  say: Say,
  logger: Logger,
): Promise<RunningService> {
  // TypeORM, and Nest for the banner, are loaded only where the database can be used.
  const { migrate } = await import('../persistence/database/migrate.js');
  await migrate(database.directUrl, say);
  await fixCell(database.directUrl, settings.cell);
  await checkIndexedForms(database.directUrl, settings.schemas);
  const createFirst = (onTerminal: boolean): ReturnType<typeof ensureFirstCompany> =>
    ensureFirstCompany(database.directUrl, settings, onTerminal);
  // A token from the settings or for a file is created before the server listens, so that it is valid for the first
  // request. A token that is only printed is created afterwards, so that a failed start cannot swallow it.
  const shown = process.stdout.isTTY && settings.bootstrap.company === undefined;
  const earlyNotice = shown ? undefined : await createFirst(false);
  say('Loading the service …');
  const start = settings.workers === 1 ? startService : startWorkers;
  const withKey = await withSecretKey(withAdminToken(settings), database.directUrl);
  await noteKeys(withKey, database.directUrl);
  const complete = await withOwnerAccess(withKey, database.directUrl);
  const service = await start(complete, await database.serviceUrl(), logger);
  try {
    const notice = earlyNotice ?? (await createFirst(true));
    const { printBanner } = await import('./banner.js');
    const consoleNotice = await describeConsole(
      complete,
      settings.adminToken === undefined,
      database.directUrl,
      service.port,
    );
    const banner = printBanner(
      complete,
      service.port,
      { token: notice, console: consoleNotice },
      placeOf(settings),
    );
    process.stdout.write(`${banner}\n`);
    return service;
  } catch (error) {
    await service.stop();
    throw error;
  }
}

const placeOf = ({ databaseUrl, dataDir }: Settings): string =>
  databaseUrl === undefined
    ? `the embedded PostgreSQL in ${dataDir}`
    : `PostgreSQL at ${describePlace(databaseUrl)}`;

/** Lines for who watches a terminal; elsewhere they go to the log. */
function makeSay(logger: Logger): Say {
  if (process.stderr.isTTY) return (line) => void process.stderr.write(`${line}\n`);
  return (line) => logger.info(line);
}
