import { createHash } from 'node:crypto';
import pg from 'pg';

/** A statement that answers with one text in one row, or with none. */
export interface FloorStatement {
  /** It is prepared once under this name. */
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

const SCOPE = {
  name: 'scope',
  text: `SELECT set_config('rollcall.company_id', t.company_id::text, true) FROM find_token($1) t`,
};
const BEGIN = {
  read: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
  write: 'BEGIN ISOLATION LEVEL READ COMMITTED',
};

/** Runs each request in one transaction that is sent at once: the look-up of the token, the statements and COMMIT. */
export class FloorTransactions {
  private readonly pool: pg.Pool;

  /** @param url for the service */
  constructor(url: string, connections: number) {
    this.pool = new pg.Pool({
      connectionString: url,
      max: connections,
      options: '-c role=rollcall_service',
      ...{ pipeline: true },
    });
  }

  /**
   * @param token as the request has it
   * @returns the texts that the statements answer with; undefined where the token is not known
   */
  async run(
    kind: 'read' | 'write',
    token: string,
    statements: readonly FloorStatement[],
  ): Promise<readonly (string | undefined)[] | undefined> {
    const client = await this.pool.connect();
    let failure: Error | undefined;
    try {
      const hash = createHash('sha256').update(token).digest();
      const answers = await Promise.all([
        client.query(BEGIN[kind]),
        client.query({ ...SCOPE, values: [hash] }),
        ...statements.map((statement) =>
          client.query<string[]>({ ...statement, values: [...statement.values], rowMode: 'array' }),
        ),
        client.query('COMMIT'),
      ]);
      const [, scope, ...results] = answers as [
        pg.QueryResult,
        pg.QueryResult,
        ...pg.QueryArrayResult<string[]>[],
      ];
      return scope.rowCount === 0 ? undefined : results.slice(0, -1).map(({ rows }) => rows[0]?.[0]);
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      client.release(failure);
    }
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}
