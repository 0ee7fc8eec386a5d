/** The kinds of requests that servers are compared by. */
export const WORK_NAMES = [
  'get-user',
  'user-name',
  'external-id',
  'email',
  'group-name',
  'list-users',
  'get-group',
  'patch-user',
  'patch-member',
  'put-group',
  'post-user',
  'bulk',
] as const;

export type WorkName = (typeof WORK_NAMES)[number];

/** What a run consists of. */
export const PARTS = ['start', ...WORK_NAMES, 'cycle', 'companies'] as const;

export type Part = (typeof PARTS)[number];
