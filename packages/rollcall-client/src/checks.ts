import { type Connection } from './connection.js';
import { FormatError } from './errors.js';
import { companyPath } from './feed.js';

/** What counts as a membership. */
export interface MembershipRule {
  /** Only members of the group itself, and none by way of a group in it. */
  readonly direct?: boolean;
  /** Users who are not active too. */
  readonly includeInactive?: boolean;
}

/** What users are named by; `id` where nothing is said. Several may have one `externalId` or `email`: then none is a member. */
export type UserIdType = 'id' | 'userName' | 'externalId' | 'email';
/** What groups are named by; `id` where nothing is said. */
export type GroupIdType = 'id' | 'externalId' | 'displayName';

/** A user and a group. */
export interface MembershipPair {
  readonly user: string;
  readonly group: string;
}

interface Asked {
  readonly userIdType?: UserIdType;
  readonly signal?: AbortSignal | undefined;
}

export interface CheckOptions extends MembershipRule, Asked {
  readonly groupIdType?: GroupIdType;
}

export interface EffectiveGroupsOptions extends MembershipRule, Asked {}

/** Why a user is no member, where the answer alone does not show it: inactive, an ambiguous name, or a suspended company. */
export type NoMembershipReason = 'inactive' | 'ambiguous' | 'suspended';

/** Whether a user is a member of a group. */
export interface MembershipDecision {
  readonly member: boolean;
  readonly reason?: NoMembershipReason | undefined;
}

/** A group that a user is in. */
export interface EffectiveGroup {
  readonly id: string;
  readonly displayName: string;
  readonly externalId?: string | undefined;
  /** Whether the user is a member of the group itself. */
  readonly type: 'direct' | 'indirect';
}

/** How many pairs one request may have. */
const MOST_PAIRS = 1000;
/** How many groups a page has. */
const COUNT = 200;

/** Asks about one pair. */
export async function checkOne(
  connection: Connection,
  company: string,
  { user, group }: MembershipPair,
  { signal, ...options }: CheckOptions,
): Promise<boolean> {
  const path = `${companyPath(company)}/check`;
  const answer = await connection.json({ path, query: { user, group, ...options }, signal });
  return requireDecision(answer, `GET ${path}`).member;
}

/** Asks about any number of pairs, 1,000 a request. Each request is answered as of one moment. */
export async function decideAll(
  connection: Connection,
  company: string,
  pairs: readonly MembershipPair[],
  { signal, ...options }: CheckOptions,
): Promise<MembershipDecision[]> {
  const path = `${companyPath(company)}/checks`;
  const decisions: MembershipDecision[] = [];
  for (let start = 0; start < pairs.length; start += MOST_PAIRS) {
    const checks = pairs.slice(start, start + MOST_PAIRS).map(({ user, group }) => ({ user, group }));
    const answer = (await connection.json({ path, body: { checks, ...options }, signal })) as {
      readonly results?: unknown;
    } | null;
    const results: unknown = answer?.results;
    if (!Array.isArray(results) || results.length !== checks.length) {
      throw new FormatError(`POST ${path}: not as many answers as there were pairs.`);
    }
    for (const result of results) decisions.push(requireDecision(result, `POST ${path}`));
  }
  return decisions;
}

/** The groups of a user, nested ones included. */
export async function* listGroups(
  connection: Connection,
  company: string,
  user: string,
  { signal, ...options }: EffectiveGroupsOptions,
): AsyncGenerator<EffectiveGroup, void, undefined> {
  const path = `${companyPath(company)}/users/${encodeURIComponent(user)}/effective-groups`;
  let cursor: string | undefined;
  do {
    const query = { ...options, count: COUNT, cursor };
    const page = (await connection.json({ path, query, signal })) as {
      readonly items?: readonly EffectiveGroup[];
      readonly next?: string | null;
    } | null;
    if (!Array.isArray(page?.items)) throw new FormatError(`GET ${path}: no page of groups.`);
    yield* page.items as readonly EffectiveGroup[];
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}

/** Anything but `true` or `false` must not be taken for an answer. */
function requireDecision(answer: unknown, where: string): MembershipDecision {
  const decision = answer as Partial<MembershipDecision> | null;
  if (typeof decision?.member !== 'boolean') throw new FormatError(`${where}: no decision.`);
  return decision as MembershipDecision;
}
