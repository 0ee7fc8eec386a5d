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
] as const;

export type ChangeType = (typeof CHANGE_TYPES)[number];
