import { type Client } from 'pg';

/**
 * Closes a connection at once. `client.end()` alone would wait for the statements that a pipelined connection runs.
 * What runs is rejected, and a pool that the client is released to drops it.
 */
export function destroySocket(client: Client): void {
  client.connection.stream.destroy();
  // It marks the client as ended.
  client.end().catch(() => undefined);
}
