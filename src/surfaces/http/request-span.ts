import {
  context,
  isSpanContextValid,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { type Request } from 'express';
import { type Answered, statusOf } from './answered.js';

/** The span of one request, in the terms of OpenTelemetry's conventions for HTTP, without path and query. */
export class RequestSpan {
  private constructor(
    private readonly span: Span,
    private readonly active: ReturnType<typeof context.active>,
  ) {}

  /** Begins a span in the trace that the client's headers name, as the SDK reads them. */
  static begin(tracer: Tracer, { method, headers }: Request): RequestSpan {
    const parent = propagation.extract(context.active(), headers);
    const attributes = { 'http.request.method': method };
    const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
    return new RequestSpan(span, trace.setSpan(parent, span));
  }

  get traceId(): string | undefined {
    const spanContext = this.span.spanContext();
    return isSpanContextValid(spanContext) ? spanContext.traceId : undefined;
  }

  /** Runs what serves the request, so that its spans are below this one. */
  run(next: () => void): void {
    context.with(this.active, next);
  }

  /** Ends the span when the answer has ended. */
  end({ request, response }: Answered): void {
    const { method, destination, facts } = request;
    const { name, resourceType } = destination?.operation ?? {};
    const status = facts.status ?? statusOf(response);
    this.span.updateName([method, destination?.surface.name, name, resourceType].filter(Boolean).join(' '));
    this.span.setAttributes({
      'http.response.status_code': status,
      'rollcall.request_id': facts.requestId,
      ...(destination && { 'rollcall.surface': destination.surface.name }),
      ...(name && { 'rollcall.operation': name }),
      ...(facts.company !== undefined && { 'rollcall.company': facts.company }),
      ...(facts.outcome && { 'rollcall.outcome': facts.outcome }),
      ...(facts.reason && { 'rollcall.reason': facts.reason }),
    });
    if (status >= 500) this.span.setStatus({ code: SpanStatusCode.ERROR });
    this.span.end();
  }
}
