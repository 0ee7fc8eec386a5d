import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, get as request, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import express from 'express';
import { sendProgramFile } from './program-files.js';

const SCRIPT = 'export const text = "again and again";\n'.repeat(50);

let folder: string;
let server: Server;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-files-'));
  writeFileSync(join(folder, 'main.js'), SCRIPT);
  writeFileSync(join(folder, 'picture.png'), 'no text');
  const app = express();
  app.get('/:name', (incoming, response, next) =>
    sendProgramFile(response, folder, incoming.params.name, next),
  );
  await new Promise<void>((resolve) => (server = app.listen(0, '127.0.0.1', () => resolve())));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

interface Sent {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends these headers and no others, and leaves the body as it came. */
function get(path: string, headers: Record<string, string> = {}): Promise<Sent> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path, headers }, (incoming) => {
      void buffer(incoming).then(
        (body) => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body }),
        reject,
      );
    }).on('error', reject);
  });
}

it.each(['gzip', 'gzip, deflate, br, zstd', 'br;q=1, gzip;q=0.1, *;q=0'])(
  'compresses a text for a client that takes %s',
  async (accepted) => {
    for (const time of ['first', 'second']) {
      const { status, headers, body } = await get('/main.js', { 'Accept-Encoding': accepted });
      expect([time, status, headers['content-encoding'], headers['vary']]).toEqual([
        time,
        200,
        'gzip',
        'Accept-Encoding',
      ]);
      expect(headers['content-type']).toMatch(/^text\/javascript/);
      expect(body.length).toBeLessThan(SCRIPT.length / 5);
      expect(gunzipSync(body).toString()).toBe(SCRIPT);
    }
  },
);

it.each([undefined, 'identity', 'br', 'gzip;q=0'])(
  'sends it as it is to one that takes %s',
  async (accepted) => {
    const { headers, body } = await get(
      '/main.js',
      accepted === undefined ? {} : { 'Accept-Encoding': accepted },
    );
    expect([headers['content-encoding'], headers['vary']]).toEqual([undefined, 'Accept-Encoding']);
    expect(body.toString()).toBe(SCRIPT);
  },
);

it('leaves what is no text as it is', async () => {
  const { headers, body } = await get('/picture.png', { 'Accept-Encoding': 'gzip' });
  expect([headers['content-encoding'], headers['vary'], body.toString()]).toEqual([
    undefined,
    undefined,
    'no text',
  ]);
});

it('tells a client that has it so, by a tag of each encoding', async () => {
  const plain = (await get('/main.js')).headers.etag!;
  const compressed = (await get('/main.js', { 'Accept-Encoding': 'gzip' })).headers.etag!;
  expect(plain).not.toBe(compressed);
  const again = (tag: string, accepted: string): Promise<Sent> =>
    get('/main.js', { 'If-None-Match': tag, 'Accept-Encoding': accepted });
  expect((await again(compressed, 'gzip')).status).toBe(304);
  expect((await again(plain, 'identity')).status).toBe(304);
  expect((await again(plain, 'gzip')).status).toBe(200);
});

it('has no other file', async () => {
  expect((await get('/other.js', { 'Accept-Encoding': 'gzip' })).status).toBe(404);
});
