/**
 * The tables whose rows of a company PostgreSQL itself copies and keeps in step, in the order in which they can be emptied:
 * those that refer to others come first. The rest of what is a company's goes over in the last moment (`control-rows.ts`), but
 * for the outbox, which is emptied before, and for {@link LEFT_TABLES}.
 */
export const MOVED_TABLES = [
  'memberships',
  'unique_values',
  'erasures',
  'guard_minutes',
  'guard_estimates',
  'guards',
  'held_removals',
  'deleted_resources',
  'webhook_deliveries',
  'webhook_secrets',
  'webhooks',
  'resource_counts',
  'users',
  'groups',
  'activity_members',
  'activity',
  'feed',
] as const;

/** What was recorded stays where it came: it is gone after some days, as the rest of the source is. */
export const LEFT_TABLES = ['recorded_requests', 'recordings'] as const;
