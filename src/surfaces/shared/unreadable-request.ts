import { type Server, STATUS_CODES } from 'node:http';
import { type Duplex } from 'node:stream';
import { ScimError } from '../../protocol/error/scim-error.js';
import { encodeScimError } from './scim-error.filter.js';

/** Answers what is no HTTP, or too large a head, with a SCIM error: Node itself would send a status and no body. */
export function answerUnreadableRequests(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    const { status, contentType, body } = encodeScimError(refusalOf(error));
    const text = JSON.stringify(body);
    socket.end(
      [
        `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
        `Content-Type: ${contentType}`,
        `Content-Length: ${Buffer.byteLength(text)}`,
        'Cache-Control: no-store',
        'Connection: close',
        '',
        text,
      ].join('\r\n'),
    );
  });
}

function refusalOf({ code }: NodeJS.ErrnoException): ScimError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new ScimError(431, undefined, 'The URL and the headers together are longer than 16 KiB.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new ScimError(408, undefined, 'The request did not arrive whole in time.');
  return new ScimError(400, undefined, 'The request is not valid HTTP.');
}
