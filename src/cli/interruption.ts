import { constants } from 'node:os';
import { onOutputGone, OutputGoneError } from './output-gone.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A signal asked the command to end. */
export class InterruptedError extends Error {
  constructor(readonly signal: (typeof SIGNALS)[number]) {
    super(`Interrupted by ${signal}.`);
    this.name = 'InterruptedError';
  }

  /** The exit code that shells expect after a signal. */
  get exitCode(): number {
    return 128 + constants.signals[this.signal];
  }
}

/**
 * Handles the signals that ask a command to end. The first one aborts the work, so that the command can close what it
 * has opened. The second one ends the process, as it would without this class. The work ends as well where nobody reads
 * the output any more.
 */
export class Interruption {
  private readonly controller = new AbortController();
  private readonly handlers = SIGNALS.map(
    (signal) => [signal, () => this.raise(new InterruptedError(signal))] as const,
  );

  private stopWatching = (): void => undefined;

  constructor() {
    this.stopWatching = onOutputGone(() => this.raise(new OutputGoneError()));
    for (const [signal, handler] of this.handlers) process.on(signal, handler);
  }

  /** Aborted at the first signal, with an {@link InterruptedError} as its reason, or an {@link OutputGoneError}. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /**
   * The result of `work`. At a signal it stops waiting; the work itself is not cancelled.
   *
   * @throws InterruptedError at the first signal; OutputGoneError
   */
  async race<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this.controller;
    signal.throwIfAborted();
    let giveUp = (): void => undefined;
    const interrupted = new Promise<never>((_resolve, reject) => {
      giveUp = () => reject(signal.reason as Error);
      signal.addEventListener('abort', giveUp);
    });
    try {
      return await Promise.race([work(), interrupted]);
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** Stops handling the signals. */
  release(): void {
    this.stopWatching();
    for (const [signal, handler] of this.handlers) process.off(signal, handler);
  }

  private raise(reason: InterruptedError | OutputGoneError): void {
    this.release();
    this.controller.abort(reason);
  }
}
