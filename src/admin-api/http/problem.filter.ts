import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Inject,
  Injectable,
} from '@nestjs/common';
import { type Response } from 'express';
import { type ObservedRequest } from '../../access/authenticated-request.js';
import { type AdministrationFault, AdministrationError } from '../../administration/administration.error.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import { UnavailableError } from '../../protocol/error/unavailable.error.js';
import { plainText, withoutValues } from '../../protocol/text/plain-text.js';
import { ClientGoneError } from '../../scim/client-gone.error.js';
import { CLIENT_CLOSED_REQUEST } from '../../surfaces/http/answered.js';
import { RATE_HEADERS, refusalOf, setDelay, thrownFor } from '../../surfaces/http/scim-error.filter.js';
import { dropUnreadBody } from '../../surfaces/http/unread-body.js';
import { Problem } from './problem.js';

const STATUS_OF: Readonly<Record<AdministrationFault, number>> = {
  invalid: 400,
  unknown: 404,
  conflict: 409,
};
const LONGEST_DETAIL = 500;

/** A problem as it is sent. */
export interface EncodedProblem {
  readonly contentType: string;
  readonly text: string;
}

/** Answers whatever was thrown with a problem (RFC 9457), and notes it for the log. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const request = host.switchToHttp().getRequest<ObservedRequest>();
    this.answer(await thrownFor(request, error, this.problemOf(error).status), host);
  }

  private answer(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<ObservedRequest>();
    const response = http.getResponse<Response>();
    const problem = this.problemOf(thrown);
    const { facts } = request;
    facts.outcome = problem.status === 500 ? 'failed' : 'refused';
    facts.detail = plainText(withoutValues(problem.detail), LONGEST_DETAIL);
    facts.fault = faultOf(thrown, problem);
    const { delay } = refusalOf(thrown);
    facts.reason = delay?.reason;
    if (response.headersSent) {
      facts.status = problem.status;
      response.destroy();
      return;
    }
    setDelay(response, delay);
    dropUnreadBody(request, response);
    // A caller without a valid credential is not told how much is left of a rate.
    const unsaid = problem.status === 401 ? RATE_HEADERS : [];
    for (const header of ['ETag', 'Location', ...unsaid]) response.removeHeader(header);
    const { contentType, text } = this.encode(problem);
    response.status(problem.status).set(problem.headers).setHeader('Content-Type', contentType);
    response.setHeader('Content-Length', Buffer.byteLength(text)).end(text);
  }

  protected encode(problem: Problem): EncodedProblem {
    return { contentType: 'application/problem+json', text: JSON.stringify(problem.toJson()) };
  }

  private problemOf(thrown: unknown): Problem {
    if (thrown instanceof Problem) return thrown;
    if (thrown instanceof AdministrationError) return new Problem(STATUS_OF[thrown.fault], thrown.detail);
    if (thrown instanceof UnavailableError) {
      return new Problem(503, `busy: ${thrown.message}`);
    }
    if (thrown instanceof ClientGoneError) return new Problem(CLIENT_CLOSED_REQUEST, thrown.message);
    if (thrown instanceof ScimError) return this.problemOfBody(thrown);
    if (thrown instanceof HttpException) return new Problem(thrown.getStatus(), thrown.message);
    return new Problem(500, 'The request failed for a reason that is not its own.');
  }

  /** What reads bodies for all of the server refuses them in the words of SCIM. */
  private problemOfBody({ status, detail }: ScimError): Problem {
    if (status === 413) {
      const limit = `${this.settings.userBodyLimit} bytes (USER_BODY_LIMIT)`;
      return new Problem(
        413,
        `The request body is over the limit of ${limit}, or one of the limits of its parts.`,
      );
    }
    if (status === 415) {
      return new Problem(
        415,
        'The body is not read: send Content-Type: application/json, packed with gzip, deflate, br or not.',
      );
    }
    // RFC 9110 §15.5.9: after 408 the connection is closed.
    return new Problem(status, detail, [], status === 408 ? { Connection: 'close' } : {});
  }
}

function faultOf(thrown: unknown, { status }: Problem): unknown {
  if (thrown instanceof UnavailableError) return thrown.cause;
  return status === 500 ? thrown : undefined;
}
