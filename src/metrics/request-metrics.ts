import { Counter, Histogram, type Registry } from 'prom-client';
import { type Answered, statusOf } from '../surfaces/http/answered.js';

/** Upper bounds in seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** In the place of a surface, an operation or a type where a request has none. */
const NONE = 'none';

/**
 * Counts requests and how long they took. All labels have values of this program alone: nothing that a client sends is
 * one, and no company either.
 */
export class RequestMetrics {
  private readonly requests: Counter<
    'surface' | 'operation' | 'resource_type' | 'method' | 'status' | 'reason'
  >;
  private readonly durations: Histogram<'surface' | 'operation' | 'resource_type'>;

  constructor(registry: Registry) {
    this.requests = new Counter({
      name: 'rollcall_requests_total',
      help: 'Requests by what they asked for and how they were answered; reason says why a 429 or 503 was put off.',
      labelNames: ['surface', 'operation', 'resource_type', 'method', 'status', 'reason'],
      registers: [registry],
    });
    this.durations = new Histogram({
      name: 'rollcall_request_duration_seconds',
      help: 'Time from the arrival of a request until its answer had left.',
      labelNames: ['surface', 'operation', 'resource_type'],
      buckets: BUCKETS,
      registers: [registry],
    });
  }

  /** Counts a request whose answer has ended. */
  note({ request, response, durationMs }: Answered): void {
    const { method, destination, facts } = request;
    const { name = facts.operation ?? NONE, resourceType = NONE } = destination?.operation ?? {};
    const surface = facts.surface ?? NONE;
    this.requests.inc({
      surface,
      operation: name,
      resource_type: resourceType,
      method: METHODS.has(method) ? method : 'other',
      status: String(facts.status ?? statusOf(response)),
      reason: facts.reason ?? '',
    });
    this.durations.observe({ surface, operation: name, resource_type: resourceType }, durationMs / 1000);
  }
}
