import { type EventEmitter } from 'node:events';
import { type Duplex } from 'node:stream';
import pg, { type PoolClient } from 'pg';

/** How long the connection of a CancelRequest may stay open, in milliseconds. */
const LIMIT_MS = 1000;

/** What a client of `pg` knows of its server and of its session there. */
interface Session {
  readonly host: string;
  readonly port: number;
  readonly ssl: boolean | object;
  readonly sslNegotiation: string;
  readonly processID: number;
  readonly secretKey: number;
}

/** `pg.Connection`, of which the types name only a part. */
interface ProtocolConnection extends EventEmitter {
  readonly stream: Duplex;
  connect(portOrPath: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processID: number, secretKey: number): void;
}

/**
 * Asks PostgreSQL to cancel what a connection is running. The request goes over a connection of its own and is not
 * answered: PostgreSQL closes that connection once it has signalled the session. A statement that is sent behind that is
 * not hit any more, since a session ignores what was asked while it had nothing to do.
 *
 * @returns whether PostgreSQL has closed the connection; where it is false, the cancellation may still be on its way
 */
export function requestCancel(client: PoolClient): Promise<boolean> {
  const { host, port, ssl, sslNegotiation, processID, secretKey } = client as unknown as Session;
  const connection = new pg.Connection({ ssl, sslNegotiation } as object) as unknown as ProtocolConnection;
  let isDelivered = false;
  const fail = (): void => {
    isDelivered = false;
  };
  const timer = setTimeout(() => {
    fail();
    connection.stream.destroy();
  }, LIMIT_MS).unref();
  const send = (): void => {
    connection.cancel(processID, secretKey);
    isDelivered = true;
  };
  connection.on('error', fail);
  const ended = new Promise<boolean>((resolve) => {
    connection.once('end', () => {
      clearTimeout(timer);
      resolve(isDelivered);
    });
  });
  connection.once('connect', () => {
    if (!ssl) send();
    else if (sslNegotiation !== 'direct') connection.requestSsl();
  });
  connection.once('sslconnect', send);
  if (host.startsWith('/')) connection.connect(`${host}/.s.PGSQL.${port}`);
  else connection.connect(port, host);
  return ended;
}
