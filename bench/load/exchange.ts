import { type Client, type Dispatcher } from 'undici';

/** A request to a server. */
export interface LoadRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the SCIM base. */
  readonly path: string;
  readonly body?: string;
  /** The token of the company. */
  readonly token: string;
}

export interface LoadAnswer {
  readonly status: number;
  readonly bytes: number;
  /** Empty where it was not to be kept. */
  readonly body: string;
  /** Until the first byte of the body, in milliseconds; NaN where there was none. */
  readonly firstByte: number;
  readonly milliseconds: number;
}

/** The path of the SCIM base on all servers that are compared. */
const SCIM_BASE = '/standard/scim/v2';

/**
 * Sends a request on a connection and reads the answer whole.
 *
 * @param keep whether the body of the answer is kept
 * @throws Error where the connection fails
 */
export function exchange(
  client: Client,
  { method, path, body, token }: LoadRequest,
  keep: boolean,
): Promise<LoadAnswer> {
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let [status, bytes, firstByte] = [0, 0, NaN];
    const handler: Dispatcher.DispatchHandlers = {
      onConnect: () => undefined,
      onHeaders: (code) => {
        status = code;
        return true;
      },
      onData: (chunk) => {
        if (bytes === 0) firstByte = performance.now() - begin;
        bytes += chunk.length;
        if (keep) chunks.push(chunk);
        return true;
      },
      onComplete: () => {
        const text = keep ? Buffer.concat(chunks).toString() : '';
        resolve({ status, bytes, body: text, firstByte, milliseconds: performance.now() - begin });
      },
      onError: reject,
    };
    client.dispatch(
      {
        method,
        path: `${SCIM_BASE}${path}`,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/scim+json' }),
        },
        body: body ?? null,
      },
      handler,
    );
  });
}
