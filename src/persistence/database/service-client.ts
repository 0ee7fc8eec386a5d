import pg, { type ClientConfig } from 'pg';
import { type DatabaseUrl } from '../../config/database-url.js';
import { destroySocket } from './destroy-socket.js';

/** How often a statement that runs looks whether its connection is still there, in milliseconds. */
const CHECK_INTERVAL_MS = 500;
const NOT_ON_THIS_SYSTEM = '22023';

/** The servers of a database, one of which is used until it can't be reached or takes no writes. */
class ServerChoice {
  private index = 0;

  constructor(private readonly servers: readonly string[]) {}

  get current(): string {
    return this.servers[this.index] ?? '';
  }

  /** Goes on to the next server, unless another connection has done so already. */
  leave(server: string): void {
    if (server === this.current) this.index = (this.index + 1) % this.servers.length;
  }
}

type Connected = ((error: Error) => void) & ((error: null, client: pg.Client) => void);

/**
 * The class of the clients of the service, to be given to a pool. They connect to the server that the last one could be
 * reached at and, where there are several, to one that takes writes.
 *
 * @param checked whether PostgreSQL looks for lost connections while a statement runs; a pooler does not allow it
 */
export function serviceClient({ servers, needsPrimary }: DatabaseUrl, checked: boolean): typeof pg.Client {
  const choice = new ServerChoice(servers);
  return class ServiceClient extends pg.Client {
    private readonly server = choice.current;

    constructor(config?: string | ClientConfig) {
      super({ ...(config as ClientConfig), connectionString: choice.current });
      // Without a listener, an error between connecting and the first use would end the process.
      this.on('error', () => undefined);
    }

    override connect(): Promise<pg.Client>;
    override connect(callback: Connected): void;
    override connect(callback?: Connected): Promise<pg.Client> | void {
      const opened = this.open();
      if (callback === undefined) return opened;
      opened.then((client) => callback(null, client), callback);
    }

    private async open(): Promise<pg.Client> {
      try {
        await super.connect();
        if (checked) await setCheckInterval(this);
        if (needsPrimary) await requireWrites(this);
        return this;
      } catch (error) {
        choice.leave(this.server);
        destroySocket(this);
        throw error;
      }
    }
  };
}

async function setCheckInterval(client: pg.Client): Promise<void> {
  try {
    await client.query(`SET client_connection_check_interval = ${CHECK_INTERVAL_MS}`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === NOT_ON_THIS_SYSTEM)) throw error;
  }
}

/** @throws Error where the server is a standby, or takes no writes by its settings */
export async function requireWrites(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ transaction_read_only: string }>('SHOW transaction_read_only');
  if (rows[0]?.transaction_read_only !== 'off') throw new Error('the server takes no writes');
}
