import { type Agent, request as openRequest, type IncomingHttpHeaders } from 'node:http';
import { checkAgainstDocument } from './document-check.js';

/** An answer as it came: the body parsed where it is JSON. */
export interface ScimAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The parsed JSON; undefined where the answer has no body or one that is not JSON. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test names what it expects to find in it
  readonly body: any;
  readonly text: string;
}

/** A request byte for byte: neither path nor headers are completed or re-encoded. */
export interface RawRequest {
  readonly method: string;
  /** Appended to the client's base as it is. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type Headers = Readonly<Record<string, string>>;

/**
 * A SCIM client for tests. It speaks `node:http` because `fetch` rewrites paths, drops a trailing `?` and adds headers
 * of its own; some of what is tested is exactly that.
 */
export class ScimClient {
  /**
   * @param base - Absolute URL of the SCIM endpoint, without trailing slash.
   * @param token - Sent as bearer token by every method but `send`; undefined sends none.
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

  /** @param body - A whole PatchOp message, or its operations alone. */
  patch(path: string, body: unknown, headers: Headers = {}): Promise<ScimAnswer> {
    const message = Array.isArray(body)
      ? { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: body as unknown[] }
      : body;
    return this.exchange('PATCH', path, message, headers);
  }

  delete(path: string, headers: Headers = {}): Promise<ScimAnswer> {
    return this.exchange('DELETE', path, undefined, headers);
  }

  /** Sends a request exactly as given, without token or content type of the client's own. */
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
