import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Response } from 'express';

/** Entity tags of the files that were asked for; undefined where there is no such file. */
const tags = new Map<string, string | undefined>();

/**
 * Answers with a file of the program, which is the same for everybody: a browser may keep it, and asks whether it is
 * still the newest. The tag is made of the contents, since packages come with times that never change.
 *
 * @param name - Path within the folder; never one that a request names.
 * @param otherwise - Called where there is no such file.
 */
export function sendProgramFile(
  response: Response,
  folder: string,
  name: string,
  otherwise: () => void,
): void {
  const tag = tagOf(join(folder, name));
  if (tag === undefined) {
    otherwise();
    return;
  }
  response.setHeader('Cache-Control', 'no-cache').setHeader('ETag', tag);
  response.sendFile(name, { root: folder, dotfiles: 'allow', cacheControl: false, lastModified: false });
}

function tagOf(file: string): string | undefined {
  if (!tags.has(file)) tags.set(file, makeTag(file));
  return tags.get(file);
}

function makeTag(file: string): string | undefined {
  try {
    return `"${createHash('sha256').update(readFileSync(file)).digest('base64url')}"`;
  } catch {
    return undefined;
  }
}
