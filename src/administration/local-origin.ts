import { userInfo } from 'node:os';
import { type ChangeOrigin, originWithoutRequest } from '../scim/change-origin.js';

/**
 * The origin of changes that no request asks for, for the journal: those of the command line name the user of the
 * operating system as their client.
 */
export function localOrigin(surface: 'command line' | 'server'): ChangeOrigin {
  return originWithoutRequest(surface, surface === 'command line' ? userName() : undefined);
}

/** In a container there may be no user of the process's id. */
function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
