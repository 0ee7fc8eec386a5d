import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Response } from 'express';

/** Entity tags of the files that were asked for; undefined where there is no such file. */
const tags = new Map<string, string | undefined>();
/** What was asked for compressed. It is compressed once, so that whoever asks often gains nothing by it. */
const compressed = new Map<string, Promise<Buffer>>();

/** Kinds of files that get much smaller; pictures are compressed already. */
const TEXTS = new Set(['.css', '.js', '.svg']);

/** A browser keeps the file, and asks each time whether it is still the newest. */
const ASK_AGAIN = 'no-cache';

/**
 * Answers with a file of the program, which is the same for everybody, compressed where the client takes that. The entity
 * tag is made of the contents, since packages come with times that never change.
 *
 * @param name - Path within the folder; never one that a request names.
 * @param otherwise - Called where there is no such file.
 * @param caching - What `Cache-Control` says.
 */
export function sendProgramFile(
  response: Response,
  folder: string,
  name: string,
  otherwise: () => void,
  caching = ASK_AGAIN,
): void {
  const file = join(folder, name);
  const tag = tagOf(file);
  if (tag === undefined) {
    otherwise();
    return;
  }
  response.setHeader('Cache-Control', caching);
  const isText = TEXTS.has(extname(name));
  if (isText) response.vary('Accept-Encoding');
  if (isText && response.req.acceptsEncodings('gzip', 'identity') === 'gzip') {
    // RFC 9110 §8.8.3.3: other bytes have another tag.
    response.setHeader('ETag', `"${tag}-gzip"`).setHeader('Content-Encoding', 'gzip').type(extname(name));
    void compressedOf(file).then((content) => response.send(content), response.req.next);
  } else {
    response.setHeader('ETag', `"${tag}"`);
    response.sendFile(name, { root: folder, dotfiles: 'allow', cacheControl: false, lastModified: false });
  }
}

function compressedOf(file: string): Promise<Buffer> {
  const known = compressed.get(file);
  if (known) return known;
  const content = readFile(file).then((plain) => promisify(gzip)(plain, { level: 9 }));
  compressed.set(file, content);
  return content;
}

function tagOf(file: string): string | undefined {
  if (!tags.has(file)) tags.set(file, makeTag(file));
  return tags.get(file);
}

function makeTag(file: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('base64url');
  } catch {
    return undefined;
  }
}
