import { type Agent, request as openRequest, type IncomingHttpHeaders } from 'node:http';
import { checkAgainstDocument } from './document-check.js';

/** An answer of the service. */
export interface ScimAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The parsed JSON; undefined if the answer has no body or one that is not JSON. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test names what it expects to find in it
  readonly body: any;
  readonly text: string;
}

/** A request that is sent as it is: path and headers are neither completed nor encoded again. */
export interface RawRequest {
  readonly method: string;
  /** Path and query behind the client's base URL. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type Headers = Readonly<Record<string, string>>;

/**
 * A SCIM client for tests. It uses `node:http`, since `fetch` rewrites paths, drops a `?` at the end and adds
 * headers, and tests need requests without such changes. Each answer is compared with the OpenAPI document.
 */
export class ScimClient {
  /**
   * @param base the SCIM base URL, without a slash at the end
   * @param token the bearer token of all methods but `send`; undefined to send none
   */
  constructor(
    readonly base: string,
    readonly token: string | undefined,
    private readonly agent: Agent,
  ) {}

  get(path: string, headers: Headers = {}): Promise<ScimAnswer> {
    return this.exchange('GET', path, undefined, headers);
  }

  post(path: string, body: unknown, headers: Headers = {}): Promise<ScimAnswer> {
    return this.exchange('POST', path, body, headers);
  }

  put(path: string, body: unknown, headers: Headers = {}): Promise<ScimAnswer> {
    return this.exchange('PUT', path, body, headers);
  }

  /** @param body a PatchOp message, or the array of its operations */
  patch(path: string, body: unknown, headers: Headers = {}): Promise<ScimAnswer> {
    const message = Array.isArray(body)
      ? { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: body as unknown[] }
      : body;
    return this.exchange('PATCH', path, message, headers);
  }

  delete(path: string, headers: Headers = {}): Promise<ScimAnswer> {
    return this.exchange('DELETE', path, undefined, headers);
  }

  /** Sends a request exactly as given, without the client's token and without a Content-Type. */
  send({ method, path, headers = {}, body }: RawRequest): Promise<ScimAnswer> {
    const { hostname, port, pathname } = new URL(this.base);
    const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    return new Promise((resolve, reject) => {
      const options = {
        agent: this.agent,
        hostname,
        port,
        method,
        path: `${pathname.replace(/\/$/, '')}${path}`,
      };
      const outgoing = openRequest({ ...options, headers: { ...headers, ...length } }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const { statusCode: status = 0, headers } = incoming;
          const contentType = headers['content-type'];
          const answer = { status, headers, body: parseBody(text, contentType), text };
          try {
            checkAgainstDocument({ method, path: options.path, contentType, ...answer });
            resolve(answer);
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  private exchange(method: string, path: string, body: unknown, headers: Headers): Promise<ScimAnswer> {
    return this.send({
      method,
      path,
      headers: {
        ...(this.token === undefined ? {} : { Authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/scim+json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }
}

function parseBody(text: string, contentType: string | undefined): unknown {
  if (text === '' || !/\bjson\b/i.test(contentType ?? '')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
