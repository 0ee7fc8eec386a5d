import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The person or the system asked the command to end. */
export class InterruptedError extends Error {
  constructor(readonly signal: (typeof SIGNALS)[number]) {
    super(`Interrupted by ${signal}.`);
    this.name = 'InterruptedError';
  }

  /** What a shell expects of a command that a signal ended. */
  get exitCode(): number {
    return 128 + constants.signals[this.signal];
  }
}

/** Turns a first signal into a rejection, so that what was opened is closed; a second one ends the process. */
export class Interruption {
  private readonly controller = new AbortController();
  private readonly handlers = SIGNALS.map(
    (signal) => [signal, () => this.raise(new InterruptedError(signal))] as const,
  );

  constructor() {
    for (const [signal, handler] of this.handlers) process.on(signal, handler);
  }

  /** Aborted, with an {@link InterruptedError} as its reason, when a signal came. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** `work`, given up when a signal comes. @throws InterruptedError then. */
  async race<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this.controller;
    signal.throwIfAborted();
    let giveUp = (): void => undefined;
    const interrupted = new Promise<never>((_resolve, reject) => {
      giveUp = () => reject(signal.reason as InterruptedError);
      signal.addEventListener('abort', giveUp);
    });
    try {
      return await Promise.race([work(), interrupted]);
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** Gives the signals back to the system. */
  release(): void {
    for (const [signal, handler] of this.handlers) process.off(signal, handler);
  }

  private raise(reason: InterruptedError): void {
    this.release();
    this.controller.abort(reason);
  }
}
