import { readFile } from 'node:fs/promises';
import { AdministrationError } from '../administration/administration.error.js';

/**
 * The text of the file that `--jwks-file` names.
 *
 * @throws AdministrationError where it can't be read
 */
export async function readKeyFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new AdministrationError(`The key set can't be read: ${(error as Error).message}`);
  }
}
