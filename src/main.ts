import 'reflect-metadata';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { createApplication } from './application.js';
import { readSettings } from './config/read-settings.js';
import { type Settings } from './config/settings.js';
import { StartupError } from './config/startup-error.js';
import { createLogger } from './logging/logger.js';
import { openDatabase, type Database } from './persistence/database/database.js';
import { migrate } from './persistence/database/migrate.js';
import { printBanner } from './startup/banner.js';
import { ensureFirstCompany } from './startup/first-company.js';

async function start(): Promise<void> {
  const settings = readSettings(process.env);
  const database = await openDatabase(settings);
  try {
    await migrate(database.directUrl);
    const notice = await ensureFirstCompany(database.directUrl, settings, process.stdout.isTTY);
    const app = await createApplication(settings, database.url, createLogger(settings.logLevel));
    const port = await listen(app, settings);
    stopOnSignal(app, database, settings);
    const place = database.embedded
      ? `embedded PostgreSQL in ${settings.dataDir}`
      : 'the server of DATABASE_URL';
    process.stdout.write(`${printBanner(settings, port, notice, place)}\n`);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function listen(app: NestExpressApplication, { port, host }: Settings): Promise<number> {
  try {
    await app.listen(port, host);
  } catch (error) {
    await app.close();
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new StartupError(`Port ${port} on ${host} is in use; set PORT to another one.`);
    throw new StartupError(`Can't listen on ${host}:${port}: ${message}`);
  }
  return (app.getHttpServer().address() as { port: number }).port;
}

/** New connections are refused, requests under way are answered, then the database is given up. */
function stopOnSignal(app: NestExpressApplication, database: Database, settings: Settings): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    const server = app.getHttpServer();
    const deadline = setTimeout(() => server.closeAllConnections(), settings.drainTimeout);
    const closed = app.close();
    server.closeIdleConnections();
    void closed
      .finally(() => clearTimeout(deadline))
      .then(() => database.close())
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

start().catch((error: unknown) => {
  const line = error instanceof StartupError ? error.message : ((error as Error).stack ?? String(error));
  process.stderr.write(`${line}\n`);
  process.exit(1);
});
