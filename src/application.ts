import { NestFactory } from '@nestjs/core';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { type NextFunction, type Request, type Response } from 'express';
import { type Logger } from 'pino';
import { AppModule, SURFACES } from './app.module.js';
import { type Settings } from './config/settings.js';
import { serveDocuments } from './documentation/documents.js';
import { createHttpLogger, NestLogger } from './logging/logger.js';
import { answerBrokenRequests } from './surfaces/http/broken-request.js';
import { dropEmptySegments, escapeBrokenPath } from './surfaces/http/request-path.middleware.js';
import { assumeNewestVersion } from './surfaces/standard/version-segment.middleware.js';

/**
 * How long an idle connection stays open. Load balancers keep one for 60 seconds; if the server closed it earlier, a
 * request could be sent into a closing connection.
 */
const KEEP_ALIVE_MS = 75_000;

/**
 * Creates the application with all its routes, guards and documents. It does not listen yet.
 *
 * @param databaseUrl URL of a migrated database
 * @param surfaces the wire formats to serve; by default all of them
 */
export async function createApplication(
  settings: Settings,
  databaseUrl: string,
  logger: Logger,
  surfaces = SURFACES,
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.register(settings, databaseUrl, logger, surfaces),
    // RequestBodyInterceptor reads bodies, behind the guards.
    { bodyParser: false, logger: new NestLogger(logger), abortOnError: false },
  );
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', settings.trustProxy);
  app.use(createHttpLogger(logger), setSafeHeaders);
  app.use(dropEmptySegments, escapeBrokenPath, assumeNewestVersion);
  if (settings.docs) serveDocuments(app, surfaces);
  await app.init();
  const server = app.getHttpServer();
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on('clientError', answerBrokenRequests(logger));
  return app;
}

/** Answers contain personal data, so caches must not store them, and browsers must not guess their type. */
function setSafeHeaders(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  next();
}
