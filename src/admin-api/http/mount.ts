/** Path of the admin API, without slashes at its ends. */
export const ADMIN_MOUNT = 'admin/v1';
