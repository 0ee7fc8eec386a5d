import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { type JsonObject } from '../../protocol/json.js';
import { type JournaledRequest, RequestJournal } from '../../scim/request-journal.js';
import { outsideOfSpans } from '../../tracing/tracing.js';
import { CompanyTransaction } from '../transaction/company-transaction.js';

/** How long a request waits for others, to be written with them. */
const DELAY_MS = 1000;
/**
 * How many rows one company has in this time. Further requests are counted by what is the same about them, and so are all
 * that were too many.
 */
const MOST_OF_COMPANY = 200;
/** How many kinds are told apart. All others of a company are one row. */
const MOST_COUNTED = 50;
/** How many rows all companies have. What is beyond is left out. */
const MOST = 2000;

/** {@link RequestJournal} in PostgreSQL. Requests are gathered in memory and written apart from their answers. */
@Injectable()
export class PostgresRequestJournal extends RequestJournal implements OnModuleDestroy {
  private waiting = new Map<string, GatheredRequests>();
  private size = 0;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly transaction: CompanyTransaction) {
    super();
  }

  override note(request: JournaledRequest): void {
    const gathered = this.waiting.get(request.company) ?? new GatheredRequests();
    if (this.size >= MOST) return;
    this.size += gathered.add(request) ? 1 : 0;
    this.waiting.set(request.company, gathered);
    this.timer ??= setTimeout(() => outsideOfSpans(() => this.write()), DELAY_MS).unref();
  }

  override async flush(): Promise<void> {
    this.write();
    await this.writing;
  }

  onModuleDestroy(): Promise<void> {
    return this.flush();
  }

  private write(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const rows = [...this.waiting.values()].flatMap((gathered) => gathered.rows());
    this.waiting = new Map();
    this.size = 0;
    if (rows.length > 0) this.writing = this.writing.then(() => this.send(rows));
  }

  private async send(rows: readonly JsonObject[]): Promise<void> {
    try {
      await this.transaction.runOutsideCompany({
        name: 'journal.note_requests',
        text: 'SELECT note_requests($1)',
        values: [JSON.stringify(rows)],
      });
    } catch {
      // The log has a line of each.
    }
  }
}

interface Counted {
  /** The first one, without a credential where others had another. */
  request: JournaledRequest;
  count: number;
}

/** The requests of one company that are written together. */
class GatheredRequests {
  private readonly each: JournaledRequest[] = [];
  private readonly counted = new Map<string, Counted>();

  /** Whether the request makes a row of its own. */
  add(request: JournaledRequest): boolean {
    if (!isRepeated(request) && this.each.length < MOST_OF_COMPANY) {
      this.each.push(request);
      return true;
    }
    const kind = kindOf(request);
    const key = this.counted.has(kind) || this.counted.size < MOST_COUNTED ? kind : '';
    const known = this.counted.get(key);
    if (!known) {
      this.counted.set(key, { request, count: 1 });
      return true;
    }
    known.count += 1;
    const { id } = known.request.credential;
    if (id !== undefined && id !== request.credential.id)
      known.request = { ...known.request, credential: {} };
    return false;
  }

  rows(): readonly JsonObject[] {
    const counted = [...this.counted.values()].map(({ request, count }) => toRow(request, count));
    return [...this.each.map((request) => toRow(request, 1)), ...counted];
  }
}

/** Whether clients send it again and again: equal ones are one row, with their number. */
const isRepeated = ({ reason }: JournaledRequest): boolean => reason === 'rate' || reason === 'guard';

function kindOf({ credential, operation, outcome, status, scimType, detail = {} }: JournaledRequest): string {
  const { request: _request, operations: _operations, ...told } = detail;
  return JSON.stringify([credential.id, operation, outcome, status, scimType, told]);
}

/** A row for `note_requests`. One that stands for several names none of their resources. */
function toRow(request: JournaledRequest, count: number): JsonObject {
  const { credential, detail, resourceId, display } = request;
  const row = {
    slug: request.company,
    txn: request.txn,
    credential_id: credential.id,
    credential_name: credential.name,
    client: request.client,
    surface: request.surface,
    request_id: request.requestId,
    trace_id: request.traceId,
    operation: request.operation,
    outcome: request.outcome,
    status: request.status,
    scim_type: request.scimType,
    resource_type: request.resourceType,
    resource_id: count === 1 ? resourceId : undefined,
    display: count === 1 ? display : undefined,
    duration_ms: Math.round(request.durationMs),
    detail: count === 1 ? detail : { ...detail, repeats: count },
  };
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as JsonObject;
}
