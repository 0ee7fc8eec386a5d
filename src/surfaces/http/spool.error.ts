import { UnavailableError } from '../../protocol/error/unavailable.error.js';

/** There is no room left for answers on their way. */
export class SpoolFullError extends UnavailableError {
  constructor(options?: ErrorOptions) {
    super(
      'Too many large answers are on their way to slow readers. Send the request again later.',
      10,
      options,
    );
    this.name = 'SpoolFullError';
  }
}
