/** How long a window is in milliseconds, how many lines of one kind are written in it, and how many kinds are told apart. */
const WINDOW_MS = 10_000;
const MOST_LINES = 100;
const MOST_KINDS = 1000;

/** Lines of one kind that were left out of a window. */
export interface LeftOut<K> {
  /** The example that was given with the first line of the kind. */
  readonly example: K;
  readonly lines: number;
}

interface Kind<K> {
  readonly example: K;
  asked: number;
}

/**
 * Keeps callers without a valid credential from flooding the log: in each window only so many lines of a kind are written.
 * When the window ends, a line says how many were left out.
 */
export class LineBudget<K> {
  private kinds = new Map<string, Kind<K>>();
  private window: NodeJS.Timeout | undefined;

  /** @param tell called at the end of a window for each kind of which lines were left out */
  constructor(private readonly tell: (leftOut: LeftOut<K>) => void) {}

  /** Whether one more line of the kind may be written in this window. */
  take(kind: string, example: K): boolean {
    this.window ??= setTimeout(() => this.end(), WINDOW_MS).unref();
    // Kinds beyond the limit share one, whose example is that of the first.
    const key = this.kinds.has(kind) || this.kinds.size < MOST_KINDS ? kind : '';
    const known = this.kinds.get(key) ?? { example, asked: 0 };
    this.kinds.set(key, known);
    known.asked += 1;
    return known.asked <= MOST_LINES;
  }

  private end(): void {
    const ended = this.kinds;
    this.kinds = new Map();
    this.window = undefined;
    for (const { example, asked } of ended.values()) {
      if (asked > MOST_LINES) this.tell({ example, lines: asked - MOST_LINES });
    }
  }
}
