import { setTimeout as sleep } from 'node:timers/promises';
import { send } from '../support/process.js';
import { GROUP_SCHEMA_URN, PATCH_URN, USER_SCHEMA_URN } from '../support/schema-urns.js';
import {
  emptyLedger,
  groupNameOf,
  newEntry,
  userNameOf,
  type Entry,
  type GroupState,
  type WriterLedger,
} from './write-ledger.js';

/** Where a company's writers send their requests. */
export interface CompanyAccess {
  readonly token: string;
  /** Id of the group that every writer adds users to. */
  readonly sharedGroup: string;
}

/** How many users and groups a writer has at least before it deletes any. */
const LEAST_USERS = 8;
const LEAST_GROUPS = 3;
/** How many members a group begins with. */
const FIRST_MEMBERS = 3;
/** Begins the keys of users who are in the group of all writers. */
const JOINED = 'j';

/**
 * One client that writes to resources of its own, one request after the other, and keeps a ledger of the answers. What
 * it writes several values of is of one revision as a whole, so that half a write can be told.
 */
export class CompanyWriter {
  readonly ledger: WriterLedger = emptyLedger();
  private next = 0;

  /**
   * @param moved how many members a change of a group brings, and how many it takes away
   * @param pauseMs how long it waits after a 503
   */
  constructor(
    private readonly name: string,
    private readonly company: CompanyAccess,
    private readonly moved = 1,
    private readonly pauseMs = 0,
  ) {}

  private get leastUsers(): number {
    return LEAST_USERS + 2 * (this.moved - 1);
  }

  /** Writes until the outcome of a write is not known, or `isOver` says so. */
  async write(base: string, isOver: () => boolean): Promise<void> {
    for (let goesOn = true; goesOn && !isOver();) goesOn = await this.turn(base);
  }

  private async turn(base: string): Promise<boolean> {
    const turns = [
      () => this.join(base),
      () => this.changeUser(base),
      () => this.createGroup(base),
      () => this.changeGroup(base),
      () => this.createUser(base, this.newKey()),
      () => this.changeUser(base),
      () => this.changeGroup(base),
      () => this.deleteUser(base),
      () => this.deleteGroup(base),
    ];
    if (this.presentUsers().length < this.leastUsers) return this.createUser(base, this.newKey());
    if (this.presentGroups().length < LEAST_GROUPS) return this.createGroup(base);
    return turns[this.next % turns.length]!();
  }

  private createUser(base: string, key: string): Promise<boolean> {
    const entry = newEntry<number>();
    this.ledger.users.set(key, entry);
    const body = { schemas: [USER_SCHEMA_URN], externalId: key, ...userValues(key, 0) };
    return this.change(base, entry, 0, 'POST', '/Users', body);
  }

  /** Four values, one of them unique, in four operations. */
  private async changeUser(base: string): Promise<boolean> {
    const [key, entry] = this.pick(this.presentUsers());
    this.next += 1;
    const revision = entry.acknowledged + 1;
    const operations = Object.entries(userValues(key, revision)).map(([path, value]) => ({
      op: 'replace',
      path,
      value,
    }));
    return this.patch(base, `/Users/${entry.id}`, entry, revision, operations);
  }

  private async deleteUser(base: string): Promise<boolean> {
    this.next += 1;
    const users = this.presentUsers();
    if (users.length <= this.leastUsers) return true;
    const [, entry] = this.pick(users);
    // The groups whose member the user was are changed, too.
    for (const group of this.ledger.groups.values()) group.version = undefined;
    return this.change(base, entry, undefined, 'DELETE', `/Users/${entry.id}`);
  }

  private async createGroup(base: string): Promise<boolean> {
    const key = this.newKey('g');
    const entry = newEntry<GroupState>();
    this.ledger.groups.set(key, entry);
    const members = new Map(this.presentUsers().slice(0, Math.max(FIRST_MEMBERS, this.moved)));
    return this.change(base, entry, { revision: 0, members: new Set(members.keys()) }, 'POST', '/Groups', {
      schemas: [GROUP_SCHEMA_URN],
      externalId: key,
      displayName: groupNameOf(key, 0),
      members: [...members.values()].map(({ id }) => ({ value: id })),
    });
  }

  /** A new name, some members less, each by an operation of its own, and as many more. */
  private async changeGroup(base: string): Promise<boolean> {
    const [key, entry] = this.pick(this.presentGroups());
    this.next += 1;
    const revision = entry.acknowledged.revision + 1;
    const users = new Map(this.presentUsers());
    const present = [...entry.acknowledged.members].filter((member) => users.has(member));
    const removed = present.slice(0, this.moved);
    const before = new Set(present);
    const added = [...users.keys()]
      .reverse()
      .filter((member) => !before.has(member))
      .slice(0, this.moved);
    const members = new Set([...present.slice(removed.length), ...added]);
    const operations: object[] = [{ op: 'replace', path: 'displayName', value: groupNameOf(key, revision) }];
    for (const member of removed)
      operations.push({ op: 'remove', path: `members[value eq "${users.get(member)!.id}"]` });
    if (added.length > 0) {
      const value = added.map((member) => ({ value: users.get(member)!.id }));
      operations.push({ op: 'add', path: 'members', value });
    }
    return this.patch(base, `/Groups/${entry.id}`, entry, { revision, members }, operations);
  }

  private async deleteGroup(base: string): Promise<boolean> {
    this.next += 1;
    const groups = this.presentGroups();
    if (groups.length <= LEAST_GROUPS) return true;
    const [, entry] = this.pick(groups);
    return this.change(base, entry, undefined, 'DELETE', `/Groups/${entry.id}`);
  }

  /** Adds a new user to the group of all writers. Nobody changes or deletes him. */
  private async join(base: string): Promise<boolean> {
    const key = this.newKey(JOINED);
    if (!(await this.createUser(base, key))) return false;
    const { id } = this.ledger.users.get(key)!;
    if (id === undefined) return true;
    this.ledger.joining.add(id);
    const entry = newEntry<number>();
    const goesOn = await this.patch(base, `/Groups/${this.company.sharedGroup}`, entry, 0, [
      { op: 'add', path: 'members', value: [{ value: id }] },
    ]);
    if (entry.unanswered === undefined) this.ledger.joining.delete(id);
    if (entry.acknowledged !== undefined) this.ledger.joined.add(id);
    return goesOn;
  }

  private patch<State>(
    base: string,
    path: string,
    entry: Entry<State>,
    state: State,
    operations: readonly object[],
  ): Promise<boolean> {
    return this.change(base, entry, state, 'PATCH', path, { schemas: [PATCH_URN], Operations: operations });
  }

  /** @returns whether its outcome is known, and right */
  private async change<State>(
    base: string,
    entry: Entry<State>,
    state: State | undefined,
    ...[method, path, body]: [method: string, path: string, body?: unknown]
  ): Promise<boolean> {
    entry.unanswered = { state };
    const answer = await send(base, this.company.token, method, path, body).catch(() => undefined);
    const text = await answer?.text().catch(() => undefined);
    if (answer === undefined || text === undefined || isOutcomeUnknown(answer.status, text)) {
      this.ledger.unanswered += 1;
      if (text === undefined) this.ledger.silent += 1;
      return false;
    }
    entry.unanswered = undefined;
    // Any other 503 says that nothing was changed.
    if (answer.status === 503) {
      this.ledger.unavailable += 1;
      if (this.pauseMs > 0) await sleep(this.pauseMs);
      return true;
    }
    if (!answer.ok) {
      this.ledger.refused.push(`${method} ${path}: ${answer.status} ${text}`);
      return false;
    }
    this.ledger.acknowledged += 1;
    entry.acknowledged = state;
    entry.version = answer.headers.get('etag') ?? undefined;
    entry.id ??= answer.headers.get('location')?.split('/').at(-1);
    return true;
  }

  private presentUsers(): [string, Entry<number> & { acknowledged: number }][] {
    return present(this.ledger.users).filter(([key]) => !key.startsWith(`${this.name}-${JOINED}`));
  }

  private presentGroups(): [string, Entry<GroupState> & { acknowledged: GroupState }][] {
    return present(this.ledger.groups);
  }

  private newKey(kind = 'u'): string {
    return `${this.name}-${kind}${this.next++}`;
  }

  private pick<Value>(values: readonly Value[]): Value {
    return values[Math.floor(Math.random() * values.length)]!;
  }
}

/** A 503 that can't tell whether its COMMIT was carried out says so. */
const isOutcomeUnknown = (status: number, text: string): boolean => status === 503 && /unknown/.test(text);

const userValues = (key: string, revision: number): Readonly<Record<string, string>> => ({
  userName: userNameOf(key, revision),
  displayName: `${key} ${revision}`,
  title: `${key} ${revision}`,
  nickName: `${key} ${revision}`,
});

function present<State>(
  entries: ReadonlyMap<string, Entry<State>>,
): [string, Entry<State> & { acknowledged: State }][] {
  return [...entries].filter(
    (each): each is [string, Entry<State> & { acknowledged: State }] => each[1].acknowledged !== undefined,
  );
}
