import { type RefusalReason } from './refusal-reason.js';

/**
 * The server could not carry out the request at present. Nothing is wrong with the request, and the client may repeat
 * it after `retryAfterSeconds`.
 */
export class UnavailableError extends Error {
  readonly reason: Extract<RefusalReason, 'busy' | 'keys' | 'moving'> = 'busy';

  constructor(
    message: string,
    readonly retryAfterSeconds: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'UnavailableError';
  }
}
