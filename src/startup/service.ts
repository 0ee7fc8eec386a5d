import { once } from 'node:events';
import cluster from 'node:cluster';
import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { type Logger } from 'pino';
import { type ServiceSettings, type Settings } from '../config/settings.js';
import { StartupError } from '../config/startup-error.js';

/** How often idle connections are closed during a shutdown. */
const IDLE_CHECK_MS = 50;

/** The service, listening. */
export interface RunningService {
  readonly port: number;
  /** Refuses new connections, lets running requests end within `drainTimeout`, and ends. */
  readonly stop: () => Promise<void>;
}

/** Loads the application. Only a process that serves does: it takes most of the time of a start. */
export const loadApplication = (): Promise<typeof import('../application.js')> => import('../application.js');

/**
 * Starts the service in this process.
 *
 * @param databaseUrl URL of a migrated database
 * @throws StartupError where it can't listen
 */
export async function startService(
  settings: ServiceSettings,
  databaseUrl: string,
  logger: Logger,
): Promise<RunningService> {
  const { createApplication } = await loadApplication();
  const app = await createApplication(settings, databaseUrl, logger);
  try {
    const { port: wanted, host } = settings;
    const connections = openConnections(app.getHttpServer());
    const port = await listen(app.getHttpServer(), { port: wanted, host, setting: 'PORT' });
    const metrics = await serveMetrics(app, settings);
    return {
      port,
      stop: async () => {
        await drain(app, connections, settings);
        metrics?.close();
      },
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** A worker process tells its main process instead, which serves the metrics of all. */
async function serveMetrics(app: NestExpressApplication, { metrics }: Settings): Promise<Server | undefined> {
  if (metrics === undefined) return undefined;
  const [{ AggregatorRegistry }, { ServiceMetrics }, { createMetricsServer }] = await Promise.all([
    import('prom-client'),
    import('../metrics/service-metrics.js'),
    import('../metrics/metrics-server.js'),
  ]);
  const { registry } = app.get(ServiceMetrics);
  if (cluster.isWorker) {
    AggregatorRegistry.setRegistries([registry]);
    return undefined;
  }
  const server = createMetricsServer(registry);
  await listen(server, { ...metrics, setting: 'METRICS_PORT' });
  return server;
}

/**
 * Nest's `listen` would also log a failure to standard output.
 *
 * @param address with the setting that the port is from
 * @returns the port, which the system chose where it was 0
 * @throws StartupError where it can't listen there
 */
export async function listen(
  server: Server,
  { port, host, setting }: { readonly port: number; readonly host: string; readonly setting: string },
): Promise<number> {
  try {
    await once(server.listen(port, host), 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new StartupError(`Port ${port} on ${host} is in use; set ${setting} to another one.`);
    throw new StartupError(`Can't listen on ${host}:${port}: ${message}`);
  }
  return (server.address() as AddressInfo).port;
}

/** The connections of a server that does not listen yet, as they come and go. */
function openConnections(server: Server): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return open;
}

async function drain(
  app: NestExpressApplication,
  connections: ReadonlySet<Socket>,
  { drainTimeout }: Settings,
): Promise<void> {
  const server = app.getHttpServer();
  // A connection that a client keeps open would delay the shutdown, or carry further requests.
  server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) =>
    response.setHeader('Connection', 'close'),
  );
  const idle = setInterval(() => {
    server.closeIdleConnections();
    // Browsers connect before they have a request. Node.js counts that as a request under way.
    for (const connection of connections) if (connection.bytesRead === 0) connection.destroy();
  }, IDLE_CHECK_MS);
  const deadline = setTimeout(() => server.closeAllConnections(), drainTimeout);
  try {
    await app.close();
  } finally {
    clearInterval(idle);
    clearTimeout(deadline);
  }
}
