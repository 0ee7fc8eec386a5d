/**
 * The server could not carry out the request at present. Nothing is wrong with the request, and the client may repeat
 * it after `retryAfterSeconds`.
 */
export class UnavailableError extends Error {
  constructor(
    message: string,
    readonly retryAfterSeconds: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'UnavailableError';
  }
}
