import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';

/** A message that came in. */
export interface ReceivedMessage {
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
  /** How many others were being answered when it came. */
  readonly beside: number;
  /** What it was answered with; undefined where it was not. */
  readonly status: number | undefined;
}

/** What a receiver answers: a status, or all of it; undefined for nothing, ever. */
export type Reply =
  | number
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | undefined;

const WAIT_MS = 60_000;
const LOOK_MS = 50;

/**
 * Asks until there is an answer.
 *
 * @param what is missing, for the error
 * @param changed resolves when it is worth asking again; else it is asked again and again
 */
export async function eventually<T>(
  ask: () => Promise<T | undefined | false>,
  what: () => string = () => 'answer',
  changed: () => Promise<void> = () => new Promise(() => undefined),
): Promise<T> {
  const end = Date.now() + WAIT_MS;
  for (;;) {
    const found = await ask();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`There is no ${what()}`);
    await Promise.race([changed(), sleep(LOOK_MS)]);
  }
}

/** A receiver of webhooks that notes what comes in. Without other instructions it answers 204. */
export class WebhookReceiver {
  readonly messages: ReceivedMessage[] = [];
  private underWay = 0;
  private readonly waiting = new Set<() => void>();
  /** Decides what a message is answered with. */
  reply: (message: Omit<ReceivedMessage, 'status'>) => Reply | Promise<Reply> = () => 204;

  private constructor(
    private readonly server: Server,
    private readonly scheme: 'http' | 'https',
  ) {}

  /** @param tls key and certificate; without them it speaks plain HTTP */
  static async open(
    tls?: { readonly key: string; readonly cert: string },
    port = 0,
  ): Promise<WebhookReceiver> {
    const server = tls ? createTlsServer(tls) : createServer();
    const receiver = new WebhookReceiver(server, tls ? 'https' : 'http');
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void receiver.receive(request).then((reply) => {
        if (reply === undefined) return;
        const { status, headers = {}, body = '' } = typeof reply === 'number' ? { status: reply } : reply;
        response.writeHead(status, headers).end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.scheme}://localhost:${this.port}/hook`;
  }

  /** Ids of the messages that were answered with 2xx, each once, in the order in which they came first. */
  get accepted(): readonly string[] {
    return [
      ...new Set(this.messages.filter(({ status = 0 }) => status >= 200 && status < 300).map(({ id }) => id)),
    ];
  }

  /** Waits until there is what `find` looks for: it is asked after each message. */
  until<T>(find: (receiver: this) => T | undefined | false, what = 'messages'): Promise<T> {
    return eventually(
      () => Promise.resolve(find(this)),
      () => `${what}: ${JSON.stringify(this.messages.slice(-5))}`,
      () => new Promise((resolve) => this.waiting.add(resolve)),
    );
  }

  /** Waits for so many messages. */
  async received(count: number): Promise<readonly ReceivedMessage[]> {
    return this.until(({ messages }) => messages.length >= count && messages, `${count} messages`);
  }

  /** @throws WebhookVerificationError where a message is not one of the secret's */
  verify(secret: string): void {
    for (const { text, headers } of this.messages) new Webhook(secret).verify(text, headers);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async receive(request: IncomingMessage): Promise<Reply> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    const headers = request.headers as Record<string, string>;
    const message = {
      id: headers['webhook-id'] ?? '',
      headers,
      text,
      body: JSON.parse(text) as unknown,
      beside: this.underWay,
    };
    this.underWay += 1;
    const at = this.messages.push({ ...message, status: undefined }) - 1;
    this.changed();
    const reply = await this.reply(message);
    this.underWay -= 1;
    this.messages[at] = { ...message, status: typeof reply === 'object' ? reply.status : reply };
    this.changed();
    return reply;
  }

  private changed(): void {
    for (const each of [...this.waiting]) {
      this.waiting.delete(each);
      each();
    }
  }
}
