import { once } from 'node:events';
import { createServer as createHttpServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { LOCALHOST } from '../../test/support/localhost-certificate.js';
import { WebhookReceiver } from '../../test/support/webhook-receiver.js';
import { type Answer, WebhookClient } from './webhook-client.js';
import { makeWebhookSecret } from './webhook-secret.js';

const SECRET = makeWebhookSecret();

function post(
  url: string,
  settings: { hosts?: string[]; proxy?: string; timeout?: number } = {},
): Promise<Answer> {
  const { hosts = [], proxy, timeout = 60_000 } = settings;
  const client = new WebhookClient({ webhookHosts: hosts, webhookProxy: proxy, webhookTimeout: timeout });
  const message = { id: 'msg_1', timestamp: Math.floor(Date.now() / 1000), body: '{"type":"a.b"}' };
  return client.post(url, message, [SECRET], new AbortController().signal);
}

const NOT_PUBLIC = 'the host leads to an address that is no public one';

describe('what is not called', () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  let port: number;
  beforeAll(async () => {
    server.listen(0);
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => void server.close());

  it.each([
    ...['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', 'localhost', '2130706433', '0x7f.1'],
    ...[
      '[64:ff9b::7f00:1]',
      '169.254.169.254',
      '10.0.0.1',
      '100.64.0.1',
      '[fe80::1]',
      '[fd00::1]',
      '224.0.0.1',
    ],
  ])('%s, whatever the path is by which it is named', async (host) => {
    expect((await post(`https://${host}:${port}/`)).error).toBe(NOT_PUBLIC);
    expect(connections).toBe(0);
  });

  it('plain HTTP, and what the operator has allowed before', async () => {
    expect((await post(`http://localhost:${port}/`)).error).toBe('only https is called');
    expect((await post(`http://8.8.8.8/`, { hosts: ['localhost'] })).error).toBe('only https is called');
    expect(connections).toBe(0);
    expect((await post(`https://localhost:${port}/`, { hosts: ['localhost'] })).error).toContain('failed');
    expect(connections).toBeGreaterThan(0);
  });
});

describe('a receiver', () => {
  let receiver: WebhookReceiver;
  beforeEach(async () => {
    receiver = await WebhookReceiver.open();
  });
  afterEach(() => receiver.close());
  const HOSTS = { hosts: ['localhost'] };

  it('is told, and its answer is kept in part', async () => {
    receiver.reply = () => ({ status: 503, headers: { 'retry-after': '7' }, body: 'x '.repeat(100_000) });
    const answer = await post(receiver.url, HOSTS);
    expect(answer).toMatchObject({ status: 503, retryAfter: 7000, error: undefined });
    expect(answer.excerpt!.length).toBeLessThanOrEqual(501);
    receiver.verify(SECRET);
  });

  it.each([
    ['Wed, 21 Oct 2015 07:28:00 GMT', 0],
    ['soon', undefined],
    ['-1', undefined],
  ])('that asks to wait for %s', async (header, expected) => {
    receiver.reply = () => ({ status: 503, headers: { 'retry-after': header } });
    expect((await post(receiver.url, HOSTS)).retryAfter).toBe(expected);
  });

  it('that does not answer is given up', async () => {
    receiver.reply = () => undefined;
    const answer = await post(receiver.url, { ...HOSTS, timeout: 300 });
    expect(answer).toMatchObject({ status: undefined, error: 'no answer within 300 ms' });
  });

  it('that is not there, or shows a certificate that nobody vouches for', async () => {
    const secure = await WebhookReceiver.open(LOCALHOST);
    expect((await post(secure.url, HOSTS)).error).toBe('the connection failed: DEPTH_ZERO_SELF_SIGNED_CERT');
    const { url } = secure;
    await secure.close();
    expect((await post(url, HOSTS)).error).toBe('the connection failed: ECONNREFUSED');
    expect(secure.messages).toEqual([]);
  });
});

describe('with a proxy', () => {
  let proxy: Server;
  let url: string;
  const asked: { authority: string | undefined; authorization: string | undefined }[] = [];
  let isOpen = true;
  /** The port to which the proxy leads, whatever it is asked for. */
  let behind: number;
  beforeAll(async () => {
    proxy = createHttpServer();
    proxy.on('connect', (request, socket) => {
      asked.push({ authority: request.url, authorization: request.headers['proxy-authorization'] });
      if (!isOpen) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      const upstream = connect(behind, 'localhost', () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on('error', () => socket.destroy());
      socket.on('error', () => upstream.destroy());
      return undefined;
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    url = `http://ada:s%20ecret@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    asked.length = 0;
    isOpen = true;
  });
  afterAll(() => void proxy.close());

  it('receivers are called through it', async () => {
    const receiver = await WebhookReceiver.open();
    behind = receiver.port;
    expect(await post('http://localhost:1/', { hosts: ['localhost'], proxy: url })).toMatchObject({
      status: 204,
    });
    receiver.verify(SECRET);
    expect(asked).toEqual([
      {
        authority: 'localhost:1',
        authorization: `Basic ${Buffer.from('ada:s ecret').toString('base64')}`,
      },
    ]);
    await receiver.close();
  });

  it('TLS goes to the receiver', async () => {
    const receiver = await WebhookReceiver.open(LOCALHOST);
    behind = receiver.port;
    const { error } = await post('https://localhost:1/', { hosts: ['localhost'], proxy: url });
    expect(error).toBe('the connection failed: DEPTH_ZERO_SELF_SIGNED_CERT');
    await receiver.close();
  });

  it('it is asked for the address that was judged, and for none that is not public', async () => {
    isOpen = false;
    expect((await post('https://8.8.8.8/', { proxy: url })).error).toBe('the proxy answered 403');
    expect(asked.map(({ authority }) => authority)).toEqual(['8.8.8.8:443']);
    for (const host of ['localhost', '127.0.0.1', '[::1]', '10.0.0.1'])
      expect((await post(`https://${host}/`, { proxy: url })).error).toBe(NOT_PUBLIC);
    expect(asked).toHaveLength(1);
  });
});
