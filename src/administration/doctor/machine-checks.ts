import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hostOf, isLoopback } from '../../access/url-host.js';
import { type Settings } from '../../config/settings.js';
import { examineAddress, PUBLIC_URL } from './address-checks.js';
import { attempt, type Check, fail, ok, warn } from './check.js';

const MEBIBYTE = 1024 * 1024;
const LITTLE_SPACE = 1024 * MEBIBYTE;
const NO_SPACE = 100 * MEBIBYTE;
const ANSWER_TIMEOUT_MS = 3000;

/** Examines the settings' surroundings on this machine. */
export async function examineMachine(settings: Settings): Promise<Check[]> {
  return [
    checkSecretKey(settings),
    ...(await checkPublicUrl(settings)),
    await attempt('DATA_DIR', () => checkDataDir(settings)),
    await attempt('SPOOL_DIR', () => checkSpoolDir(settings)),
  ];
}

const checkSecretKey = ({ secretKey }: Settings): Check =>
  ok('SECRET_KEY', secretKey === undefined ? 'not set: one is kept in the database' : 'set');

async function checkPublicUrl(settings: Settings): Promise<readonly Check[]> {
  const judged = judgePublicUrl(settings);
  if (judged) return [judged];
  const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  return examineAddress(settings.publicUrl ?? '', { signal, unreachable: 'warn' });
}

/** What is to be said of `PUBLIC_URL` without asking anybody; undefined where it is set and nothing is wrong with it. */
export function judgePublicUrl({ publicUrl, host }: Pick<Settings, 'publicUrl' | 'host'>): Check | undefined {
  if (publicUrl === undefined) {
    if (isLoopback(host)) return ok(PUBLIC_URL, 'not set: answers name the URL of the request');
    return warn(
      PUBLIC_URL,
      'not set, though HOST lets others in: answers name whatever host a client asked for',
      'Set it to the address by which clients come, such as https://scim.example.com.',
    );
  }
  const url = new URL(publicUrl);
  if (url.protocol === 'http:' && !isLoopback(hostOf(url))) {
    return warn(PUBLIC_URL, `${publicUrl} is not encrypted, so tokens can be read on the way`, 'Use https.');
  }
  return undefined;
}

async function checkDataDir({ dataDir, databaseUrl }: Settings): Promise<Check> {
  const { folder, free } = await lookAtFolder(dataDir);
  if (folder === undefined) {
    return (databaseUrl === undefined ? fail : warn)(
      'DATA_DIR',
      `${dataDir} can't be written`,
      'Give the folder to the user of the service, or name another one.',
    );
  }
  // Beside a database of its own, nothing but the first token is kept there.
  if (databaseUrl !== undefined) return ok('DATA_DIR', `${dataDir} can be written`);
  return judgeSpace('DATA_DIR', dataDir, free);
}

/** @param free in bytes */
export function judgeSpace(name: string, folder: string, free: number): Check {
  const found = `${folder} has ${Math.floor(free / MEBIBYTE)} MiB left`;
  const advice = 'Make room, or move the folder: the database takes no writes on a full disk.';
  if (free < NO_SPACE) return fail(name, found, advice);
  return free < LITTLE_SPACE ? warn(name, found, advice) : ok(name, found);
}

async function checkSpoolDir({ spoolDir, spoolLimit }: Settings): Promise<Check> {
  const { folder, free } = await lookAtFolder(spoolDir);
  if (folder !== spoolDir) {
    return fail('SPOOL_DIR', `${spoolDir} can't be written`, 'Make the folder, or name another one.');
  }
  const found = `${spoolDir} has ${Math.floor(free / MEBIBYTE)} MiB left`;
  if (free >= spoolLimit) return ok('SPOOL_DIR', found);
  return warn(
    'SPOOL_DIR',
    `${found}, SPOOL_LIMIT is more`,
    'Large answers are refused on a full disk: make room, or lower it.',
  );
}

/** The folder, or the one above it in which it can be made; undefined where that is not allowed. */
async function lookAtFolder(
  path: string,
): Promise<{ readonly folder: string | undefined; readonly free: number }> {
  for (let folder = path; ; folder = dirname(folder)) {
    try {
      const { bavail, bsize } = await statfs(folder);
      await access(folder, constants.W_OK);
      return { folder, free: bavail * bsize };
    } catch (error) {
      const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (!isMissing || folder === dirname(folder)) return { folder: undefined, free: 0 };
    }
  }
}
