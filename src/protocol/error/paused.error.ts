import { TooManyRequestsError } from './too-many-requests.error.js';

/** 429: the operator has paused the writes of a company. They may be repeated when the pause is over. */
export class PausedError extends TooManyRequestsError {
  /** @param retryAfterSeconds until the end of the pause */
  constructor(retryAfterSeconds: number) {
    super(
      'paused',
      'This company is paused: its writes are refused until the pause ends (Retry-After says when), its reads are served.',
      retryAfterSeconds,
    );
    this.name = 'PausedError';
  }
}
