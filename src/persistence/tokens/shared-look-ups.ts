/**
 * Looks up each key once at a time. Whoever asks while a key is being looked up shares the next look-up of it with all
 * others who wait, so that many who ask for one thing cost no more than two. A look-up that is shared begins after each
 * of them has asked: what was changed before a question is in its answer.
 */
export class SharedLookUps<T> {
  private readonly running = new Map<string, Promise<T>>();
  private readonly next = new Map<string, Promise<T>>();

  constructor(private readonly lookUp: (key: string) => Promise<T>) {}

  /** Throws what the look-up throws, to all who share it. */
  find(key: string): Promise<T> {
    const running = this.running.get(key);
    if (running === undefined) return this.begin(key);
    const next = this.next.get(key) ?? this.beginAfter(running, key);
    this.next.set(key, next);
    return next;
  }

  private begin(key: string): Promise<T> {
    const answer = this.lookUp(key).finally(() => this.running.delete(key));
    this.running.set(key, answer);
    return answer;
  }

  private async beginAfter(running: Promise<T>, key: string): Promise<T> {
    try {
      await running;
    } catch {
      // It concerns those who asked for it.
    }
    this.next.delete(key);
    return this.begin(key);
  }
}
