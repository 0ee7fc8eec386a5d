import { type Answer } from './webhook-client.js';

/** How often an endpoint may fail in a row before it gets pauses of its own. */
const PATIENCE = 10;
const LONGEST_PAUSE_MS = 300_000;
const LONGEST_WAIT_MS = 24 * 3_600_000;
/** How much earlier or later than planned a retry may come, so that those of a moment spread. */
const JITTER = 0.1;
/** Statuses by which a receiver, or a proxy in front of it, says that it is overloaded. */
const OVERLOADED = [429, 502, 504];
const GONE = 410;

/** An attempt at a delivery, and what came of it. */
export interface Attempt {
  /** 16 hex digits. */
  readonly deliveryId: string;
  /**
   * `retry`: it is tried again after `wait`. `failed`: it is not. `dropped`: there is nothing to tell. `released`: it was
   * not tried, and may be at once.
   */
  readonly outcome: 'delivered' | 'retry' | 'failed' | 'dropped' | 'released';
  readonly type: string | undefined;
  readonly answer: Answer | undefined;
  readonly durationMs: number;
  /** In milliseconds. */
  readonly wait: number;
}

/** The state of an endpoint after attempts. */
export interface EndpointState {
  /** How many attempts have failed since the last that did not. */
  readonly failures: number;
  /** For how long it is not called from now on, in milliseconds. */
  readonly pause: number;
  /** Why it is disabled. */
  readonly disabled: 'gone' | 'failing' | undefined;
  /** Whether it works again after a time in which it did not: then all that failed is tried at once. */
  readonly recovered: boolean;
  readonly succeeded: boolean;
}

/** RFC 9110 §15.3. */
export const isSuccess = ({ status }: Answer): boolean =>
  status !== undefined && status >= 200 && status < 300;

/**
 * What becomes of a delivery after an attempt. It is tried again after the next of the pauses, or after what the receiver
 * asks for where that is longer, for a day at most; behind the last of them it has failed.
 *
 * @param attempts how many were made before
 * @param retries the pauses before the second and each further attempt, in milliseconds
 */
export function judgeAttempt(
  answer: Answer,
  attempts: number,
  retries: readonly number[],
): Pick<Attempt, 'outcome' | 'wait'> {
  if (isSuccess(answer)) return { outcome: 'delivered', wait: 0 };
  const pause = retries[attempts];
  if (pause === undefined) return { outcome: 'failed', wait: 0 };
  const asked = Math.min(answer.retryAfter ?? 0, LONGEST_WAIT_MS);
  return { outcome: 'retry', wait: Math.max(jittered(pause), asked) };
}

/**
 * How an endpoint does after attempts, in their order. One that answers 410 is gone, and one at which a delivery has
 * failed for good is not called any more. While it fails, it gets pauses: at once where it says that it is overloaded, or
 * how long it wants to be left alone, otherwise after several failures.
 */
export function judgeEndpoint(failures: number, attempts: readonly Attempt[]): EndpointState {
  let state: EndpointState = { failures, pause: 0, disabled: undefined, recovered: false, succeeded: false };
  for (const { outcome, answer } of attempts) {
    if (answer === undefined) continue;
    if (outcome === 'delivered') {
      const recovered = state.recovered || state.failures >= PATIENCE;
      state = { ...state, failures: 0, pause: 0, recovered, succeeded: true };
    } else {
      state = { ...state, ...failed(state, answer, outcome) };
    }
  }
  return state;
}

function failed(
  state: EndpointState,
  { status, retryAfter }: Answer,
  outcome: Attempt['outcome'],
): Partial<EndpointState> {
  const failures = state.failures + 1;
  const isOverloaded = status !== undefined && OVERLOADED.includes(status);
  const step = isOverloaded ? failures : failures - PATIENCE;
  const own = step > 0 ? jittered(Math.min(1000 * 2 ** (step - 1), LONGEST_PAUSE_MS)) : 0;
  const asked = isOverloaded || status === 503 ? Math.min(retryAfter ?? 0, LONGEST_WAIT_MS) : 0;
  const disabled = status === GONE ? 'gone' : outcome === 'failed' ? 'failing' : undefined;
  return { failures, pause: Math.max(state.pause, own, asked), disabled: state.disabled ?? disabled };
}

const jittered = (ms: number): number => ms * (1 - JITTER + 2 * JITTER * Math.random());
