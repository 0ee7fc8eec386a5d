import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { type Response } from 'express';
import { type ObservedRequest } from '../access/authenticated-request.js';
import { PLAIN_JSON } from '../surfaces/http/media-types.js';
import { type Refusal, refusalOf, setDelay } from '../surfaces/http/scim-error.filter.js';
import { dropUnreadBody } from '../surfaces/http/unread-body.js';
import { ClientNotAuthenticatedError, OauthError, toOauthError } from './oauth.error.js';

/** RFC 7617 §2: the challenge of Basic. RFC 9110 §15.5.2: every 401 has one, whatever was tried. */
const CHALLENGE = 'Basic realm="Rollcall", charset="UTF-8"';

/** Writes what the token endpoint refuses as RFC 6749 §5.2 has it, and notes it for the log. */
@Catch()
export class OauthErrorFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<ObservedRequest>();
    const response = host.switchToHttp().getResponse<Response>();
    const { error, cause, delay, refused } = readThrown(thrown);
    Object.assign(request.facts, {
      outcome: error.status === 500 ? 'failed' : 'refused',
      detail: error.description,
      reason: delay?.reason,
      fault: cause,
      ...(refused !== undefined && { refusedCredential: Promise.resolve(refused) }),
    });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    setDelay(response, delay);
    if (error.status === 401) response.setHeader('WWW-Authenticate', CHALLENGE);
    if (error.status === 405) response.setHeader('Allow', 'POST');
    if (error.status === 408) response.setHeader('Connection', 'close');
    dropUnreadBody(request, response);
    const text = JSON.stringify({ error: error.code, error_description: error.description });
    response
      .status(error.status)
      .setHeader('Content-Type', PLAIN_JSON)
      .setHeader('Pragma', 'no-cache')
      .setHeader('Content-Length', Buffer.byteLength(text))
      .end(text);
  }
}

/** The answer, and its cause where the server or something that it needs was at fault. */
function readThrown(thrown: unknown): Omit<Refusal, 'error'> & { readonly error: OauthError } {
  if (thrown instanceof OauthError) {
    const refused = thrown instanceof ClientNotAuthenticatedError ? thrown.refused : undefined;
    return { error: thrown, cause: undefined, refused };
  }
  const refusal = refusalOf(thrown);
  return { ...refusal, error: toOauthError(refusal.error) };
}
