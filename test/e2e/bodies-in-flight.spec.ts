import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { startTestApplication, type TestApplication, type TestCompany } from '../support/application.js';

const KIB = 1024;
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

let application: TestApplication;
let busy: TestCompany;
let other: TestCompany;
beforeAll(async () => {
  const settings = {
    BODIES_IN_FLIGHT: '400KiB',
    COMPANY_BODIES_IN_FLIGHT: '200KiB',
    BODY_TIMEOUT_MS: '7000',
  };
  application = await startTestApplication({ settings });
  [busy, other] = [await application.company(), await application.company()];
});
afterAll(() => application.close());

const group = (displayName: string, length: number): string =>
  JSON.stringify({ schemas: [GROUP], displayName, x: 'x'.repeat(length) });

/** Announces a body and sends the first bytes of it. */
async function trickle(token: string, bytes: number): Promise<Socket> {
  const { port } = new URL(application.origin);
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    `POST /standard/scim/v2/Groups HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n` +
      `Content-Type: application/scim+json\r\nContent-Length: ${bytes}\r\n\r\n{"displayName":`,
  );
  return socket;
}

it('bodies that do not arrive stop neither small requests nor other companies, and are given up', async () => {
  const [client, neighbour] = [await busy.client(), await other.client()];
  const slow = await trickle(client.token ?? '', 190 * KIB);
  const answer = text(slow);
  // The share is taken once the request is read.
  await client.get('/Users');
  const waiting = client.post('/Groups', group('waiting', 100 * KIB));
  expect((await client.post('/Groups', group('small', 10))).status).toBe(201);
  expect((await neighbour.post('/Groups', group('other', 100 * KIB))).status).toBe(201);
  const refused = await waiting;
  expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
  expect(refused.body.detail).toContain('request bodies');
  expect(await answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*Connection: close[\s\S]*within 7 seconds/i);
  expect((await client.post('/Groups', group('waiting', 100 * KIB))).status).toBe(201);
}, 30_000);

it('a body waits for its turn', async () => {
  const client = await busy.client();
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => client.post('/Groups', group(`turn ${index}`, 150 * KIB))),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 201));
});

it('a body of unknown length and one that unpacks to more get what they may become', async () => {
  const token = await busy.token();
  const send = (body: ReadableStream): Promise<Response> =>
    fetch(`${application.base}/Groups`, {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/scim+json' },
    });
  const pieces = (name: string): ReadableStream => new Blob([group(name, 150 * KIB)]).stream();
  const answers = await Promise.all(['one', 'two', 'three'].map((name) => send(pieces(name))));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
});

it('a body that unpacks to more than the limit is 413, also where the limit is all that a company may have', async () => {
  const response = await fetch(`${application.base}/Groups`, {
    method: 'POST',
    body: gzipSync(group('bomb', 17 * 1024 * KIB)),
    headers: {
      Authorization: `Bearer ${await busy.token()}`,
      'Content-Type': 'application/scim+json',
      'Content-Encoding': 'gzip',
    },
  });
  expect(response.status).toBe(413);
});
