import { type JSONWebKeySet } from 'jose';

const TIMEOUT = 5_000;
const LARGEST = 256 * 1024;
/** Many issuers that hang at once must not take all sockets. */
const MOST_AT_ONCE = 64;

/** Fetches JSON Web Key Sets: without redirects, within a time and a size. */
export class JwksClient {
  private running = 0;

  /** @throws Error for whatever is no JSON within the limits; its message says what. */
  async fetch(url: string): Promise<JSONWebKeySet> {
    if (this.running === MOST_AT_ONCE) throw new Error('too many key sets are being fetched');
    this.running += 1;
    try {
      const response = await fetch(url, {
        headers: { accept: 'application/jwk-set+json, application/json' },
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT),
      });
      return JSON.parse(await readText(response)) as JSONWebKeySet;
    } finally {
      this.running -= 1;
    }
  }
}

async function readText(response: Response): Promise<string> {
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new Error(`the answer was ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop closes the connection.
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > LARGEST) throw new Error(`the answer is longer than ${LARGEST} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
