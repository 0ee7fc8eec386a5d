import { type QueryResultRow } from 'pg';

type Rows = readonly QueryResultRow[];

/** The batches of a cursor. The next batch is fetched while the reader works on the present one. */
export class CursorBatches implements AsyncIterableIterator<Rows> {
  private ahead: Promise<Rows> | undefined;

  /**
   * @param fetch reads the next batch; a batch that is not full is the last one
   * @param finish ends the transaction, with the error if there was one
   */
  constructor(
    private readonly fetch: () => Promise<Rows>,
    private readonly batchSize: number,
    private readonly finish: (error?: unknown) => Promise<void>,
  ) {
    this.fetchAhead();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Rows, undefined>> {
    const ahead = this.ahead;
    if (ahead === undefined) {
      return { done: true, value: undefined };
    }
    this.ahead = undefined;
    let rows: Rows;
    try {
      rows = await ahead;
    } catch (error) {
      await this.finish(error);
      throw error;
    }
    if (rows.length === this.batchSize) {
      this.fetchAhead();
    } else {
      await this.finish();
    }
    return rows.length === 0 ? { done: true, value: undefined } : { done: false, value: rows };
  }

  /** Called by the runtime if the reader stops early. */
  async return(): Promise<IteratorResult<Rows, undefined>> {
    const ahead = this.ahead;
    this.ahead = undefined;
    const failure = await ahead?.then(
      () => undefined,
      (error: unknown) => error,
    );
    await this.finish(failure);
    return { done: true, value: undefined };
  }

  private fetchAhead(): void {
    this.ahead = this.fetch();
    // The reader gets the error when it asks for this batch.
    this.ahead.catch(() => undefined);
  }
}
