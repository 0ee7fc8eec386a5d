/** Lets only a few do something at a time, in the order in which they ask. */
export class Turns {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /** @param most how many at a time */
  constructor(private readonly most: number) {}

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= this.most) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running += 1;
    try {
      return await work();
    } finally {
      // The place is handed to whoever waits, so that nobody who comes at this moment takes it.
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}
