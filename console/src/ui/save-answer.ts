import { ProblemError } from '../api/problem.js';
import { SERVICE } from '../location.js';

/**
 * Saves what the admin API answers as a file. The browser can not ask for a download with the header that a session needs.
 *
 * @param path of a GET
 * @param accept the media type that is asked for
 * @throws ProblemError where the service refuses, or does not answer
 */
export async function saveAnswer(path: string, fileName: string, accept = '*/*'): Promise<void> {
  const headers = { Accept: accept, 'X-Rollcall-Console': '1' };
  const response = await fetch(SERVICE + path, { headers, credentials: 'same-origin' }).catch(() => {
    throw new ProblemError(0, 'The service did not answer.');
  });
  if (!response.ok) throw new ProblemError(response.status, 'The file could not be made.');
  saveFile(await response.blob(), fileName);
}

/** Saves what the page has as a file. */
export function saveFile(content: Blob, fileName: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(link.href);
}
