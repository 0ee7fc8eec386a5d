import { type QueryResultRow } from 'pg';

type Rows = readonly QueryResultRow[];

/** The batches of a cursor, fetched one ahead of the reader. */
export class CursorBatches implements AsyncIterableIterator<Rows> {
  private ahead: Promise<Rows> | undefined;

  /**
   * @param fetch Reads the next batch; a batch that is not full is the last one.
   * @param finish Ends the transaction: called once, with the error where there was one, before which it is translated.
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

  /** Called where the reader stops early. */
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
    // Its failure shows when the reader asks for it.
    this.ahead.catch(() => undefined);
  }
}
