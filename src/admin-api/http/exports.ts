import { once } from 'node:events';
import { Injectable } from '@nestjs/common';
import { type Response } from 'express';
import { UnavailableError } from '../../protocol/error/unavailable.error.js';
import { ClientGoneError } from '../../scim/client-gone.error.js';
import { Problem } from './problem.js';

export const NDJSON = 'application/x-ndjson';

const RETRY_SECONDS = 60;
/** How long an export may take. */
const LONGEST_MS = 30 * 60_000;

/** Answers that are as long as what there is. They are written at the pace of their readers, one at a time. */
@Injectable()
export class Exports {
  /** An export holds one of few connections for as long as its reader takes. */
  private isUnderWay = false;

  /**
   * Answers with what `work` writes. Until it has written, it may throw what is answered with a problem.
   *
   * @param mediaType of the answer
   * @param work its `write` is done when there is room for more; it throws ClientGoneError where the reader has gone, and
   *   UnavailableError behind half an hour, which ends the answer unfinished
   * @throws Problem 429 where another one is under way
   */
  async send(
    response: Response,
    mediaType: string,
    work: (write: (text: string) => Promise<void>) => Promise<unknown>,
  ): Promise<void> {
    if (this.isUnderWay) {
      throw new Problem(429, 'Another export is under way; try again when it is over.', [], {
        'Retry-After': String(RETRY_SECONDS),
        'Rollcall-Reason': 'busy',
      });
    }
    this.isUnderWay = true;
    const deadline = Date.now() + LONGEST_MS;
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    try {
      await work(async (text) => {
        if (Date.now() > deadline) {
          throw new UnavailableError('The export took longer than half an hour.', RETRY_SECONDS);
        }
        if (!response.headersSent) response.setHeader('Content-Type', mediaType);
        await write(response, text, gone.signal);
      });
      response.end();
    } finally {
      this.isUnderWay = false;
    }
  }
}

/** @throws ClientGoneError where the reader has gone */
async function write(response: Response, text: string, gone: AbortSignal): Promise<void> {
  if (response.closed) throw new ClientGoneError();
  if (response.write(text)) return;
  try {
    await once(response, 'drain', { signal: gone });
  } catch {
    throw new ClientGoneError();
  }
}
