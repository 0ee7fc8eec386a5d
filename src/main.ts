import 'reflect-metadata';
import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { readSettings } from './config/read-settings.js';
import { type Settings } from './config/settings.js';
import { StartupError } from './config/startup-error.js';
import { createLogger } from './logging/logger.js';
import { checkIndexedForms } from './persistence/indexed-forms/check-indexed-forms.js';
import { openDatabase, type Database } from './startup/database.js';
import { migrate } from './persistence/database/migrate.js';
import { printBanner } from './startup/banner.js';
import { ensureFirstCompany } from './startup/first-company.js';

/** How often idle connections are closed during a shutdown. */
const IDLE_CHECK_MS = 50;

async function run(): Promise<void> {
  const settings = readSettings(process.env);
  const stopped = stopRequested();
  const database = await openDatabase(settings);
  try {
    // A signal during the start ends the process without waiting for the start to finish.
    const app = await Promise.race([serve(settings, database), stopped]);
    if (app === undefined) return;
    await stopped;
    await drain(app, settings);
  } finally {
    await database.close();
  }
}

/**
 * Resolves at the first SIGTERM or SIGINT. Later ones are ignored: a terminal sends SIGINT to npm as well, and npm
 * passes it on a second time.
 */
async function stopRequested(): Promise<undefined> {
  const signals = ['SIGTERM', 'SIGINT'] as const;
  for (const signal of signals) process.on(signal, () => undefined);
  await Promise.race(signals.map((signal) => once(process, signal)));
}

async function serve(settings: Settings, database: Database): Promise<NestExpressApplication> {
  await migrate(database.directUrl);
  await checkIndexedForms(database.directUrl, settings.schemas);
  const createFirst = (onTerminal: boolean): ReturnType<typeof ensureFirstCompany> =>
    ensureFirstCompany(database.directUrl, settings, onTerminal);
  // A token from the settings or for a file is created before the server listens, so that it is valid for the first
  // request. A token that is only printed is created afterwards, so that a failed start cannot swallow it.
  const shown = process.stdout.isTTY && settings.bootstrap.company === undefined;
  const earlyNotice = shown ? undefined : await createFirst(false);
  // Loaded only now, since it takes most of the time of a start: what refuses a start is told before.
  const { createApplication } = await import('./application.js');
  const app = await createApplication(settings, database.url, createLogger(settings.logLevel));
  try {
    const port = await listen(app, settings);
    const notice = earlyNotice ?? (await createFirst(true));
    const place = database.embedded
      ? `embedded PostgreSQL in ${settings.dataDir}`
      : 'the server of DATABASE_URL';
    process.stdout.write(`${printBanner(settings, port, notice, place)}\n`);
    return app;
  } catch (error) {
    await app.close();
    throw error;
  }
}

async function listen(app: NestExpressApplication, { port, host }: Settings): Promise<number> {
  // Nest's `listen` would also log a failure to standard output.
  const server = app.getHttpServer();
  try {
    await once(server.listen(port, host), 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new StartupError(`Port ${port} on ${host} is in use; set PORT to another one.`);
    throw new StartupError(`Can't listen on ${host}:${port}: ${message}`);
  }
  return (server.address() as { port: number }).port;
}

/** Shuts the server down: new connections are refused, and running requests may end within `drainTimeout`. */
async function drain(app: NestExpressApplication, { drainTimeout }: Settings): Promise<void> {
  const server = app.getHttpServer();
  // A connection that the client keeps open would delay the shutdown, or send further requests.
  server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) =>
    response.setHeader('Connection', 'close'),
  );
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  const deadline = setTimeout(() => server.closeAllConnections(), drainTimeout);
  try {
    await app.close();
  } finally {
    clearInterval(idle);
    clearTimeout(deadline);
  }
}

run().then(
  () => process.exit(0),
  (error: unknown) => {
    const line = error instanceof StartupError ? error.message : ((error as Error).stack ?? String(error));
    process.stderr.write(`${line}\n`);
    process.exit(1);
  },
);
