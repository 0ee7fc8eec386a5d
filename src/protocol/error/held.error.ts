import { TooManyRequestsError } from './too-many-requests.error.js';

/** What of a company was too much, and of how many. */
export interface HeldRule {
  /** Users that were deleted or deactivated, memberships of the company, or members of one group. */
  readonly kind: 'users' | 'memberships' | 'group';
  /** How many would have been gone. */
  readonly removed: number;
  /** How many there were. */
  readonly of: number;
  readonly windowMinutes: number;
  readonly percent: number;
  /** Id of the group, where it is one. */
  readonly group?: string;
}

/**
 * How long a client is asked to wait, in seconds. Okta doubles it with each of its ten tries, so that it gives a removal
 * up after more than a day.
 */
const RETRY_SECONDS = 120;

/** 429: the company's guard holds removals until somebody releases them. Nothing of the request was done. */
export class HeldError extends TooManyRequestsError {
  /**
   * @param slug of the company
   * @param rule by what removals are held
   * @param since since when; undefined where it is from this request on
   */
  constructor(
    readonly rule: HeldRule,
    slug: string,
    since?: string,
  ) {
    const begin = since === undefined ? 'this request would take away too much, so removals' : 'removals';
    const from = since === undefined ? 'from now on' : `since ${since}`;
    super(
      'guard',
      `${begin} of this company are held ${from}; nothing of this request was done. ${describeRule(rule)} An ` +
        `administrator lets removals through: rollcall guard release ${slug}, or POST ` +
        `/admin/v1/companies/${slug}/guard/release. Other changes go on.`,
      RETRY_SECONDS,
    );
    this.name = 'HeldError';
  }
}

const KINDS = { users: 'users', memberships: 'memberships', group: 'members of a group' };

/** More than half is too much whatever the percentage and its least number are. */
function describeRule({ kind, removed, of, windowMinutes, percent }: HeldRule): string {
  const share = of >= 3 && removed * 2 > of ? 'half' : `${percent} %`;
  return `${removed} of ${of} ${KINDS[kind]} would have been gone within ${windowMinutes} minutes, more than ${share}.`;
}
