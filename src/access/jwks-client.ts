import { once } from 'node:events';
import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { type JSONWebKeySet } from 'jose';
import { isPublicAddress, lookupPublic, PrivateAddressError } from './public-address.js';
import { hostOf } from './url-host.js';

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 256 * 1024;
/** How many sets are fetched at the same time. Without a limit, many slow issuers could use up all sockets. */
const MAX_CONCURRENT = 64;

/**
 * Fetches JSON Web Key Sets. It follows no redirects, limits the time and the size of an answer, and calls public addresses
 * alone, unless the operator allows the host.
 */
export class JwksClient {
  private running = 0;

  /** @param allowedHosts names of hosts that may lead to any address */
  constructor(private readonly allowedHosts: readonly string[]) {}

  /** @throws Error where the answer is not 200, no JSON or over a limit, or may not be fetched; the message says which */
  async fetch(url: string): Promise<JSONWebKeySet> {
    if (this.running === MAX_CONCURRENT) throw new Error('too many key sets are being fetched');
    this.running += 1;
    try {
      return JSON.parse(await readText(await this.open(new URL(url)))) as JSONWebKeySet;
    } finally {
      this.running -= 1;
    }
  }

  private async open(url: URL): Promise<IncomingMessage> {
    const host = hostOf(url);
    // A URL without encryption can only have been registered for a loopback host.
    const isFree = url.protocol === 'http:' || this.allowedHosts.includes(host);
    if (!isFree && isIP(host) !== 0 && !isPublicAddress(host)) throw new PrivateAddressError(host, host);
    const options = {
      agent: false,
      headers: { accept: 'application/jwk-set+json, application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(!isFree && { lookup: lookupPublic as NonNullable<RequestOptions['lookup']> }),
    };
    const outgoing = url.protocol === 'http:' ? requestHttp(url, options) : requestHttps(url, options);
    outgoing.end();
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    // An error after the head of the answer is reported by the answer itself.
    outgoing.on('error', () => undefined);
    return answer;
  }
}

async function readText(answer: IncomingMessage): Promise<string> {
  if (answer.statusCode !== 200) {
    answer.destroy();
    throw new Error(`the answer was ${answer.statusCode}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Throwing from the loop closes the connection.
  for await (const chunk of answer as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error(`the answer is longer than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
