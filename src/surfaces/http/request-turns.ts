import { AsyncResource } from 'node:async_hooks';

/** How many requests are begun in one round of the event loop: some milliseconds' worth of those that cost most to begin. */
const MOST_IN_A_ROUND = 4;

type Begin = () => void;

/**
 * Spreads the beginning of requests over rounds of the event loop, between which other requests go on and further
 * connections are accepted, one in each round. Those that have to wait are begun in turns of their senders.
 */
export class RequestTurns {
  /** By sender, in the order of their turns. */
  private readonly waiting = new Map<string, Begin[]>();
  private begun = 0;

  /** Begins a request at once where this round has room for it, and otherwise in a later one. */
  take(sender: string, begin: Begin): void {
    const isFirst = this.begun === 0;
    if (isFirst) setImmediate(this.beginRound);
    if (this.begun < MOST_IN_A_ROUND && this.waiting.size === 0) {
      this.begun += 1;
      begin();
      return;
    }
    // What is begun later is still a part of its own trace.
    const resource = new AsyncResource('RequestTurn');
    const later = (): unknown => resource.runInAsyncScope(begin);
    const queue = this.waiting.get(sender);
    if (queue === undefined) this.waiting.set(sender, [later]);
    else queue.push(later);
  }

  private readonly beginRound = (): void => {
    this.begun = 0;
    if (this.waiting.size === 0) return;
    setImmediate(this.beginRound);
    while (this.begun < MOST_IN_A_ROUND && this.waiting.size > 0) {
      this.begun += 1;
      this.beginNext();
    }
  };

  private beginNext(): void {
    const [next] = this.waiting;
    if (next === undefined) return;
    const [sender, queue] = next;
    const begin = queue.shift();
    this.waiting.delete(sender);
    if (queue.length > 0) this.waiting.set(sender, queue);
    begin?.();
  }
}
