import { once } from 'node:events';
import {
  request as requestHttp,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { isPublicAddress, lookupPublic, PrivateAddressError } from '../access/public-address.js';
import { hostOf } from '../access/url-host.js';
import { findProgramPackage } from '../config/program-package.js';
import { type Settings } from '../config/settings.js';
import { plainText } from '../protocol/text/plain-text.js';
import { signaturesOf, type WebhookMessage } from './webhook-secret.js';

/** How much of an answer is read, and how much of that is kept. */
const MOST_READ = 2048;
const LONGEST_EXCERPT = 500;

const USER_AGENT = `Rollcall/${findProgramPackage().version} (webhooks)`;

/** What came of an attempt. */
export interface Answer {
  /** Of the answer; undefined where there was none. */
  readonly status: number | undefined;
  /** How long the receiver asks to be left alone, in milliseconds; undefined where it does not. */
  readonly retryAfter: number | undefined;
  /** Why there was no answer, in words that name no address. */
  readonly error: string | undefined;
  /** The begin of the answer's body, for operators. */
  readonly excerpt: string | undefined;
}

/** How endpoints are called. */
export type WebhookClientSettings = Pick<Settings, 'webhookHosts' | 'webhookProxy' | 'webhookTimeout'>;

/**
 * Calls endpoints. Each call makes a connection of its own, to an address that was judged in this call: all that the
 * host's name leads to have to be public, unless the operator allows the host. Redirects are answers like any other.
 */
export class WebhookClient {
  constructor(private readonly settings: WebhookClientSettings) {}

  /**
   * Posts a message. It never throws.
   *
   * @param secrets what the message is signed with
   * @param stopped aborts the call
   */
  async post(
    target: string,
    message: WebhookMessage,
    secrets: readonly string[],
    stopped: AbortSignal,
  ): Promise<Answer> {
    const late = AbortSignal.timeout(this.settings.webhookTimeout);
    try {
      const outgoing = await this.open(
        new URL(target),
        headersOf(message, secrets),
        AbortSignal.any([late, stopped]),
      );
      // An error after the head of the answer is reported by the answer itself.
      outgoing.on('error', () => undefined);
      outgoing.end(message.body);
      const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
      const excerpt = await readExcerpt(answer);
      return {
        status: answer.statusCode,
        retryAfter: readRetryAfter(answer.headers['retry-after']),
        error: undefined,
        excerpt,
      };
    } catch (error) {
      const described = late.aborted
        ? `no answer within ${this.settings.webhookTimeout} ms`
        : describe(error);
      return { status: undefined, retryAfter: undefined, error: described, excerpt: undefined };
    }
  }

  private async open(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<ClientRequest> {
    const host = hostOf(url);
    const isAllowed = this.settings.webhookHosts.includes(host);
    // The setting may have changed since the endpoint was made.
    if (!isAllowed && url.protocol !== 'https:') throw new RefusedTargetError('only https is called');
    if (!isAllowed && isIP(host) !== 0 && !isPublicAddress(host)) throw new PrivateAddressError(host, host);
    const options: RequestOptions = {
      method: 'POST',
      headers,
      signal,
      agent: false,
      ...(!isAllowed && { lookup: lookupPublic as NonNullable<RequestOptions['lookup']> }),
    };
    const request = url.protocol === 'http:' ? requestHttp : requestHttps;
    if (this.settings.webhookProxy === undefined) return request(url, options);
    const socket = await this.tunnel(new URL(this.settings.webhookProxy), url, isAllowed, signal);
    const createConnection = (): Socket =>
      url.protocol === 'http:'
        ? socket
        : connectTls({ socket, ...(isIP(host) === 0 && { servername: host }) });
    // An agent, also none (`false`), would make a connection of its own.
    return request(url, { ...options, agent: undefined, createConnection });
  }

  /** A connection through the proxy (RFC 9110 §9.3.6) to the address that was judged, not to a name. */
  private async tunnel(proxy: URL, url: URL, isAllowed: boolean, signal: AbortSignal): Promise<Socket> {
    const host = hostOf(url);
    const address = isAllowed || isIP(host) !== 0 ? host : await resolvePublic(host);
    const authority = `${isIP(address) === 6 ? `[${address}]` : address}:${portOf(url)}`;
    const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
    const outgoing = requestHttp({
      host: hostOf(proxy),
      port: proxy.port || 80,
      method: 'CONNECT',
      path: authority,
      agent: false,
      signal,
      headers: {
        host: authority,
        ...(proxy.username !== '' && {
          'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}`,
        }),
      },
    });
    outgoing.end();
    // A proxy that refuses sends an answer instead of connecting.
    const [answer, socket] = (await Promise.race([
      once(outgoing, 'connect'),
      once(outgoing, 'response'),
    ])) as [IncomingMessage, Socket | undefined];
    // A later error of the socket is reported by the request that uses it.
    socket?.on('error', () => undefined);
    if (answer.statusCode === 200 && socket) return socket;
    (socket ?? answer).destroy();
    throw new RefusedTargetError(`the proxy answered ${answer.statusCode}`);
  }
}

/** Why an endpoint is not called, in words that name no address. */
class RefusedTargetError extends Error {}

const portOf = ({ port, protocol }: URL): string => port || (protocol === 'http:' ? '80' : '443');

function resolvePublic(host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    lookupPublic(host, { all: false }, (error, address) => {
      if (error !== null) reject(error);
      else resolve(address as string);
    });
  });
}

const headersOf = (message: WebhookMessage, secrets: readonly string[]): Record<string, string> => ({
  'content-type': 'application/json',
  'content-length': String(Buffer.byteLength(message.body)),
  'user-agent': USER_AGENT,
  'webhook-id': message.id,
  'webhook-timestamp': String(message.timestamp),
  'webhook-signature': signaturesOf(message, secrets),
});

/** A receiver whose answer breaks off has answered: its status counts. */
async function readExcerpt(answer: IncomingMessage): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    // Leaving the loop closes the connection.
    for await (const chunk of answer as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MOST_READ) break;
    }
  } catch {
    answer.destroy();
  }
  const text = Buffer.concat(chunks).subarray(0, MOST_READ).toString('utf8');
  return text === '' ? undefined : plainText(text, LONGEST_EXCERPT);
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function readRetryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const time = header.endsWith(' GMT') ? Date.parse(header) : NaN;
  return Number.isNaN(time) ? undefined : Math.max(0, time - Date.now());
}

function describe(error: unknown): string {
  if (error instanceof PrivateAddressError) return 'the host leads to an address that is no public one';
  if (error instanceof RefusedTargetError) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined || !/^[A-Z][A-Z0-9_]+$/.test(code)
    ? 'the connection failed'
    : `the connection failed: ${code}`;
}
