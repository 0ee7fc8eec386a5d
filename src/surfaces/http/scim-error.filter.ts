import {
  Catch,
  HttpException,
  NotFoundException,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { type Request, type Response } from 'express';
import { type Logger } from 'pino';
import { type AuthenticatedRequest } from '../../access/authenticated-request.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import { UnavailableError } from '../../protocol/error/unavailable.error.js';
import { SCIM_JSON } from './media-types.js';
import { surfaceAt, type EncodedError, type Surface } from './surface.js';
import { MethodNotAllowedError, noSuchEndpoint } from './unmatched-routes.js';
import { dropUnreadBody } from './unread-body.js';

const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** An error as RFC 7644 §3.12 has it: with the schema of errors, and `status` as a string. */
export function encodeScimError(error: ScimError): EncodedError {
  const { status, scimType, detail } = error;
  return {
    status,
    contentType: SCIM_JSON,
    body: {
      schemas: [ERROR_SCHEMA],
      ...(scimType === undefined ? {} : { scimType }),
      detail,
      status: String(status),
    },
  };
}

/** What a request is answered with, whatever was thrown. */
export interface Refusal {
  readonly error: ScimError;
  /** Where the fault is the server's own: what was thrown, for its log. */
  readonly cause: unknown;
}

/** Turns whatever was thrown into a refusal; a fault of the server's own becomes a 500 that does not tell its cause. */
export function refusalOf(thrown: unknown): Refusal {
  const known = toScimError(thrown);
  const error =
    known ?? new ScimError(500, undefined, 'The request failed for a reason that is not its own.');
  return { error, cause: known && !(thrown instanceof UnavailableError) ? undefined : thrown };
}

/** A detail for the log, where no values belong: whatever stands between quotation marks came from the request. */
export const withoutValues = (detail: string): string => detail.replace(/"(?:[^"\\]|\\.)*(?:"|$)/g, '"…"');

function toScimError(thrown: unknown): ScimError | undefined {
  if (thrown instanceof ScimError) return thrown;
  if (thrown instanceof UnavailableError) return new ScimError(503, undefined, thrown.message);
  if (thrown instanceof HttpException) {
    return new ScimError(thrown.getStatus(), undefined, thrown.message);
  }
  return undefined;
}

/** Writes every error in the format of the surface that the request's path belongs to, and logs it. */
@Catch()
export class ScimErrorFilter implements ExceptionFilter {
  constructor(
    private readonly surfaces: readonly Surface[],
    private readonly logger: Logger,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    // Nest's own 404, outside of all surfaces, would repeat the query.
    const { error, cause } = refusalOf(
      thrown instanceof NotFoundException ? noSuchEndpoint(request) : thrown,
    );
    this.log(request, error, cause);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (thrown instanceof UnavailableError)
      response.setHeader('Retry-After', String(thrown.retryAfterSeconds));
    if (error instanceof MethodNotAllowedError) response.setHeader('Allow', error.allowed.join(', '));
    dropUnreadBody(request, response);
    const encoded = this.encode(error, request);
    for (const header of ['ETag', 'Location', 'Preference-Applied']) response.removeHeader(header);
    response.status(encoded.status).setHeader('Content-Type', encoded.contentType);
    const text = encoded.body === undefined ? '' : JSON.stringify(encoded.body);
    response.setHeader('Content-Length', Buffer.byteLength(text)).end(text);
  }

  private encode(error: ScimError, request: Request): EncodedError {
    const surface = surfaceAt(this.surfaces, request.path);
    return surface?.encodeError(error, request) ?? encodeScimError(error);
  }

  private log(request: Request, error: ScimError, cause: unknown): void {
    const { company } = request as Partial<AuthenticatedRequest>;
    const line = {
      requestId: request.id,
      company: company?.slug,
      operation: `${request.method} ${request.path}`,
      status: error.status,
      detail: withoutValues(error.detail),
      ...(cause === undefined ? {} : { err: cause }),
    };
    if (cause !== undefined) this.logger.error(line, 'request failed');
    else this.logger.info(line, 'request refused');
  }
}
