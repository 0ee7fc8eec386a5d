import { NestFactory } from '@nestjs/core';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { type NextFunction, type Request, type Response } from 'express';
import { type Logger } from 'pino';
import { AppModule, SURFACES } from './app.module.js';
import { ADMIN_MOUNT } from './admin-api/http/mount.js';
import { AUTHZEN_MOUNT, CONFIGURATION_PATH } from './authzen/mount.js';
import { echoRequestId } from './authzen/request-id.middleware.js';
import { type ServiceSettings } from './config/settings.js';
import { findConsole, serveConsole } from './documentation/console-files.js';
import { serveDocumentation } from './documentation/documentation.js';
import { type Routes } from './documentation/page.js';
import { RefusedRates } from './limits/refused-rates.js';
import { ServiceMetrics } from './metrics/service-metrics.js';
import { NestLogger } from './logging/logger.js';
import { findMetadata, nameMetadata } from './oauth/metadata.middleware.js';
import { nameTokenEndpoint } from './oauth/token-address.middleware.js';
import { PLATFORM_MOUNT } from './platform-api/http/mount.js';
import { closeStalledSockets } from './surfaces/http/stalled-socket.middleware.js';
import { answerBrokenRequests } from './surfaces/http/broken-request.js';
import { ExpressServerAdapter } from './surfaces/http/express-server.adapter.js';
import { findDestination } from './surfaces/http/destination.middleware.js';
import { inOrder } from './surfaces/http/in-order.js';
import { nameInterfaces } from './surfaces/http/interface-name.middleware.js';
import { observeRequests } from './surfaces/http/observe-requests.middleware.js';
import { takeTurns } from './surfaces/http/request-turns.middleware.js';
import { refuseTooFast } from './surfaces/http/refused-rates.middleware.js';
import { RequestRecorder } from './recording/request-recorder.js';
import { RequestJournal } from './scim/request-journal.js';
import { JournalRequests } from './surfaces/http/journal-requests.js';
import { RequestLog } from './surfaces/http/request-log.js';
import { dropEmptySegments, escapeBrokenPath } from './surfaces/http/request-path.middleware.js';
import { assumeNewestVersion } from './surfaces/standard/version-segment.middleware.js';

/**
 * How long an idle connection stays open. Load balancers keep one for 60 seconds; if the server closed it earlier, a
 * request could be sent into a closing connection.
 */
const KEEP_ALIVE_MS = 75_000;

/** What is served beside the surfaces, as log, journal and metrics name it. */
const INTERFACES = {
  [ADMIN_MOUNT]: 'admin',
  [PLATFORM_MOUNT]: 'platform',
  [AUTHZEN_MOUNT]: 'authzen',
  [CONFIGURATION_PATH]: 'authzen',
};

/**
 * Creates the application with all its routes, guards and documents. It does not listen yet.
 *
 * @param databaseUrl URL of a migrated database
 * @param surfaces the wire formats to serve; by default all of them
 */
export async function createApplication(
  settings: ServiceSettings,
  databaseUrl: string,
  logger: Logger,
  surfaces = SURFACES,
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.register(settings, databaseUrl, logger, surfaces),
    new ExpressServerAdapter(),
    // RequestBodyInterceptor reads bodies, behind the guards of routes that have one.
    { bodyParser: false, logger: new NestLogger(logger), abortOnError: false },
  );
  app.disable('x-powered-by');
  app.disable('etag');
  // One hop: further addresses in `X-Forwarded-For` are what the client itself may have sent.
  app.set('trust proxy', settings.trustProxy ? 1 : false);
  const requestLog = new RequestLog(logger);
  const metrics = settings.metrics ? [app.get(ServiceMetrics)] : [];
  app.use(
    inOrder(
      closeStalledSockets(settings.sendTimeout),
      observeRequests(
        requestLog,
        new JournalRequests(app.get(RequestJournal)),
        app.get(RequestRecorder),
        ...metrics,
      ),
      setSafeHeaders,
      dropEmptySegments,
      escapeBrokenPath,
      assumeNewestVersion,
      findMetadata(settings),
      echoRequestId,
      findDestination(surfaces.map(({ surface }) => surface)),
      nameInterfaces(INTERFACES),
      nameMetadata(settings),
      nameTokenEndpoint(settings),
      takeTurns(),
      refuseTooFast(app.get(RefusedRates)),
    ),
  );
  const console = settings.adminToken === undefined ? undefined : findConsole();
  if (console !== undefined) serveConsole(app.getHttpAdapter().getInstance() as Routes, settings, console);
  if (settings.docs) serveDocumentation(app, surfaces);
  await app.init();
  const server = app.getHttpServer();
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on('clientError', answerBrokenRequests(requestLog));
  return app;
}

/** Answers contain personal data, so caches must not store them, and browsers must not guess their type. */
function setSafeHeaders(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  next();
}
