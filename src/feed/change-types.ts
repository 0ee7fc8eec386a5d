/** What a change can be. */
export const CHANGE_TYPES = [
  'user.created',
  'user.updated',
  'user.activated',
  'user.deactivated',
  'user.deleted',
  'user.erased',
  'group.created',
  'group.updated',
  'group.deleted',
  'group.members',
  'guard.warned',
  'guard.held',
  'guard.released',
  'credential.expiring',
  'company.suspended',
  'company.resumed',
  'company.silent',
] as const;

/** Those that concern no user or group: somebody should look. */
export const ALERT_TYPES = [
  'guard.warned',
  'guard.held',
  'guard.released',
  'credential.expiring',
  'company.suspended',
  'company.resumed',
  'company.silent',
] as const satisfies readonly (typeof CHANGE_TYPES)[number][];

export type AlertType = (typeof ALERT_TYPES)[number];

export type ChangeType = (typeof CHANGE_TYPES)[number];
