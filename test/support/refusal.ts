import { ScimError } from '../../src/protocol/error/scim-error.js';

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
