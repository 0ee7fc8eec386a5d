import type pg from 'pg';
import { connectDirectly, describePlace } from '../../persistence/database/server-check.js';
import { AdministrationError } from '../administration.error.js';

const UNDER_COPY_LOG = [
  "SET log_statement = 'none'",
  'SET log_min_duration_statement = -1',
  "SET log_min_error_statement = 'panic'",
];

/**
 * A connection to one of the two databases of a move, with a login to which row-level security does not apply. Its changes of
 * settings and credentials are let through while nobody else's are.
 */
export class CellDatabase {
  private constructor(
    private readonly client: pg.Client,
    readonly url: string,
  ) {}

  /** @throws StartupError where it can't be reached */
  static async open(url: string): Promise<CellDatabase> {
    const client = await connectDirectly(url);
    await client.query(
      "SELECT set_config('rollcall.moves', 'on', false), set_config('statement_timeout', '0', false), set_config('jit', 'off', false)",
    );
    return new CellDatabase(client, url);
  }

  /** Host, port and name, without login and password. */
  get place(): string {
    return describePlace(this.url);
  }

  async rows<R extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<readonly R[]> {
    return (await this.client.query<R>(text, [...values])).rows;
  }

  /** The first row of a statement that always has one. */
  async row<R extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<R> {
    const [first] = await this.rows<R>(text, values);
    if (first === undefined) throw new Error(`no row came of: ${text}`);
    return first;
  }

  /** How many rows a statement has changed. */
  async run(text: string, values: readonly unknown[] = []): Promise<number> {
    return (await this.client.query(text, [...values])).rowCount ?? 0;
  }

  async inTransaction<T>(work: () => Promise<T>): Promise<T> {
    await this.client.query('BEGIN');
    try {
      const result = await work();
      await this.client.query('COMMIT');
      return result;
    } catch (error) {
      await this.client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  /**
   * Runs a statement with a password in it, which neither the server's log nor an error shows.
   *
   * @throws AdministrationError with the server's words
   */
  async runSecretly(text: string, secret: string): Promise<void> {
    // Only a superuser may set what is logged; for others the operator's settings hold.
    for (const setting of UNDER_COPY_LOG) await this.client.query(setting).catch(() => undefined);
    try {
      await this.client.query(text);
    } catch (error) {
      const { message } = error as Error;
      throw new AdministrationError(secret === '' ? message : message.replaceAll(secret, '…'), 'conflict');
    } finally {
      await this.client
        .query('RESET log_statement; RESET log_min_duration_statement; RESET log_min_error_statement')
        .catch(() => undefined);
    }
  }

  close(): Promise<void> {
    return this.client.end();
  }
}
