import { type RefusalReason } from '../protocol/error/refusal-reason.js';
import { type JsonObject } from '../protocol/json.js';
import { type RequestFacts } from './request-facts.js';

/**
 * A request for a company that changed nothing, or of which a part was left out; or one operation of a bulk job of this
 * kind. It holds no secrets, and no personal values but the name of what was to be created.
 */
export interface JournaledRequest extends Pick<RequestFacts, 'requestId' | 'traceId' | 'client' | 'surface'> {
  /** Slug of the company. */
  readonly company: string;
  /** See `transactionOf`. */
  readonly txn: string;
  /** That of the request, or the one that was refused. */
  readonly credential: { readonly id?: string | undefined; readonly name?: string | undefined };
  readonly operation: string;
  /** `ignored`: what else the request changed is told by an entry of its own. */
  readonly outcome: 'unchanged' | 'refused' | 'ignored';
  /** The status of HTTP. */
  readonly status: number;
  readonly scimType?: string | undefined;
  /** Why it was put off. */
  readonly reason?: RefusalReason | undefined;
  readonly resourceType?: 'User' | 'Group' | undefined;
  /** 16 hex digits. */
  readonly resourceId?: string | undefined;
  /** Of what was to be created and was not: the name that the request has for it. */
  readonly display?: string | undefined;
  readonly durationMs: number;
  /** Why it was refused, and what was ignored, in words without values. */
  readonly detail?: JsonObject | undefined;
}

/**
 * Notes requests that changed nothing, beside the journal of changes. It never delays or fails an answer: requests are written
 * soon afterwards, equal ones as one with their number, and are lost where the database is away.
 */
export abstract class RequestJournal {
  abstract note(request: JournaledRequest): void;

  /** Writes what was noted, at once. It never rejects. */
  abstract flush(): Promise<void>;
}
