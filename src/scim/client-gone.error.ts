/** The client has closed its connection, so that nobody waits for the answer and the work was stopped. */
export class ClientGoneError extends Error {
  constructor(options?: ErrorOptions) {
    super('The client has closed the connection before it was answered.', options);
    this.name = 'ClientGoneError';
  }
}
