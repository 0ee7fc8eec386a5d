/** Path in front of the endpoints of AuthZEN 1.0 (§10.1), without slashes at its ends. */
export const AUTHZEN_MOUNT = 'access/v1';

/** Where a policy decision point says what it offers (§9.2). */
export const CONFIGURATION_PATH = '.well-known/authzen-configuration';
