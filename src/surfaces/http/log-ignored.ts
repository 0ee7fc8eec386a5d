import { type Request } from 'express';

/** One log line for what a lenient reading left out of a request: names and places, never values. */
export function logIgnored(request: Request, ignored: readonly string[]): void {
  if (ignored.length === 0) return;
  request.log.info(
    { operation: `${request.method} ${request.path}`, ignored },
    'parts of the request were ignored',
  );
}
