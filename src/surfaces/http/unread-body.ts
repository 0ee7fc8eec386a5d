import { type Request, type Response } from 'express';

/** How long a client may take to send the rest of a refused body, in milliseconds. */
const TIME_TO_FINISH = 5_000;

/**
 * Reads the rest of a refused body and drops it, and closes the connection where it does not end soon. A connection
 * that is closed at once often loses the answer, since the client reads it only after sending everything.
 */
export function dropUnreadBody(request: Request, response: Response): void {
  if (request.complete) return;
  request.resume();
  response.once('finish', () => {
    const end = setTimeout(() => request.socket.destroy(), TIME_TO_FINISH).unref();
    request.once('close', () => clearTimeout(end));
    if (request.complete) clearTimeout(end);
  });
}
