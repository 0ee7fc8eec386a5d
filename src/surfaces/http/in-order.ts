import { type NextFunction, type Request, type Response } from 'express';

export type Middleware = (request: Request, response: Response, next: NextFunction) => void;

/**
 * One middleware that calls these one after the other, for all paths. Between two of its own layers Express matches the path anew,
 * which all of them together cost a tenth of a GET.
 */
export function inOrder(...middlewares: readonly Middleware[]): Middleware {
  return (request, response, next) => {
    let called = 0;
    const callNext = (error?: unknown): void => {
      const middleware = error === undefined ? middlewares[called] : undefined;
      if (middleware === undefined) {
        next(error);
        return;
      }
      called += 1;
      // One that is called in a later turn has nobody else to catch what it throws.
      try {
        middleware(request, response, callNext);
      } catch (thrown) {
        next(thrown);
      }
    };
    callNext();
  };
}
