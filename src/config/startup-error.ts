/** A start that cannot go on. The message is what the person who started it reads: one line a fault. */
export class StartupError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StartupError';
  }
}
