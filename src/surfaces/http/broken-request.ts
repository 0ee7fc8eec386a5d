import { type Duplex } from 'node:stream';
import { STATUS_CODES } from 'node:http';
import { ScimError } from '../../protocol/error/scim-error.js';
import { type RequestLog } from './request-log.js';
import { encodeScimError } from './scim-error.filter.js';

/**
 * A listener for a server's `clientError`: answers bytes that are no HTTP request (400), requests whose head is too
 * long (431) and those that do not arrive in time (408). None of them reaches the router or its error filter.
 */
export function answerBrokenRequests(
  log: RequestLog,
): (error: NodeJS.ErrnoException, socket: Duplex) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const refusal = refusalOf(error.code);
    const { status, contentType, body } = encodeScimError(refusal);
    log.writeBroken({ status, detail: refusal.detail, code: error.code });
    const text = JSON.stringify(body);
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: ${contentType}\r\n` +
        `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
    );
  };
}

function refusalOf(code: string | undefined): ScimError {
  if (code === 'HPE_HEADER_OVERFLOW') {
    const detail = 'Request line and headers are over the limit of 16 KiB together; shorten the URL.';
    return new ScimError(431, undefined, detail);
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new ScimError(408, undefined, 'The request did not come to its end in time.');
  }
  return new ScimError(400, undefined, 'This is no well-formed HTTP request.');
}
