import { type RefusalReason } from './refusal-reason.js';
import { ScimError } from './scim-error.js';

/** 429 (RFC 6585 §4): nothing of the request was done, and the client may repeat it after `retryAfterSeconds`. */
export class TooManyRequestsError extends ScimError {
  /**
   * @param text what is too much, and what would be right; the reason is put in front of it
   * @param fields further header fields of the answer
   */
  constructor(
    readonly reason: Exclude<RefusalReason, 'busy' | 'keys' | 'moving'>,
    text: string,
    readonly retryAfterSeconds: number,
    readonly fields: Readonly<Record<string, string>> = {},
  ) {
    super(429, undefined, `${reason}: ${text}`);
    this.name = 'TooManyRequestsError';
  }
}
