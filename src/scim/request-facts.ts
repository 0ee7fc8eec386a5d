import { type JsonObject } from '../protocol/json.js';
import { type RefusalReason } from '../protocol/error/refusal-reason.js';

/** The credential of a request, by the names that people know it by. */
interface CredentialFacts {
  /** As in the credential itself: the id of an access token or client, or `jwt:`, an issuer's id and a hash of the subject. */
  readonly id: string;
  /** The label of an access token or client, or the name of a JWT's issuer. */
  readonly name: string;
  /** The client that a JWT was issued to, where it names one. */
  readonly client?: string | undefined;
}

/** Why a credential that is known was refused. Its holder is not told. */
export interface RefusedCredential extends Partial<CredentialFacts> {
  /** Slug of the company that it belongs to, where it is known. */
  readonly company?: string | undefined;
  /** `expired`, `revoked`, or a text about a JWT. */
  readonly reason: string;
  /** Since when, where there is such a time. */
  readonly since?: Date | undefined;
  /** What a JWT named in the place of what is expected: an issuer or audiences. */
  readonly received?: string | undefined;
}

/** What became of a request: `failed` is for faults of the server's own. */
type RequestOutcome = 'done' | 'unchanged' | 'refused' | 'failed';

/** An operation of a bulk job for the journal; see `JournaledRequest`. */
export interface BulkOperationFacts {
  readonly index: number;
  readonly operation: 'create' | 'replace' | 'patch' | 'delete' | 'request';
  readonly outcome: 'unchanged' | 'refused' | 'ignored';
  readonly status: number;
  readonly scimType?: string | undefined;
  /** Why it was put off. */
  readonly reason?: RefusalReason | undefined;
  readonly resourceType?: 'User' | 'Group' | undefined;
  readonly resourceId?: string | undefined;
  /** For the journal alone: the name of what was to be created and was not. */
  readonly display?: string | undefined;
  readonly detail?: JsonObject | undefined;
}

/** What the operations of a bulk job came to. */
interface BulkFacts {
  /** How many operations were answered with each status: `{ "201": 5, "409": 1 }`. */
  readonly statuses: Readonly<Record<string, number>>;
  /** The first of those that were refused, in words without values. */
  readonly refusals: readonly string[];
  /** Those that were refused, changed nothing, or of which a part was left out. */
  readonly fruitless: readonly BulkOperationFacts[];
}

/**
 * What is known of a request: who asks, what for, and what became of it. It holds no personal values and no secrets, so
 * that it can be logged. Whoever learns a fact sets it.
 */
export interface RequestFacts {
  readonly requestId: string;
  /** When the request came, by `performance.now()`. */
  readonly started: number;
  /** The trace that the caller says the request belongs to (W3C Trace Context). */
  readonly traceId: string | undefined;
  /** The client's name for itself, cut and cleaned. */
  readonly client: string | undefined;
  /** What the changes of the request have in common in the journal: see `transactionOf`. */
  txn?: string;
  /** Name of the surface that the path belongs to. */
  surface?: string | undefined;
  /** What was asked for, where that is nothing of SCIM's: `token`, or the operationId of the admin API (`createCompany`). */
  operation?: string | undefined;
  /** Whether it only asks, although its method is not one of reading. */
  changesNothing?: boolean;
  /** Slug of the company. */
  company?: string;
  credential?: CredentialFacts;
  /** Settles when it is known what is wrong with the request's credential; undefined inside where nothing is. */
  refusedCredential?: Promise<RefusedCredential | undefined>;
  resourceId?: string;
  outcome?: RequestOutcome;
  /** The status of the answer, where it is not what the response says. */
  status?: number;
  scimType?: string | undefined;
  /** Why the request was refused, without values. */
  detail?: string;
  /** Ids of other resources that this is about: see `ScimError.concerns`. */
  concerns?: readonly string[];
  /** Why the request was put off, where it was answered with 429 or 503. */
  reason?: RefusalReason | undefined;
  /** The server's own fault, for which the request failed or its answer could not be made. */
  fault?: unknown;
  /** Names of what was left out of the request, never values. */
  ignored?: readonly string[];
  bulk?: BulkFacts;
}
