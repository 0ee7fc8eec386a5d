/** A recording that is under way. */
export interface Recording {
  /** In decimal digits, as its company's id. */
  readonly id: string;
  readonly companyId: string;
  /** Of its company. */
  readonly slug: string;
  /** Requests that come later are not its own. */
  readonly ends: Date;
}

/** A request as it is kept: its parts are sealed. */
export interface SealedRequest {
  readonly at: Date;
  /** As the answer had it in `X-Request-Id`. */
  readonly requestId: string;
  readonly status: number;
  readonly head: string;
  readonly content: string;
}

/** Where recorded requests are kept. Who writes there can't read there. */
export abstract class RecordingsStore {
  /** All recordings that are under way, of companies that are here. */
  abstract findUnderWay(): Promise<readonly Recording[]>;

  /**
   * Keeps requests in their order, as many as the recording has room for, and ends it where that is used up.
   *
   * @param leftOut how many others are not kept, for whatever reason
   * @returns whether the recording goes on
   */
  abstract keep(recording: Recording, requests: readonly SealedRequest[], leftOut: number): Promise<boolean>;
}
