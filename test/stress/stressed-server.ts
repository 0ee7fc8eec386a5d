import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request, type ClientRequest } from 'node:http';
import { type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

/** What the server's process is asked. */
export interface Order {
  readonly kind: 'begin' | 'figures' | 'fill' | 'limit' | 'platform' | 'stop' | 'webhook' | 'unhook';
  readonly company?: string;
  /** SQL, in which `:company` stands for the company's key. */
  readonly statements?: readonly string[];
  /** Where the company's events are sent. */
  readonly url?: string;
  /** How many requests a second the company may send. */
  readonly rateLimit?: number;
}

/** What the server's process measured of itself since `begin`. */
export interface Figures {
  /** The longest time that the event loop was held, in milliseconds. */
  readonly worstDelay: number;
  /** The most processor time that the main thread took in one turn of the event loop, in milliseconds. */
  readonly longestTurn: number;
  /** Processor time in milliseconds. */
  readonly processor: number;
  /** Highest resident memory, in bytes. */
  readonly resident: number;
}

export interface Started {
  readonly port: number;
  /** Where the server's PostgreSQL keeps its data. */
  readonly dataDir: string;
  /** By company: a token that may read and write. */
  readonly tokens: Readonly<Record<string, string>>;
}

export interface StressAnswer {
  /** 0 where the connection ended without an answer, or in the middle of one that was no refusal. */
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly milliseconds: number;
}

export interface StressRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What Node gives the heap by itself in a container of 512 MiB, which the attacks have to leave alive. */
const HEAP_MIB = 259;

/** How long a server may take to stop. */
const STOP_LIMIT_MS = 10_000;
const tolerant = new WeakSet<Socket>();

function ignoreErrors(socket: Socket): void {
  if (tolerant.has(socket)) return;
  tolerant.add(socket);
  socket.on('error', () => undefined);
}

/** @throws Error where the process ends before it answers */
async function answerOf<T>(child: ChildProcess): Promise<T> {
  const settled = new AbortController();
  const { signal } = settled;
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error('The server that was measured has ended.');
  });
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal }), ended])) as [{ answer: T }];
    return message.answer;
  } finally {
    settled.abort();
  }
}

/** A server in another process, so that what it is asked costs nothing of the time that it measures. */
export class StressedServer {
  private readonly agent = new Agent({ keepAlive: true });

  private constructor(
    private readonly child: ChildProcess,
    readonly started: Started,
  ) {}

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<StressedServer> {
    const file = fileURLToPath(new URL('./server.process.js', import.meta.url));
    const child = fork(file, {
      env: { PATH: process.env['PATH'], ...environment },
      execArgv: [`--max-old-space-size=${HEAP_MIB}`],
    });
    return new StressedServer(child, await answerOf<Started>(child));
  }

  async order<T>(order: Order): Promise<T> {
    this.child.send(order);
    return answerOf<T>(this.child);
  }

  /** Begins a request as a company, on the standard surface where the path does not begin with a slash. */
  open(company: string, { method, path, body, headers }: StressRequest): ClientRequest {
    const outgoing = request({
      host: '127.0.0.1',
      port: this.started.port,
      path: path.startsWith('/') ? path : `/standard/scim/v2/${path}`,
      method,
      agent: this.agent,
      headers: {
        Authorization: `Bearer ${this.started.tokens[company]}`,
        ...(body !== undefined && {
          'Content-Type': 'application/scim+json',
          'Content-Length': String(Buffer.byteLength(body)),
        }),
        ...headers,
      },
    });
    // A connection may also be reset behind an answer that came before the body had been sent, when the request is over.
    outgoing.on('error', () => undefined);
    outgoing.on('socket', ignoreErrors);
    return outgoing;
  }

  /** Sends one request as a company, and reads the answer whole. */
  async send(company: string, wanted: StressRequest): Promise<StressAnswer> {
    const begin = performance.now();
    const outgoing = this.open(company, wanted);
    const chunks: Buffer[] = [];
    const left = (status: number): StressAnswer => ({
      status,
      body: Buffer.concat(chunks).toString(),
      headers: {},
      milliseconds: performance.now() - begin,
    });
    let status = 0;
    try {
      outgoing.end(wanted.body);
      const [answer] = (await once(outgoing, 'response')) as [
        AsyncIterable<Buffer> & { statusCode: number; headers: StressAnswer['headers'] },
      ];
      status = answer.statusCode;
      for await (const chunk of answer) chunks.push(chunk);
      return { ...left(status), headers: answer.headers };
    } catch {
      return left(status < 400 ? 0 : status);
    }
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    if (!this.child.connected) return;
    const ended = once(this.child, 'exit');
    this.child.send({ kind: 'stop' } satisfies Order);
    const killing = setTimeout(() => this.child.kill('SIGKILL'), STOP_LIMIT_MS);
    await ended;
    clearTimeout(killing);
  }
}
