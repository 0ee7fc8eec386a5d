/** What work that may be given up needs of an `AbortSignal`. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason: Error | undefined;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options: { readonly once: true }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * Controller and signal in one, for what each request needs some of. An `AbortController` is dear: Node.js 20 changes the
 * prototype of its signal, and what such an object refers to outlives the collections of young objects.
 *
 * Each listener is called once, in the order in which they were added. It must not throw.
 */
export class LightAbortSignal implements AbortSignalLike {
  reason: Error | undefined = undefined;
  private readonly listeners: (() => void)[] = [];

  get aborted(): boolean {
    return this.reason !== undefined;
  }

  /** Further calls do nothing. */
  abort(reason: Error): void {
    if (this.aborted) return;
    this.reason = reason;
    // A listener may remove those behind it.
    for (let next = this.listeners.shift(); next !== undefined; next = this.listeners.shift()) next();
  }

  /** @throws the reason with which it was aborted */
  throwIfAborted(): void {
    if (this.reason) throw this.reason;
  }

  /** A listener that comes when it is aborted already is not called. */
  addEventListener(_type: 'abort', listener: () => void): void {
    if (!this.aborted && !this.listeners.includes(listener)) this.listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const place = this.listeners.indexOf(listener);
    if (place >= 0) this.listeners.splice(place, 1);
  }
}
