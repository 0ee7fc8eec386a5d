import { ScimError } from '../../protocol/error/scim-error.js';

/** The refusal that the server's own code makes of a request. */
export function thrownBy(refused: () => unknown): ScimError {
  try {
    refused();
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error('an example of a refusal was not refused');
}
