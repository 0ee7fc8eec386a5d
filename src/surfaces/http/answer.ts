import { once } from 'node:events';
import { type Response } from 'express';
import { type Member, type MemberStream } from '../../protocol/resource/resource.js';

/** How much text is gathered before it goes to the socket. */
const CHUNK = 64 * 1024;

/** A resource to be written. A group may have more `members` than fit the memory: they are written as they are read. */
export interface StreamedResource {
  /** The representation without `members`. */
  readonly head: object;
  /** Undefined: the representation has no `members`. */
  readonly members: readonly Member[] | MemberStream | undefined;
}

export type EncodeMember = (member: Member) => object;

/** The text of one resource, in pieces. */
export async function* resourceText(
  resource: StreamedResource,
  encodeMember: EncodeMember,
): AsyncGenerator<string> {
  const head = JSON.stringify(resource.head);
  if (resource.members === undefined) {
    yield head;
    return;
  }
  yield `${head.slice(0, -1)}${head === '{}' ? '' : ','}"members":[`;
  let separator = '';
  for await (const batch of batchesOf(resource.members)) {
    if (batch.length === 0) continue;
    yield separator + batch.map((member) => JSON.stringify(encodeMember(member))).join(',');
    separator = ',';
  }
  yield ']}';
}

function batchesOf(members: readonly Member[] | MemberStream): Iterable<readonly Member[]> | MemberStream {
  return Symbol.asyncIterator in members ? members : [members];
}

/**
 * The text of a ListResponse: `envelope` is what stands before `Resources`; `closing` gives what stands behind
 * them, once it is known how many there were.
 */
export async function* listText(
  envelope: object,
  resources: AsyncIterable<StreamedResource> | Iterable<StreamedResource>,
  encodeMember: EncodeMember,
  closing: (returned: number) => object,
): AsyncGenerator<string> {
  yield `${JSON.stringify(envelope).slice(0, -1)},"Resources":[`;
  let returned = 0;
  for await (const resource of resources) {
    if (returned > 0) yield ',';
    returned += 1;
    yield* resourceText(resource, encodeMember);
  }
  const rest = JSON.stringify(closing(returned)).slice(1, -1);
  yield rest === '' ? ']}' : `],${rest}}`;
}

/**
 * Writes the pieces as one body. What fits one chunk is sent with its length. A fault before the first chunk is
 * thrown to the error filter; after it the socket is destroyed, so that no client takes a part for the whole.
 */
export async function sendText(
  response: Response,
  status: number,
  pieces: AsyncGenerator<string>,
): Promise<void> {
  let buffered = '';
  try {
    for await (const piece of pieces) {
      buffered += piece;
      if (buffered.length < CHUNK) continue;
      if (!response.headersSent) response.status(status);
      const flushed = response.write(buffered);
      buffered = '';
      if (!flushed) await drained(response);
      if (response.destroyed) return;
    }
  } catch (error) {
    if (!response.headersSent) throw error;
    response.destroy();
    throw error;
  }
  if (!response.headersSent) {
    response.status(status).setHeader('Content-Length', Buffer.byteLength(buffered));
  }
  response.end(buffered);
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
