import { type Logger } from 'pino';
import { type ObservedRequest } from '../../access/authenticated-request.js';
import { type RefusedCredential, type RequestFacts } from '../../scim/request-facts.js';
import { type Answered, CLIENT_CLOSED_REQUEST, statusOf, whenExplained } from './answered.js';
import { LineBudget } from './line-budget.js';
import { shownPath } from './shown-path.js';
import { type RequestOperation } from './request-operation.js';

type Level = 'debug' | 'info' | 'warn' | 'error';

/** The first part of a line: whose request it was, as far as that is known. */
interface Asker {
  readonly company?: string | undefined;
  readonly credential?: string | undefined;
  readonly credentialId?: string | undefined;
}

const WRITES: ReadonlySet<RequestOperation['name']> = new Set([
  'create',
  'replace',
  'patch',
  'delete',
  'bulk',
]);

/**
 * Writes one line for each request: at `error` where the server was at fault; at `warn` where a part of a write was left out, or
 * something the server needs was away; at `info` for a write, a token that was issued, and what was refused; at `debug` for all
 * others. No line holds a personal value or a secret. Requests without a valid credential, and those of a company that sends
 * too fast, are told within a {@link LineBudget}.
 */
export class RequestLog {
  private readonly budget: LineBudget<Asker>;

  constructor(private readonly logger: Logger) {
    this.budget = new LineBudget(({ example, lines }) =>
      logger.warn({ ...example, lines }, 'more requests were refused than are logged one by one'),
    );
  }

  /** The line of a request whose answer has ended. */
  write(answered: Answered): void {
    whenExplained(answered, (refused) => this.writeLine(answered, refused));
  }

  /** The line of what came over a connection and was no request. */
  writeBroken(line: {
    readonly status: number;
    readonly detail: string;
    readonly code: string | undefined;
  }): void {
    if (this.budget.take('broken', {})) this.logger.info({ outcome: 'refused', ...line }, 'request refused');
  }

  private writeLine(answered: Answered, refused: RefusedCredential | undefined): void {
    const { request, response } = answered;
    const { facts, destination } = request;
    const operation = destination?.operation ?? { name: undefined };
    const status = facts.status ?? statusOf(response);
    const [level, message] = kindOf(status, isWrite(request, operation), facts);
    if (!this.logger.isLevelEnabled(level)) return;
    const asker = askerOf(facts, refused);
    const tooFast = facts.reason === 'rate';
    if ((tooFast || facts.credential === undefined) && status >= 400 && status < 500) {
      const kind = JSON.stringify(tooFast ? [asker, facts.reason] : [refused?.id, refused?.reason]);
      if (!this.budget.take(kind, asker)) return;
    }
    this.logger[level](lineOf(answered, { asker, refused, operation, status }), message);
  }
}

function kindOf(
  status: number,
  writes: boolean,
  { fault, outcome, ignored = [] }: RequestFacts,
): readonly [Level, string] {
  if (outcome === 'failed') return ['error', 'request failed'];
  if (status >= 400) return [fault === undefined ? 'info' : 'warn', 'request refused'];
  if (fault !== undefined) return ['error', 'a write was carried out, but what it made could not be read'];
  if (ignored.length > 0) return ['warn', 'parts of the request were ignored'];
  return [writes ? 'info' : 'debug', 'request answered'];
}

/** What is nothing of SCIM's is a write where it does not only read. */
const isWrite = ({ method, facts }: ObservedRequest, { name }: RequestOperation): boolean =>
  WRITES.has(name) ||
  (facts.operation !== undefined && facts.changesNothing !== true && method !== 'GET' && method !== 'HEAD');

function askerOf({ company, credential }: RequestFacts, refused: RefusedCredential | undefined): Asker {
  return {
    company: company ?? refused?.company,
    credential: credential?.name ?? refused?.name,
    credentialId: credential?.id ?? refused?.id,
  };
}

interface Described {
  readonly asker: Asker;
  readonly refused: RefusedCredential | undefined;
  readonly operation: RequestOperation;
  readonly status: number;
}

/** What is undefined is left out of the line. */
function lineOf(
  { request, durationMs }: Answered,
  { asker, refused, operation, status }: Described,
): Readonly<Record<string, unknown>> {
  const { facts, method } = request;
  const { ignored = [], concerns = [], bulk } = facts;
  return {
    requestId: facts.requestId,
    traceId: facts.traceId,
    ...asker,
    credentialClient: facts.credential?.client ?? refused?.client,
    client: facts.client,
    surface: facts.surface,
    method,
    operation: operation.name ?? facts.operation,
    path: (operation.name ?? facts.operation) === undefined ? shownPath(request.path) : undefined,
    resourceType: operation.resourceType,
    resourceId: facts.resourceId ?? operation.resourceId,
    status,
    outcome: facts.outcome ?? outcomeOf(status),
    scimType: facts.scimType,
    detail: facts.detail,
    concerns: concerns.length === 0 ? undefined : concerns,
    reason: facts.reason ?? refused?.reason,
    since: refused?.since?.toISOString(),
    received: refused?.received,
    ignored: ignored.length === 0 ? undefined : ignored,
    operations: bulk?.statuses,
    refusals: bulk === undefined || bulk.refusals.length === 0 ? undefined : bulk.refusals,
    durationMs: Math.round(durationMs * 10) / 10,
    err: facts.fault,
  };
}

/** Undefined where the client went before it was decided. */
function outcomeOf(status: number): RequestFacts['outcome'] {
  if (status === CLIENT_CLOSED_REQUEST) return undefined;
  return status >= 400 ? 'refused' : 'done';
}
