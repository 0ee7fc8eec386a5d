/** Whatever this package throws, so that one `instanceof` tells it from other errors. */
export class RollcallError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** No answer came, or it broke off: a name that does not resolve, a connection that is refused or cut, a time-out. */
export class ConnectionError extends RollcallError {}

/** An answer that is not in the form of the API: another service, or a proxy, has answered. */
export class FormatError extends RollcallError {}

/** What Rollcall said with a refusal. */
export interface Refusal {
  readonly status: number;
  /** Method and path, without the query. */
  readonly request: string;
  /** In the words of the service: what was wrong, and what would be right. */
  readonly detail: string;
  /** `Rollcall-Reason`: why requests are refused at present: `rate`, `busy`, `paused`. */
  readonly reason?: string | undefined;
  /** `X-Request-Id`, by which the operator finds the request in the log. */
  readonly requestId?: string | undefined;
  /** `Retry-After` in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** The parsed body, `undefined` where it is no JSON. */
  readonly body?: unknown;
}

/** Rollcall has refused a request. */
export class RefusedError extends RollcallError implements Refusal {
  readonly status: number;
  readonly request: string;
  readonly detail: string;
  readonly reason: string | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly body: unknown;

  constructor(refusal: Refusal) {
    const { status, request, detail, requestId } = refusal;
    super(`${request}: ${status} ${detail}${requestId === undefined ? '' : ` (request ${requestId})`}`);
    this.status = status;
    this.request = request;
    this.detail = detail;
    this.reason = refusal.reason;
    this.requestId = requestId;
    this.retryAfterMs = refusal.retryAfterMs;
    this.body = refusal.body;
  }
}

/**
 * The feed can't go on from the position: changes behind it are kept no longer (410), or it is none that this service has given
 * (400), for instance under another `SECRET_KEY`. A mirror has to begin again, with a snapshot.
 */
export class PositionRefusedError extends RefusedError {}

/** The cache was asked before its first snapshot was read. */
export class CacheNotReadyError extends RollcallError {
  constructor() {
    super('The cache is empty as long as its first snapshot has not been read: wait for `cache.ready`.');
  }
}

/** The cache is older than its reader allows. */
export class StaleCacheError extends RollcallError {
  constructor(
    readonly ageMs: number,
    readonly mostMs: number,
  ) {
    super(
      `The cache was up to date ${ageMs} ms ago, and ${mostMs} ms are allowed: Rollcall can't be reached, or the feed is not followed.`,
    );
  }
}

/** The company has more users, groups and memberships than the cache may hold. */
export class CacheFullError extends RollcallError {
  constructor(readonly mostEntries: number) {
    super(
      `The company has more than ${mostEntries} users, groups and memberships. Raise \`maxEntries\`, or ask the service instead of a cache.`,
    );
  }
}
