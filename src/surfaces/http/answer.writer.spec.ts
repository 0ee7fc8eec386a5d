import { type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import express, { type Request, type Response } from 'express';
import { type AnswerText } from './answer.js';
import { AnswerWriter } from './answer.writer.js';
import { Spools } from './spools.js';

const PIECE = 'é'.repeat(50_000);
const MEBIBYTE = 1024 * 1024;

let server: Server;
let handle: (response: Response) => Promise<void>;
let settled: Promise<unknown>;

beforeAll(async () => {
  const app = express().use((_request: Request, response: Response) => {
    settled = handle(response).catch((error: unknown) => {
      if (response.headersSent) return;
      response.removeHeader('Content-Length');
      response.status(503).end(String(error));
    });
  });
  await new Promise<void>((resolve) => (server = app.listen(0, '127.0.0.1', () => resolve())));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

function writerOf(limits: { spoolLimit?: number } = {}): AnswerWriter {
  const room = { spoolLimit: 100 * MEBIBYTE, spoolCompanyLimit: 100 * MEBIBYTE, ...limits };
  return new AnswerWriter(new Spools({ spoolDir: tmpdir(), ...room }));
}

async function* text(pieces: number, end?: Error): AnswerText {
  for (let n = 0; n < pieces; n += 1) {
    yield PIECE;
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (end) throw end;
}

const ask = (method: string): Promise<globalThis.Response> =>
  fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { method });

it.each([
  ['GET', 1, '100000'],
  ['GET', 0, '0'],
  ['GET', 40, null],
  ['PUT', 40, '4000000'],
])('%s: %s pieces come whole, with the length %s', async (method, pieces, length) => {
  handle = (response) => writerOf().send(response, 200, text(pieces));
  const answer = await ask(method);
  expect([answer.status, answer.headers.get('content-length')]).toEqual([200, length]);
  expect((await answer.text()) === PIECE.repeat(pieces)).toBe(true);
});

it('a read that fails in its middle is cut', async () => {
  handle = (response) => writerOf().send(response, 200, text(40, new Error('gone')));
  await expect(ask('GET').then((answer) => answer.text())).rejects.toThrow();
  await settled;
});

it.each(['PUT', 'PATCH'])('%s: nothing is sent of what fails in the end', async (method) => {
  handle = (response) => writerOf().send(response, 200, text(40, new Error('gone')));
  const answer = await ask(method);
  expect([answer.status, await answer.text()]).toEqual([503, 'Error: gone']);
});

it('refuses what there is no room for before its first byte where it can, and ends what it was made of', async () => {
  let ended = false;
  async function* watched(): AnswerText {
    try {
      yield* text(40);
    } finally {
      ended = true;
    }
  }
  handle = (response) => writerOf({ spoolLimit: 0 }).send(response, 200, watched());
  const answer = await ask('GET');
  expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('SpoolFullError')]);
  expect(ended).toBe(true);
});
