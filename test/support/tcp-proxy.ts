import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP proxy on loopback that can stop passing on what it receives, as a network that swallows packets does. */
export interface TcpProxy {
  /** A URL that leads through the proxy instead. */
  route(url: string): string;
  /** Passes nothing on any more, without closing connections. New ones are accepted. */
  freeze(): void;
  /** Passes on what was held back. */
  thaw(): void;
  /** Passes nothing of the connections that are open on to those who opened them; {@link thaw} ends that. */
  holdAnswers(): void;
  /** How many connections it has taken. */
  taken(): number;
  /** Closes the connections that are open. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts a proxy to the port of loopback that a URL names. */
export async function startTcpProxy(url: string): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const upstreams = new Set<Socket>();
  let taken = 0;
  let frozen = false;
  const join = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('data', (chunk) => to.write(chunk));
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    if (frozen) from.pause();
  };
  const server = createServer((client) => {
    taken += 1;
    const upstream = connect(Number(new URL(url).port), '127.0.0.1');
    upstreams.add(upstream.once('close', () => upstreams.delete(upstream)));
    join(client, upstream);
    join(upstream, client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    route: (url) => Object.assign(new URL(url), { port: String(port) }).href,
    freeze: () => {
      frozen = true;
      for (const socket of sockets) socket.pause();
    },
    holdAnswers: () => {
      for (const upstream of upstreams) upstream.pause();
    },
    taken: () => taken,
    thaw: () => {
      frozen = false;
      for (const socket of sockets) socket.resume();
    },
    cut,
    close: async () => {
      cut();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
