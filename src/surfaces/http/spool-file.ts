import { randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { SpoolFullError } from './spool.error.js';

/** How much is read at once. */
const BLOCK = 64 * 1024;

/** A temporary file that nobody else can open: written at its end, and read from its start at the same time. */
export class SpoolFile {
  private written = 0;
  private read = 0;

  private constructor(
    private readonly handle: FileHandle,
    /** The name, where the system keeps it until the file is closed. */
    private readonly left: string | undefined,
  ) {}

  /**
   * Makes the file and takes its name away at once, so that it is gone when the process is, however that ends.
   *
   * @throws SpoolFullError where the folder does not take it
   */
  static async open(folder: string): Promise<SpoolFile> {
    const path = join(folder, `rollcall-${randomUUID()}.spool`);
    try {
      const handle = await open(path, 'wx+', 0o600);
      return new SpoolFile(
        handle,
        await unlink(path).then(
          () => undefined,
          () => path,
        ),
      );
    } catch (cause) {
      throw new SpoolFullError({ cause });
    }
  }

  /** @throws SpoolFullError where the bytes can't be written, as on a full disk */
  async append(bytes: Buffer): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.handle.write(bytes, done, bytes.length - done, this.written);
        done += bytesWritten;
        this.written += bytesWritten;
      }
    } catch (cause) {
      throw new SpoolFullError({ cause });
    }
  }

  /** Whether something was written that has not been read. */
  get hasMore(): boolean {
    return this.read < this.written;
  }

  /** The next bytes. Call it only where there are more. */
  async next(): Promise<Buffer> {
    const length = Math.min(BLOCK, this.written - this.read);
    const { bytesRead, buffer } = await this.handle.read(Buffer.allocUnsafe(length), 0, length, this.read);
    this.read += bytesRead;
    return buffer.subarray(0, bytesRead);
  }

  async close(): Promise<void> {
    await this.handle.close();
    if (this.left !== undefined) await unlink(this.left);
  }
}
