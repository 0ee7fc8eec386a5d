import { ScimError } from '../../src/protocol/error/scim-error.js';

/**
 * The ScimError that an action throws.
 *
 * @throws Error where the action throws nothing; any other error of the action
 */
export function thrownBy(action: () => unknown): ScimError {
  try {
    action();
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error('accepted');
}

/** The ScimError that an action throws, as `<status> <scimType> <detail>`; `accepted` if it throws none. */
export function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ScimError) return `${error.status} ${error.scimType} ${error.detail}`;
    throw error;
  }
  return 'accepted';
}
