import { type NestExpressApplication } from '@nestjs/platform-express';
import { createApplication } from '../application.js';
import { type Settings } from '../config/settings.js';
import { createLogger } from '../logging/logger.js';

/** A server that only the demonstration uses. */
export interface DemoServer {
  /** Scheme, host and port, without a slash at the end. */
  readonly origin: string;
  close(): Promise<void>;
}

/** Starts the service on host and port of the settings. */
export async function startDemoServer(settings: Settings, databaseUrl: string): Promise<DemoServer> {
  const app: NestExpressApplication = await createApplication(
    settings,
    databaseUrl,
    createLogger(settings.logLevel),
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
