import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** What metrics are read from: a registry, or those of all worker processes. */
export interface MetricsSource {
  readonly contentType: string;
  metrics(): Promise<string>;
}

/** A server for `GET /metrics`, which does not listen yet. */
export function createMetricsServer(source: MetricsSource): Server {
  return createServer((request, response) => void answer(source, request, response));
}

async function answer(
  source: MetricsSource,
  { method = '', url = '' }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path] = url.split('?', 1);
  if (path !== '/metrics') return end(response, 404, 'Metrics are at /metrics.\n');
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return end(response, 405, 'Metrics are read with GET.\n');
  }
  try {
    const text = await source.metrics();
    response.setHeader('Content-Type', source.contentType);
    response.setHeader('Content-Length', Buffer.byteLength(text)).end(text);
  } catch {
    // A worker process that starts or ends at this moment does not answer.
    end(response, 503, 'Not all processes said what they have measured; scrape again.\n');
  }
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(text);
}
