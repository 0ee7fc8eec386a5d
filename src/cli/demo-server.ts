import { type NestExpressApplication } from '@nestjs/platform-express';
import { createApplication } from '../application.js';
import { type ServiceSettings } from '../config/settings.js';
import { openLogger } from '../logging/logger.js';

/** Requests a second: the demonstration is faster than identity providers are. */
const UNHURRIED = 1_000_000;

/** A server that only the demonstration uses. */
export interface DemoServer {
  /** Scheme, host and port, without a slash at the end. */
  readonly origin: string;
  close(): Promise<void>;
}

/** Starts the service on host and port of the settings. */
export async function startDemoServer(settings: ServiceSettings, databaseUrl: string): Promise<DemoServer> {
  const logger = await openLogger(settings);
  const app: NestExpressApplication = await createApplication(
    { ...settings, rateLimit: UNHURRIED },
    databaseUrl,
    logger,
  );
  await app.listen(settings.port, settings.host);
  const server = app.getHttpServer();
  const { port } = server.address() as { port: number };
  const close = async (): Promise<void> => {
    const closed = app.close();
    server.closeAllConnections();
    await closed;
  };
  return { origin: `http://${settings.host}:${port}`, close };
}
