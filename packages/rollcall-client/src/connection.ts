import { Backoff, readRetryAfter, sleep } from './backoff.js';
import {
  ConnectionError,
  FormatError,
  PositionRefusedError,
  RefusedError,
  type RollcallError,
} from './errors.js';

const VERSION = '0.1.0';

/** How to reach Rollcall. */
export interface ConnectionOptions {
  /** Where Rollcall is, such as `https://scim.example.com`. */
  readonly baseUrl: string | URL;
  /** A platform credential or a company's token; a function is asked for each request, so that it may be replaced. */
  readonly token: string | (() => string | Promise<string>);
  /** `fetch` by default; another one for a proxy, or for tests. */
  readonly fetch?: typeof fetch;
  /** How long an answer may take, and how long nothing of it may come, in milliseconds. 10,000 by default. */
  readonly timeoutMs?: number;
  /** How often a request is sent that is answered at once, until one succeeds. 3 by default. */
  readonly attempts?: number;
  /** Called before each further attempt. */
  readonly onRetry?: (error: RollcallError, delayMs: number) => void;
}

/** One request. All of them only read, so that each can be sent again. */
export interface Request {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON by POST. Without one it is a GET. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** How much longer than others the answer may take: what a long poll waits. */
  readonly waitMs?: number;
}

/** Sends requests with the token, and makes errors of what is no success. */
export class Connection {
  private readonly base: URL;
  private readonly timeoutMs: number;
  private readonly attempts: number;
  private readonly onRetry: (error: RollcallError, delayMs: number) => void;

  /** @throws TypeError where the base URL is none */
  constructor(private readonly options: ConnectionOptions) {
    this.base = new URL(options.baseUrl);
    if (!this.base.pathname.endsWith('/')) this.base.pathname += '/';
    this.timeoutMs = options.timeoutMs ?? 10_000;
    this.attempts = options.attempts ?? 3;
    this.onRetry = options.onRetry ?? (() => undefined);
  }

  /** Sends a request up to `attempts` times, and reads the answer as JSON. */
  json(request: Request, attempts = this.attempts): Promise<unknown> {
    return this.retry(() => this.jsonOnce(request), request.signal, attempts);
  }

  /** Sends a request once, and reads the answer as JSON. */
  async jsonOnce(request: Request): Promise<unknown> {
    const { response, progress } = await this.send(request);
    try {
      return parseJson(await response.text(), `${methodOf(request)} ${request.path}`);
    } catch (error) {
      throw progress.explain(error);
    } finally {
      progress.end();
    }
  }

  /**
   * Sends a request once, and gives the lines of its answer, each parsed (NDJSON). Whoever stops reading them ends the
   * answer.
   */
  async *linesOnce(request: Request): AsyncGenerator<unknown, void, undefined> {
    const { response, progress } = await this.send({
      ...request,
      headers: { accept: 'application/x-ndjson', ...request.headers },
    });
    const where = `${methodOf(request)} ${request.path}`;
    const reader = response.body?.getReader();
    try {
      if (reader !== undefined) yield* parseLines(reader, progress, where);
    } catch (error) {
      throw progress.explain(error);
    } finally {
      progress.end();
      await reader?.cancel().catch(() => undefined);
    }
  }

  /**
   * Does something until it succeeds, with growing pauses, as long as its failures may pass by themselves.
   *
   * @param attempts how often at most; Infinity for what goes on for ever
   * @throws what may not pass, at once; the last failure; the reason of the signal
   */
  async retry<Result>(
    attempt: () => Promise<Result>,
    signal: AbortSignal | undefined,
    attempts: number,
    backoff = new Backoff(),
  ): Promise<Result> {
    for (let made = 1; ; made += 1) {
      try {
        return await attempt();
      } catch (error) {
        signal?.throwIfAborted();
        if (made >= attempts || !mayPass(error)) throw error;
        const delay = backoff.next(error instanceof RefusedError ? error.retryAfterMs : undefined);
        this.onRetry(error, delay);
        await sleep(delay, signal);
      }
    }
  }

  private async send(request: Request): Promise<{ response: Response; progress: Progress }> {
    const { signal, waitMs = 0 } = request;
    signal?.throwIfAborted();
    const progress = new Progress(this.timeoutMs, signal, `${methodOf(request)} ${request.path}`);
    progress.moved(waitMs);
    try {
      const response = await this.fetch(request, progress.signal);
      progress.moved();
      if (response.status !== 200) throw await readRefusal(response, request);
      return { response, progress };
    } catch (error) {
      progress.end();
      throw error instanceof RefusedError ? error : progress.explain(error);
    }
  }

  private async fetch(request: Request, signal: AbortSignal): Promise<Response> {
    const { token, fetch: send = fetch } = this.options;
    const secret = typeof token === 'string' ? token : await token();
    const { path, query = {}, body, headers } = request;
    const url = new URL(path.replace(/^\//, ''), this.base);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return send(url, {
      method: methodOf(request),
      // A redirect would take the token elsewhere.
      redirect: 'manual',
      headers: {
        accept: 'application/json',
        'user-agent': `rollcall-client/${VERSION}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
        authorization: `Bearer ${secret}`,
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal,
    });
  }
}

/** Ends a request of which nothing has come for too long, or that its caller no longer wants. */
class Progress {
  private readonly controller = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private timedOut = false;
  private readonly abort = (): void => this.controller.abort(this.caller?.reason);

  constructor(
    private readonly timeoutMs: number,
    private readonly caller: AbortSignal | undefined,
    private readonly what: string,
  ) {
    caller?.addEventListener('abort', this.abort, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** To be called when something has come: the time begins anew. */
  moved(moreMs = 0): void {
    this.pause();
    this.timer = setTimeout(() => {
      this.timedOut = true;
      this.controller.abort();
    }, this.timeoutMs + moreMs);
  }

  /** The time that the caller takes to read the answer does not count. */
  pause(): void {
    clearTimeout(this.timer);
  }

  end(): void {
    this.pause();
    this.caller?.removeEventListener('abort', this.abort);
  }

  /** An error of `fetch`, which itself says little, in words. */
  explain(error: unknown): unknown {
    if (this.caller?.aborted === true) return this.caller.reason;
    if (error instanceof FormatError) return error;
    if (this.timedOut) {
      return new ConnectionError(`${this.what}: nothing came for ${this.timeoutMs} ms.`, { cause: error });
    }
    return new ConnectionError(`${this.what}: no answer (${describe(error)}).`, { cause: error });
  }
}

const methodOf = ({ body }: Request): string => (body === undefined ? 'GET' : 'POST');

/** `fetch failed` and, behind it, what has failed. */
function describe(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { code?: string; message?: string } };
  const reason = cause?.code ?? cause?.message;
  return [message ?? String(error), ...(reason === undefined ? [] : [reason])].join(': ');
}

/** Statuses that may pass by themselves: time-outs, too many requests, and faults of servers. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

const mayPass = (error: unknown): error is RollcallError =>
  error instanceof ConnectionError || (error instanceof RefusedError && PASSING.has(error.status));

async function readRefusal(response: Response, request: Request): Promise<RefusedError> {
  const { status, headers } = response;
  const text = await response.text().catch(() => '');
  const body = tryJson(text);
  const Refused = isAboutPosition(status, body) ? PositionRefusedError : RefusedError;
  return new Refused({
    status,
    request: `${methodOf(request)} ${request.path}`,
    detail: describeRefusal(response, body, text),
    reason: headers.get('rollcall-reason') ?? undefined,
    requestId: headers.get('x-request-id') ?? undefined,
    retryAfterMs: readRetryAfter(headers.get('retry-after')),
    body,
  });
}

function isAboutPosition(status: number, body: unknown): boolean {
  const { errors } = (body ?? {}) as { errors?: unknown };
  const isAfter = (error: unknown): boolean =>
    (error as { parameter?: unknown } | null)?.parameter === 'after';
  return status === 410 || (status === 400 && Array.isArray(errors) && errors.some(isAfter));
}

function describeRefusal({ status, headers, type }: Response, body: unknown, text: string): string {
  if ((status >= 300 && status < 400) || type === 'opaqueredirect') {
    return `It leads to ${headers.get('location') ?? 'another address'}: set baseUrl to the address of Rollcall itself.`;
  }
  const { detail, title, error_description: description } = (body ?? {}) as Record<string, unknown>;
  const told = [detail, title, description].find((value) => typeof value === 'string' && value !== '');
  return typeof told === 'string' ? told : text.slice(0, 200) || 'without a reason';
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FormatError(
      `${where}: no JSON, but ${JSON.stringify(text.slice(0, 80))}. Is baseUrl the address of Rollcall?`,
    );
  }
}

async function* parseLines(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  progress: Pick<Progress, 'moved' | 'pause'>,
  where: string,
): AsyncGenerator<unknown, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    progress.moved();
    const { done, value } = await reader.read();
    progress.pause();
    rest += decoder.decode(value, { stream: !done });
    const lines = rest.split('\n');
    rest = done ? '' : (lines.pop() ?? '');
    for (const line of lines) if (line !== '') yield parseJson(line, where);
    if (done) return;
  }
}
