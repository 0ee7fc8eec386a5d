/** When a task is done, in milliseconds. */
export interface Repetition {
  /** From now until the first time. */
  readonly first: number;
  /** From the end of each time until the next. */
  readonly interval: number;
}

/** A minute from now, and an hour after each time. */
export const HOURLY: Repetition = { first: 60_000, interval: 3_600_000 };

/** Does something beside the service again and again. It keeps no process alive. */
export class RepeatedTask {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  /** @param task must not reject */
  constructor(
    private readonly task: () => Promise<void>,
    private readonly repetition: Repetition,
  ) {
    this.runAfter(repetition.first);
  }

  get isStopped(): boolean {
    return this.stopped;
  }

  /** It is not begun again. What is under way may ask {@link isStopped}. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private runAfter(delay: number): void {
    const run = async (): Promise<void> => {
      await this.task();
      if (!this.stopped) this.runAfter(this.repetition.interval);
    };
    this.timer = setTimeout(() => void run(), delay).unref();
  }
}
