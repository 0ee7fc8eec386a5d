import { connect } from 'node:net';
import { type ScimAnswer } from './scim-client.js';

/** An answer that was read from the bytes of a connection. */
export type RawAnswer = Pick<ScimAnswer, 'status' | 'headers' | 'body' | 'text'>;

/**
 * Sends bytes that no HTTP client would send, on a new connection, and reads the answer until the server closes the
 * connection. The request should have `Connection: close`.
 *
 * @throws Error where there is no answer within 20 seconds
 */
export function exchangeBytes(origin: string, pieces: readonly (string | Buffer)[]): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => {
      for (const piece of pieces) socket.write(piece);
    });
    socket.setTimeout(20_000, () => socket.destroy(new Error('no answer within 20 s')));
    socket.on('data', (chunk) => chunks.push(chunk));
    // The server may close the connection before it has read everything. Its answer may have arrived before that.
    socket.on('error', (error) => (chunks.length > 0 ? resolve(parse(chunks)) : reject(error)));
    socket.on('close', () => resolve(parse(chunks)));
  });
}

function parse(chunks: readonly Buffer[]): RawAnswer {
  const [head = '', ...rest] = Buffer.concat(chunks).toString('utf8').split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  const text = rest.join('\r\n\r\n');
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  return { status: Number(statusLine.split(' ')[1] ?? 0), headers, body, text };
}
