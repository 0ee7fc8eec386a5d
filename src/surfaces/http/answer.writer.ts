import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { type Request, type Response } from 'express';
import { type AuthenticatedRequest } from '../../access/authenticated-request.js';
import { isUnconfirmed } from '../../scim/remembered-credential.js';
import { type AnswerText } from './answer.js';
import { type Spool } from './spool.js';
import { Spools } from './spools.js';

/** How much text is gathered before it goes on. */
const CHUNK = 64 * 1024;

/** Writes bodies of answers. However slowly a client reads, their text is made as fast as the database gives it. */
@Injectable()
export class AnswerWriter {
  constructor(private readonly spools: Spools) {}

  /**
   * Writes the pieces as one body. What fits one chunk is sent with its length; more goes through a {@link Spool}. A
   * fault before the first byte is thrown to the error filter; after it the socket is destroyed, so that no client
   * takes a part for the whole. The text after a write is whole before its first byte is sent: what was committed is
   * not answered with a fault.
   *
   * @throws Error where the credential was remembered and no transaction has confirmed it
   */
  async send(response: Response, status: number, text: AnswerText): Promise<void> {
    requireConfirmed(response.req as Partial<AuthenticatedRequest>);
    const chunks = inChunks(text);
    try {
      const { value: first = Buffer.alloc(0) } = await chunks.next();
      const { value: second } = await chunks.next();
      if (second === undefined) response.status(status).setHeader('Content-Length', first.length).end(first);
      else await this.sendSpooled(response, status, [first, second], chunks);
    } catch (error) {
      if (response.headersSent) response.destroy();
      throw error;
    } finally {
      await chunks.return();
    }
  }

  private async sendSpooled(
    response: Response,
    status: number,
    begun: readonly Buffer[],
    rest: AsyncGenerator<Buffer, void, undefined>,
  ): Promise<void> {
    const spool = this.spools.open(companyOf(response.req));
    const filled = fill(spool, begun, rest, response);
    try {
      if (isWrite(response.req, status)) {
        await filled;
        response.setHeader('Content-Length', spool.size);
      }
      await empty(spool, response, status);
    } finally {
      await filled;
      await spool.close();
    }
  }
}

/** @throws Error where a handler answers before a transaction has confirmed the credential */
function requireConfirmed({ user }: Partial<AuthenticatedRequest>): void {
  if (isUnconfirmed(user?.remembered)) throw new Error('an answer came before its credential was confirmed');
}

const companyOf = (request: Request): string =>
  (request as Partial<AuthenticatedRequest>).company?.companyId ?? '';

const isWrite = ({ method }: Request, status: number): boolean =>
  status === 201 || method === 'PUT' || method === 'PATCH';

async function* inChunks(text: AnswerText): AsyncGenerator<Buffer, void, undefined> {
  let gathered = '';
  for await (const piece of text) {
    gathered += piece;
    if (gathered.length < CHUNK) continue;
    yield Buffer.from(gathered);
    gathered = '';
  }
  if (gathered !== '') yield Buffer.from(gathered);
}

/** Never throws: whoever reads the spool learns of a failure. Stops where the client has gone. */
async function fill(
  spool: Spool,
  begun: readonly Buffer[],
  rest: AsyncGenerator<Buffer, void, undefined>,
  response: Response,
): Promise<void> {
  try {
    for (const chunk of begun) await spool.write(chunk);
    for await (const chunk of rest) {
      if (response.destroyed) break;
      await spool.write(chunk);
      // Where the text is made of what is in memory already, nothing else would get its turn.
      await nextTurn();
    }
    spool.finish();
  } catch (error) {
    spool.finish(error);
  }
}

async function empty(spool: Spool, response: Response, status: number): Promise<void> {
  for (let chunk = await spool.read(); chunk !== undefined; chunk = await spool.read()) {
    if (response.destroyed) return;
    if (!response.headersSent) response.status(status);
    if (!response.write(chunk)) await drained(response);
  }
  if (!response.destroyed) response.end();
}

async function drained(response: Response): Promise<void> {
  const left = new AbortController();
  const { signal } = left;
  try {
    await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]);
  } finally {
    left.abort();
  }
}
