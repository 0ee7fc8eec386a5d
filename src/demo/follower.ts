import { setTimeout as sleep } from 'node:timers/promises';
import { MembershipCache, RollcallClient } from 'rollcall-client';
import { type ExpectedCompany, nameOf } from './expected-company.js';
import { type Problem } from './scim-client.js';

/** How long a change may take to reach the follower. */
const LIMIT_MS = 30_000;
const LOOK_MS = 20;

/** What the follower's copy holds. */
export interface FollowedCompany {
  readonly users: number;
  readonly groups: number;
  readonly memberships: number;
}

/** A service that keeps a copy of the company by the feed of changes, as a platform does. */
export class Follower {
  private readonly cache = new MembershipCache();
  private readonly stop = new AbortController();
  private readonly followed: Promise<unknown>;

  /** Begins to follow. */
  constructor(origin: string, token: string, company: string) {
    const client = new RollcallClient({ baseUrl: origin, token });
    this.followed = client
      .follow(company, this.cache, { signal: this.stop.signal })
      .catch((error: unknown) => error);
  }

  /** Waits until the copy is as expected, and returns what still differs when the time is over. */
  async compare(expected: ExpectedCompany, signal: AbortSignal): Promise<readonly Problem[]> {
    const deadline = performance.now() + LIMIT_MS;
    for (;;) {
      const problems = this.problems(expected);
      if (problems.length === 0 || performance.now() > deadline) return problems;
      await sleep(LOOK_MS, undefined, { signal });
    }
  }

  get found(): FollowedCompany {
    return this.cache.position() === undefined ? { users: 0, groups: 0, memberships: 0 } : this.cache.size;
  }

  /** Stops following. Throws the error with which following has failed, if it has. */
  async end(): Promise<void> {
    this.stop.abort();
    const error = await this.followed;
    if (error !== this.stop.signal.reason) throw error;
  }

  private problems({ users, groups }: ExpectedCompany): readonly Problem[] {
    if (this.cache.position() === undefined) return [{ expected: 'a snapshot', received: 'none' }];
    const { size } = this.cache;
    const members = [...groups].reduce((sum, group) => sum + group.members.size, 0);
    const expected = `${users.size} users, ${groups.size} groups, ${members} memberships`;
    const received = `${size.users} users, ${size.groups} groups, ${size.memberships} memberships`;
    if (received !== expected) return [{ expected, received }];
    const inactive = [...users].filter(({ id = '', active }) => this.cache.user(id)?.active !== active);
    const missing = [...groups].flatMap((group) =>
      [...group.members]
        .filter(({ id = '' }) => !this.cache.directMembers(group.id ?? '').has(id))
        .map((member) => `${nameOf(member)} in ${nameOf(group)}`),
    );
    return [
      ...inactive.map((user) => ({
        expected: `${nameOf(user)} active: ${user.active}`,
        received: 'otherwise',
      })),
      ...missing.map((membership) => ({ expected: membership, received: 'no membership' })),
    ];
  }
}
