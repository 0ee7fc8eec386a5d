import { type JsonObject } from '../../protocol/json.js';
import { transactionOf } from '../../scim/change-origin.js';
import { type RefusedCredential, type RequestFacts } from '../../scim/request-facts.js';
import { type JournaledRequest, type RequestJournal } from '../../scim/request-journal.js';
import { askedFor, type AskedFor, nameIn } from './asked-for.js';
import { type Answered, CLIENT_CLOSED_REQUEST, statusOf, whenExplained } from './answered.js';
import { shownPath } from './shown-path.js';

/** Operations that change nothing. Where they find nothing, nothing is wrong: clients look before they create. */
const READS: ReadonlySet<string> = new Set(['read', 'list', 'search', 'describe']);

/** Why requests are put off again and again: equal ones are one entry. */
const REPEATED: ReadonlySet<RequestFacts['reason']> = new Set(['rate', 'guard'] as const);
/** The surface whose clients wait for changes. */
const FOLLOWED = 'platform';

/** What became of a request as a whole that is to be noted. */
type Whole = Pick<
  JournaledRequest,
  | 'operation'
  | 'outcome'
  | 'status'
  | 'scimType'
  | 'reason'
  | 'resourceType'
  | 'resourceId'
  | 'display'
  | 'detail'
>;

/**
 * Notes requests in the journal that were refused, changed nothing, or were carried out only in part. Changes are in the journal
 * already. A request without a known caller belongs to no company, and is not noted.
 */
export class JournalRequests {
  constructor(private readonly journal: RequestJournal) {}

  /** To be called when the answer has ended. */
  write(answered: Answered): void {
    whenExplained(answered, (refused) => this.note(answered, refused));
  }

  private note(answered: Answered, refused: RefusedCredential | undefined): void {
    const { facts, method } = answered.request;
    const company = facts.company ?? refused?.company;
    if (company === undefined) return;
    const whole = wholeOf(answered, refused);
    const { fruitless = [] } = facts.bulk ?? {};
    if (whole === undefined && fruitless.length === 0) return;
    const common = {
      company,
      credential: facts.credential ?? { id: refused?.id, name: refused?.name },
      requestId: facts.requestId,
      traceId: facts.traceId,
      client: facts.client,
      surface: facts.surface,
      durationMs: answered.durationMs,
    };
    if (whole) this.journal.note({ txn: transactionOf({ request: facts, method }), ...common, ...whole });
    for (const { index, ...operation } of fruitless) {
      const txn = transactionOf({ request: facts, method, bulkIndex: index });
      this.journal.note({ txn, ...common, ...operation });
    }
  }
}

/** Undefined where nothing is to be noted. */
function wholeOf({ request, response }: Answered, refused: RefusedCredential | undefined): Whole | undefined {
  const { facts, destination, path } = request;
  const { name = facts.operation ?? 'request', resourceType, resourceId } = destination?.operation ?? {};
  const status = facts.status ?? statusOf(response);
  // A follower that has gone was refused nothing: it may go at any time.
  if (status === CLIENT_CLOSED_REQUEST && facts.surface === FOLLOWED) return undefined;
  if (status === 404 && isRead(request, name)) return undefined;
  const outcome = outcomeOf(status, facts.outcome, (facts.ignored ?? []).length > 0 && !facts.bulk);
  if (outcome === undefined) return undefined;
  const isRepeated = REPEATED.has(facts.reason);
  return {
    operation: name,
    outcome,
    status,
    scimType: facts.scimType,
    reason: facts.reason,
    resourceType,
    resourceId: facts.resourceId ?? resourceId,
    display: name === 'create' && outcome === 'refused' && !isRepeated ? nameIn(request) : undefined,
    detail: detailOf(facts, refused, {
      path: name === 'request' ? shownPath(path) : undefined,
      asked: outcome === 'unchanged' || isRepeated ? undefined : askedFor(request),
    }),
  };
}

/** Whether it is an operation that changes nothing, at an address that there is. */
function isRead({ method, destination, facts }: Answered['request'], name: string): boolean {
  if (destination) return READS.has(name);
  return facts.operation !== undefined && (method === 'GET' || method === 'HEAD');
}

/** Undefined where nothing is to be noted. */
function outcomeOf(
  status: number,
  outcome: RequestFacts['outcome'],
  ignored: boolean,
): JournaledRequest['outcome'] | undefined {
  if (status >= 400) return 'refused';
  if (ignored) return 'ignored';
  return outcome === 'unchanged' ? outcome : undefined;
}

function detailOf(
  { detail, ignored = [], concerns = [] }: RequestFacts,
  refused: RefusedCredential | undefined,
  { path, asked }: { readonly path: string | undefined; readonly asked: AskedFor | undefined },
): JsonObject | undefined {
  const known = {
    message: detail,
    concerns: concerns.length === 0 ? undefined : concerns,
    path,
    request: asked?.request,
    operations: asked?.operations,
    ignored: ignored.length === 0 ? undefined : ignored,
    reason: refused?.reason,
    since: refused?.since?.toISOString(),
    received: refused?.received,
  };
  const said = Object.entries(known).filter(([, value]) => value !== undefined);
  return said.length === 0 ? undefined : (Object.fromEntries(said) as JsonObject);
}
