import { type NextFunction, type Request, type Response } from 'express';

/**
 * Closes the connection of a client that takes nothing of its answer for `limit` milliseconds. An answer that is still
 * being made has nothing to be taken, and is left alone. What a connection does between requests is Node's own affair.
 */
export const closeStalledSockets =
  (limit: number) =>
  (_request: Request, response: Response, next: NextFunction): void => {
    // Node counts it as progress if the system took a part of what was written.
    response.setTimeout(limit, () => {
      const { socket } = response;
      if (socket !== null && socket.writableLength > 0) socket.destroy();
    });
    next();
  };
