import { ScimError } from '../../src/protocol/error/scim-error.js';

/**
 * The error that an action is refused with.
 * @throws Error where it is accepted, and whatever else it throws
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

/** What an action is refused with, as `<status> <scimType> <detail>`; `accepted` where it is not. */
export function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ScimError) return `${error.status} ${error.scimType} ${error.detail}`;
    throw error;
  }
  return 'accepted';
}
