import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Change, type ChangedMember, type SnapshotRecord } from 'rollcall-client';

/** What the next answer is in the place of what was asked for. */
export type Fault =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** The connection ends without an answer, or, where the answer has lines, behind one of them. */
  | 'cut'
  /** The lines end behind one of them, as if they were all. */
  | 'ended early'
  /** No answer comes. */
  | 'silence';

const COMPANY = /^\/platform\/v1\/companies\/[\w-]+/;

/** The feed of one company in the wire format of the service, and whatever may befall it. */
export class FeedServer {
  readonly feed: Change[] = [];
  records: readonly SnapshotRecord[] = [];
  /** All members of changes that say that they omit some. */
  readonly members = new Map<string, readonly ChangedMember[]>();
  /** Positions in front of this one are too old. */
  oldest = 0;
  readonly faults: Fault[] = [];
  /** Method, path and query of all requests. */
  readonly requests: string[] = [];
  readonly authorizations = new Set<string | undefined>();
  /** How many requests wait for a change. */
  waiting = 0;
  private readonly server: Server;
  private wake: () => void = () => undefined;
  private changed = new Promise<void>((resolve) => (this.wake = resolve));

  private constructor() {
    this.server = createServer((request, response) => void this.handle(request, response));
  }

  static async start(): Promise<FeedServer> {
    const made = new FeedServer();
    await new Promise<void>((resolve) => made.server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Takes changes into the feed, which those who wait are told of. */
  tell(...changes: readonly Change[]): void {
    this.feed.push(...changes);
    this.wake();
    this.changed = new Promise((resolve) => (this.wake = resolve));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', this.origin);
    this.requests.push(`${request.method} ${url.pathname}${url.search}`);
    this.authorizations.add(request.headers.authorization);
    const fault = this.faults.shift();
    if (fault === 'silence') return;
    if (typeof fault === 'object') {
      response.writeHead(fault.status, fault.headers).end(fault.body ?? '');
      return;
    }
    const path = url.pathname.replace(COMPANY, '').replace('/platform/v1', '');
    if (path === '/snapshot') this.sendSnapshot(response, fault);
    else if (fault === 'cut') response.destroy();
    else if (path === '/changes') await this.sendChanges(url.searchParams, response);
    else this.sendMembers(path.split('/')[2] ?? '', url.searchParams, response);
  }

  private async sendChanges(query: URLSearchParams, response: ServerResponse): Promise<void> {
    const after = query.get('after') ?? 'p0';
    const from = after === 'now' ? this.feed.length : Number(after.slice(1));
    const limit = Number(query.get('limit') ?? 100);
    if (!Number.isInteger(from)) {
      const detail = 'after is the next of an earlier answer';
      send(response, 400, { status: 400, detail, errors: [{ parameter: 'after', detail }] });
      return;
    }
    if (from < this.oldest) {
      send(response, 410, {
        status: 410,
        detail: 'Changes behind this position are kept no longer.',
        oldest: 'p9',
      });
      return;
    }
    const waits = Number(query.get('wait')) > 0 && this.feed.length <= from;
    if (waits) {
      this.waiting += 1;
      const closed = new Promise<void>((resolve) => response.once('close', resolve));
      await Promise.race([this.changed, closed]);
      this.waiting -= 1;
    }
    const to = Math.min(from + limit, this.feed.length);
    send(response, 200, {
      changes: this.feed.slice(from, to),
      next: `p${to}`,
      more: to < this.feed.length,
    });
  }

  private sendMembers(id: string, query: URLSearchParams, response: ServerResponse): void {
    const members = this.members.get(id);
    if (members === undefined) return send(response, 404, { detail: `There is no change ${id} of members.` });
    const from = Number(query.get('cursor') ?? 0);
    const to = from + 2;
    send(response, 200, { items: members.slice(from, to), next: to < members.length ? String(to) : null });
  }

  private sendSnapshot(response: ServerResponse, fault: Fault | undefined): void {
    response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
    const head = { type: 'position', position: `p${this.feed.length}` };
    const lines = [head, ...this.records, { type: 'end' }].map((line) => `${JSON.stringify(line)}\n`);
    const half = lines.slice(0, Math.ceil(lines.length / 2)).join('');
    if (fault === 'cut') response.write(half, () => response.destroy());
    else response.end(fault === 'ended early' ? half : lines.join(''));
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'Content-Type': 'application/json', 'X-Request-Id': 'request-1' })
    .end(JSON.stringify(body));
}
