import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { JwksClient } from './jwks-client.js';
import { lookupPublic, PrivateAddressError } from './public-address.js';

describe('a fetch of keys', () => {
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
  beforeEach(() => {
    connections = 0;
  });
  afterAll(() => void server.close());

  it.each(['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', 'localhost', '2130706433', '0x7f.1'])(
    'does not connect to %s',
    async (host) => {
      await expect(new JwksClient([]).fetch(`https://${host}:${port}/keys`)).rejects.toThrow(
        PrivateAddressError,
      );
      expect(connections).toBe(0);
    },
  );

  it.each(['127.0.0.1', 'localhost'])('connects to %s where the operator allows it', async (host) => {
    await expect(new JwksClient([host]).fetch(`https://${host}:${port}/keys`)).rejects.not.toThrow(
      PrivateAddressError,
    );
    expect(connections).toBeGreaterThan(0);
  });
});

it.each([true, false])(
  'a name is judged by all of its addresses, whether all are wanted: %s',
  async (all) => {
    const found = await new Promise((resolve) =>
      lookupPublic('localhost', { all }, (error) => resolve(error)),
    );
    expect(found).toBeInstanceOf(PrivateAddressError);
    expect((found as Error).message).toMatch(/^localhost leads to \S+, which is no public address$/);
  },
);

it('a name that nothing has is told as such', async () => {
  const found = await new Promise((resolve) => lookupPublic('nobody.invalid', {}, (error) => resolve(error)));
  expect(found).toMatchObject({ code: expect.stringMatching(/^E/) as unknown });
});
