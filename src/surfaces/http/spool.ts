import { SpoolFile } from './spool-file.js';

/** How many bytes wait in memory. What comes on top goes to a file. */
const MEMORY = 512 * 1024;

/** What a spool may take of the disk. */
export interface SpoolRoom {
  /** @throws SpoolFullError where that is more than there is left */
  take(bytes: number): void;
  giveBack(): void;
}

/**
 * The bytes of one answer between the database and a socket that may be slower. They are written as fast as they are
 * made and read at the same time, each once, in order.
 */
export class Spool {
  private readonly memory: Buffer[] = [];
  private inMemory = 0;
  private file: SpoolFile | undefined;
  private end: 'open' | 'ended' | { readonly failure: unknown } = 'open';
  private wake: (() => void) | undefined;
  private written = 0;

  /** @param folder where the file is made, if one is needed */
  constructor(
    private readonly folder: string,
    private readonly room: SpoolRoom,
  ) {}

  /** Bytes that were written. */
  get size(): number {
    return this.written;
  }

  /** @throws SpoolFullError where there is no room for them */
  async write(bytes: Buffer): Promise<void> {
    this.written += bytes.length;
    if (!this.file?.hasMore && this.inMemory + bytes.length <= MEMORY) {
      this.memory.push(bytes);
      this.inMemory += bytes.length;
    } else {
      this.room.take(bytes.length);
      this.file ??= await SpoolFile.open(this.folder);
      await this.file.append(bytes);
    }
    this.wake?.();
  }

  /** Says that nothing more comes; with a failure, that what came is no whole answer. */
  finish(failure?: unknown): void {
    this.end = failure === undefined ? 'ended' : { failure };
    this.wake?.();
  }

  /**
   * The next bytes, as soon as there are any; undefined at the end.
   *
   * @throws the failure that writing ended in, even where there are bytes from before it
   */
  async read(): Promise<Buffer | undefined> {
    for (;;) {
      if (typeof this.end === 'object') throw this.end.failure;
      const bytes = this.fromMemory();
      if (bytes !== undefined) return bytes;
      if (this.file?.hasMore) return this.file.next();
      if (this.end === 'ended') return undefined;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  /** To be called once, when neither side uses it any more. */
  async close(): Promise<void> {
    this.room.giveBack();
    await this.file?.close();
  }

  private fromMemory(): Buffer | undefined {
    const bytes = this.memory.shift();
    this.inMemory -= bytes?.length ?? 0;
    return bytes;
  }
}
