import { type JSONWebKeySet } from 'jose';

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 256 * 1024;
/** How many sets are fetched at the same time. Without a limit, many slow issuers could use up all sockets. */
const MAX_CONCURRENT = 64;

/** Fetches JSON Web Key Sets. It follows no redirects, and limits the time and the size of an answer. */
export class JwksClient {
  private running = 0;

  /** @throws Error where the answer is not 200, no JSON or over a limit; the message says which */
  async fetch(url: string): Promise<JSONWebKeySet> {
    if (this.running === MAX_CONCURRENT) throw new Error('too many key sets are being fetched');
    this.running += 1;
    try {
      const response = await fetch(url, {
        headers: { accept: 'application/jwk-set+json, application/json' },
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
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
  // Throwing from the loop closes the connection.
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error(`the answer is longer than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
