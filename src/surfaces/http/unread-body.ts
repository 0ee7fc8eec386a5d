import { type Request, type Response } from 'express';

/** How long a client may go on sending what nobody wants. */
const PATIENCE = 5_000;

/**
 * Drops the rest of a body that is refused unread, then the connection if it still comes. Closing at once would
 * often take the answer with it, since the client is not reading yet.
 */
export function dropUnreadBody(request: Request, response: Response): void {
  if (request.complete) return;
  request.resume();
  response.once('finish', () => {
    const end = setTimeout(() => request.socket.destroy(), PATIENCE).unref();
    request.once('close', () => clearTimeout(end));
    if (request.complete) clearTimeout(end);
  });
}
