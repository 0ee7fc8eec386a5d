import { setTimeout as sleep } from 'node:timers/promises';
import { send } from '../support/process.js';
import { type Cell } from './move-cells.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const RETRY_MS = 20;

/** Sends writes of a company, one after the other, and goes where they are served, as behind a router. */
export class Writer {
  /** Ids of users whose creation was acknowledged. */
  readonly created: string[] = [];
  readonly refusals = new Map<string, number>();
  /** The longest time between two acknowledgements, in milliseconds. */
  longestGap = 0;
  private cell: Cell;
  private stopped = false;
  private running: Promise<void> | undefined;

  constructor(
    private readonly cells: readonly [Cell, Cell],
    private readonly token: string,
    private readonly name: string,
    private readonly group?: string,
  ) {
    this.cell = cells[0];
  }

  start(): this {
    this.running = this.write();
    return this;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async write(): Promise<void> {
    for (let n = 0, last = performance.now(); !this.stopped; n += 1) {
      const user = { schemas: [USER], userName: `${this.name}-${n}` };
      const { id } = await this.untilDone<{ id: string }>('POST', '/Users', user);
      this.created.push(id);
      if (this.group !== undefined) {
        const add = { op: 'add', path: 'members', value: [{ value: id }] };
        await this.untilDone('PATCH', `/Groups/${this.group}`, { schemas: [PATCH], Operations: [add] });
      }
      const now = performance.now();
      this.longestGap = Math.max(this.longestGap, now - last);
      last = now;
    }
  }

  private async untilDone<T>(method: string, path: string, body: unknown): Promise<T> {
    for (;;) {
      const answer = await send(this.cell.base, this.token, method, path, body);
      const text = await answer.text();
      if (answer.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
      const reason = answer.headers.get('rollcall-reason') ?? 'none';
      this.refusals.set(
        `${answer.status} ${reason}`,
        (this.refusals.get(`${answer.status} ${reason}`) ?? 0) + 1,
      );
      if (answer.status !== 503) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      this.cell = this.where(text) ?? this.cell;
      await sleep(RETRY_MS);
    }
  }

  /** Where a refusal sends to: to the other cell where the company has left this one, and back where it has not come. */
  private where(text: string): Cell | undefined {
    const [first, second] = this.cells;
    if (/was moved to cell/.test(text)) return this.cell === first ? second : first;
    return /on its way to this cell/.test(text) ? first : undefined;
  }
}

/** Follows the feed of a company, and goes where it is served. */
export class Follower {
  /** How often each change was told, by its id. */
  readonly told = new Map<string, number>();
  readonly createdUsers = new Set<string>();
  private position = '';
  private cell: Cell;

  constructor(
    private readonly cells: readonly [Cell, Cell],
    private readonly token: string,
    private readonly slug: string,
  ) {
    this.cell = cells[0];
  }

  private stopped = false;
  private running: Promise<void> | undefined;

  start(): this {
    this.running = this.follow();
    return this;
  }

  /** Reads what there still is, and ends. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async follow(): Promise<void> {
    for (;;) {
      const isLast = this.stopped;
      const after = this.position === '' ? '' : `&after=${this.position}`;
      const base = `${this.cell.origin}/platform/v1`;
      const answer = await send(
        base,
        this.token,
        'GET',
        `/companies/${this.slug}/changes?wait=0&limit=100${after}`,
      );
      const text = await answer.text();
      if (answer.status === 503) {
        if (/was moved to cell/.test(text)) this.cell = this.cells[1];
        await sleep(RETRY_MS);
        continue;
      }
      if (!answer.ok) throw new Error(`changes: ${answer.status} ${text}`);
      const part = JSON.parse(text) as {
        changes: { id: string; type: string; resource?: { id: string } }[];
        next: string;
        more: boolean;
      };
      for (const { id, type, resource } of part.changes) {
        this.told.set(id, (this.told.get(id) ?? 0) + 1);
        if (type === 'user.created' && resource) this.createdUsers.add(resource.id);
      }
      this.position = part.next;
      if (isLast && !part.more && part.changes.length === 0) return;
    }
  }
}
