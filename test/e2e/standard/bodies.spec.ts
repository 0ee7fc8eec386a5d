import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { exchangeBytes, type RawAnswer } from '../../support/raw-http.js';
import { userBody } from './messages.js';

const LIMIT = 50_000;

let application: TestApplication;
let token: string;
const log: string[] = [];
beforeAll(async () => {
  const settings = { BODY_LIMIT: String(LIMIT), LOG_LEVEL: 'info' };
  application = await startTestApplication({ settings, log: (line) => log.push(line) });
  token = await (await application.company()).token();
});
afterAll(() => application.close());

const head = (...headers: string[]): string =>
  [
    'POST /standard/scim/v2/Users HTTP/1.1',
    'Host: localhost',
    'Connection: close',
    'Content-Type: application/scim+json',
    `Authorization: Bearer ${token}`,
    ...headers,
    '\r\n',
  ].join('\r\n');
const post = (encoding: string, body: Buffer): Promise<RawAnswer> =>
  exchangeBytes(application.origin, [
    head(`Content-Encoding: ${encoding}`, `Content-Length: ${body.length}`),
    body,
  ]);

it.each([
  ['identity', (text: string) => Buffer.from(text)],
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['GZIP', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
] as const)('a body in %s is read, in one piece or several', async (encoding, pack) => {
  const one = userBody({ ignored: 'x'.repeat(LIMIT / 2) });
  const answer = await post(encoding, pack(JSON.stringify(one)));
  expect([answer.status, answer.body.userName]).toEqual([201, one['userName']]);
  const other = userBody();
  const packed = pack(JSON.stringify(other));
  const pieces = [...packed].map((byte) => Buffer.from([byte]));
  const chunks = pieces.map((piece) => Buffer.concat([Buffer.from('1\r\n'), piece, Buffer.from('\r\n')]));
  const chunked = await exchangeBytes(application.origin, [
    head(`Content-Encoding: ${encoding}`, 'Transfer-Encoding: chunked'),
    ...chunks,
    '0\r\n\r\n',
  ]);
  expect([chunked.status, chunked.body.userName]).toEqual([201, other['userName']]);
});

it.each(['zstd', 'gzip, br', 'constructor'])('a body in %s is 415', async (encoding) => {
  expect((await post(encoding, Buffer.from('{}'))).status).toBe(415);
});

it('SEC-12 what is announced over the limit is 413 before it comes, packed or not', async () => {
  for (const encoding of ['identity', 'gzip', 'br']) {
    const headers = [`Content-Encoding: ${encoding}`, `Content-Length: ${LIMIT + 1}`];
    const answer = await exchangeBytes(application.origin, [head(...headers)]);
    expect([encoding, answer.status, answer.body.detail]).toEqual([
      encoding,
      413,
      expect.stringContaining(`${LIMIT} bytes`),
    ]);
  }
});

it('SEC-12 what unpacks to more than the limit is 413, although the rest never comes', async () => {
  const bomb = gzipSync(Buffer.alloc(20 * LIMIT, 'x'));
  const headers = ['Content-Encoding: gzip', `Content-Length: ${LIMIT}`];
  expect((await exchangeBytes(application.origin, [head(...headers), bomb])).status).toBe(413);
});

it('what stands behind a packed body is dropped, and the connection serves the next request', async () => {
  const body = userBody();
  const packed = Buffer.concat([gzipSync(JSON.stringify(body)), Buffer.alloc(LIMIT - 1000)]);
  const first = head('Content-Encoding: gzip', `Content-Length: ${packed.length}`);
  const next = 'GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
  const answer = await exchangeBytes(application.origin, [
    first.replace('Connection: close', 'Connection: keep-alive'),
    packed,
    next,
  ]);
  expect([answer.status, answer.text]).toEqual([
    201,
    expect.stringContaining(`"${body['userName'] as string}"`),
  ]);
  expect(answer.text).toContain('HTTP/1.1 200 OK');
});

it.each([
  ['identity', Buffer.from('{"userName":"x"')],
  ['gzip', gzipSync('{"userName":"x"}').subarray(0, 20)],
  ['br', brotliCompressSync('{"userName":"x"}').subarray(0, 12)],
])(
  'a client that leaves in the middle of a body in %s is a refused request, and no more than that',
  async (encoding, part) => {
    log.length = 0;
    const socket = connect(Number(new URL(application.origin).port), '127.0.0.1', () => {
      socket.write(head(`Content-Encoding: ${encoding}`, 'Content-Length: 1000'));
      socket.write(part);
    });
    socket.on('error', () => undefined);
    await wait(200);
    socket.destroy();
    await wait(200);
    const lines = log.map((line) => JSON.parse(line) as { level: number; operation?: string });
    expect(lines.filter(({ operation }) => operation !== undefined)).toMatchObject([
      { status: 400, detail: 'The request body could not be read whole.' },
    ]);
    expect(lines.filter(({ level }) => level > 30)).toEqual([]);
    expect((await post('identity', Buffer.from(JSON.stringify(userBody())))).status).toBe(201);
  },
);
