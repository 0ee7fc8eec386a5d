import { connect, type Socket } from 'node:net';

const HEAD_END = '\r\n\r\n';

/**
 * A connection over which one request after the other is sent, as bytes that are made once. A sender that shares its machine
 * with what it measures should take as little of it as it can, and `node:http` takes several times as much.
 */
export class PlainConnection {
  private readonly socket: Socket;
  private received = '';
  private answer: ((status: number) => void) | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** Whether it can take another request. */
  isOpen = true;

  constructor(port: number) {
    this.socket = connect({ host: '127.0.0.1', port, noDelay: true });
    this.socket.setEncoding('latin1');
    this.socket.on('data', (text: string) => this.read(text));
    this.socket.on('error', () => this.close());
    this.socket.on('close', () => this.close());
  }

  /**
   * Sends a request. There must be none under way.
   *
   * @param head what {@link requestHead} makes
   * @returns the status of its answer, 0 where none came in time
   */
  send(head: string, patienceMs: number): Promise<number> {
    return new Promise((resolve) => {
      this.answer = resolve;
      this.timer = setTimeout(() => this.close(), patienceMs);
      this.socket.write(head, 'latin1');
    });
  }

  private read(text: string): void {
    this.received += text;
    const end = this.received.indexOf(HEAD_END);
    if (end < 0) return;
    const head = this.received.slice(0, end);
    const [, length] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? [];
    if (length === undefined) {
      this.close();
      return;
    }
    if (this.received.length < end + HEAD_END.length + Number(length)) return;
    this.received = '';
    if (/\r\nconnection: *close/i.test(head)) this.isOpen = false;
    this.settle(Number(head.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length)));
  }

  /** A request that is under way has no answer. */
  close(): void {
    this.isOpen = false;
    this.socket.destroy();
    this.settle(0);
  }

  private settle(status: number): void {
    clearTimeout(this.timer);
    const answer = this.answer;
    this.answer = undefined;
    answer?.(status);
  }
}

/** The bytes of a GET without a body. */
export const requestHead = (path: string, token: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n\r\n`;
