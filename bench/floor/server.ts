import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { answerOf } from './answers.js';
import { FloorTransactions } from './transaction.js';

/** The least that a right server has to do: bare `node:http` and `pg` on the database of the service, named by DATABASE_URL. */
const CONNECTIONS = 10;
const SCIM_BASE = '/standard/scim/v2';
const { PORT = '0', DATABASE_URL = '' } = process.env;

const transactions = new FloorTransactions(DATABASE_URL, CONNECTIONS);
const server = createServer((request, response) => {
  if (request.url === '/ready') response.end();
  else serve(request, response).catch((error: unknown) => refuse(response, 500, String(error)));
});
server.listen(Number(PORT), '127.0.0.1');
process.once('SIGTERM', () => {
  server.closeAllConnections();
  server.close(() => void transactions.close());
});

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', url = '', headers } = request;
  const origin = `http://${headers.host}`;
  const body = method === 'GET' ? undefined : await readBody(request);
  const answer = answerOf(origin + SCIM_BASE, method, new URL(url.slice(SCIM_BASE.length), origin), body);
  if (answer === undefined) return refuse(response, 404, 'not measured');
  const token = headers.authorization?.slice('Bearer '.length) ?? '';
  const texts = await transactions.run(answer.kind, token, answer.statements);
  if (texts === undefined) return refuse(response, 401, 'unknown token');
  const text = answer.body ? answer.body(texts) : texts.at(-1);
  if (text === undefined) return refuse(response, 404, 'not found');
  response.writeHead(
    answer.status,
    text === ''
      ? {}
      : { 'content-type': 'application/scim+json; charset=utf-8', 'content-length': Buffer.byteLength(text) },
  );
  response.end(text);
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' });
  response.end(reason);
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString());
}
