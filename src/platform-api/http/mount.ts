/** Path of the platform API, without slashes at its ends. */
export const PLATFORM_MOUNT = 'platform/v1';
