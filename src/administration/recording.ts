import { type RecordedContent, type RecordedHead } from '../recording/recorded-request.js';

/** How long recorded requests are kept, as an interval of PostgreSQL. */
export const RECORDINGS_KEPT = '7 days';
/** How many recordings a company may have of this time. */
export const MOST_RECORDINGS = 10;

/** How the recording of a company's requests stands: the one under way, or the last one. Times are ISO 8601 in UTC. */
export interface RecordingState {
  /** Whether requests are being recorded. */
  readonly recording: boolean;
  /** Whether a recording can begin: only where `SECRETS_KEY` is set. */
  readonly possible: boolean;
  /** Null where nothing was recorded within 7 days, as are all others then. */
  readonly started: string | null;
  /** When it ends by itself. */
  readonly ends: string | null;
  /** When it ended; null while it goes on. */
  readonly ended: string | null;
  /** `full` where it had as much as it may. */
  readonly endReason: 'time' | 'stopped' | 'full' | null;
  readonly requests: number;
  /** How many requests it has not kept. */
  readonly leftOut: number;
  /** How many requests are kept of all recordings. */
  readonly kept: number;
}

/** A recorded request, as lists have it. */
export interface RecordedRequest {
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly at: string;
  readonly requestId: string;
  readonly status: number;
  /** Null where it can't be read, because it was encrypted under a key that is not known. */
  readonly method: RecordedHead['method'] | null;
  readonly path: RecordedHead['path'] | null;
}

/** A recorded request as it came, and what it was answered. */
export interface WholeRequest extends RecordedRequest, RecordedContent {
  readonly method: string;
  readonly path: string;
}
