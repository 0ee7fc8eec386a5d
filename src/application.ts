import { NestFactory } from '@nestjs/core';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { type NextFunction, type Request, type Response } from 'express';
import { type Logger } from 'pino';
import { AppModule, SURFACES } from './app.module.js';
import { type Settings } from './config/settings.js';
import { serveDocuments } from './documentation/documents.js';
import { createHttpLogger, NestLogger } from './logging/logger.js';
import { answerBrokenRequests } from './surfaces/http/broken-request.js';
import { escapeBrokenPath } from './surfaces/http/request-path.middleware.js';
import { assumeNewestVersion } from './surfaces/standard/version-segment.middleware.js';

/** Longer than load balancers keep an idle connection (60 s), so that none sends a request into one that is closing. */
const KEEP_ALIVE = 75_000;

/** The service without its listener: every route, guard and document, on a migrated database. */
export async function createApplication(
  settings: Settings,
  databaseUrl: string,
  logger: Logger,
  surfaces = SURFACES,
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.register(settings, databaseUrl, logger, surfaces),
    // Bodies are read behind the guards; see RequestBodyInterceptor.
    { bodyParser: false, logger: new NestLogger(logger), abortOnError: false },
  );
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', settings.trustProxy);
  app.use(createHttpLogger(logger), setSafeHeaders, escapeBrokenPath, assumeNewestVersion);
  if (settings.docs) serveDocuments(app, surfaces);
  await app.init();
  const server = app.getHttpServer();
  server.keepAliveTimeout = KEEP_ALIVE;
  server.on('clientError', answerBrokenRequests(logger));
  return app;
}

/** Answers hold personal data: no cache keeps them, no browser guesses at their type. */
function setSafeHeaders(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  next();
}
