/** The program cannot start. The message is printed as it is, with one line for each fault. */
export class StartupError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StartupError';
  }
}
