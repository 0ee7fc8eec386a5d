import { send } from '../support/process.js';
import { GROUP_SCHEMA_URN, USER_SCHEMA_URN } from '../support/schema-urns.js';
import { type CompanyAccess } from './company-writer.js';
import {
  groupNameOf,
  possibleStates,
  userNameOf,
  type Entry,
  type GroupState,
  type WriterLedger,
} from './write-ledger.js';

/** What was found wrong, a sentence each. */
export interface Findings {
  /** Writes that were acknowledged and are not there. */
  readonly lost: string[];
  /** Writes of which a part is there. */
  readonly halfApplied: string[];
}

interface Resource {
  readonly id: string;
  readonly externalId?: string;
  readonly displayName?: string;
  readonly members?: readonly { readonly value: string }[];
  readonly meta: { readonly version: string };
}

interface User extends Resource {
  readonly userName: string;
  readonly title?: string;
  readonly nickName?: string;
}

/** A resource whose name nobody has, by what is known. */
interface FreeName {
  readonly path: '/Users' | '/Groups';
  readonly schemas: readonly string[];
  readonly userName?: string;
  readonly displayName?: string;
}

const PAGE = 500;
/** How many names of each writer's resources that are gone are tried again. */
const NAMES_TRIED = 3;

/** Compares a company with what its writers know of it, and tells the ledgers what became of unanswered writes. */
export class CompanyCheck {
  readonly findings: Findings = { lost: [], halfApplied: [] };

  constructor(
    private readonly base: string,
    private readonly company: CompanyAccess,
  ) {}

  async compare(ledgers: readonly WriterLedger[]): Promise<Findings> {
    const users = this.byKey(await this.list<User>('/Users', 'excludedAttributes=groups'));
    const groups = this.byKey(await this.list<Resource>('/Groups', ''));
    const keys = new Map([...users].map(([key, { id }]) => [id, key]));
    const free: FreeName[] = [];
    for (const ledger of ledgers) {
      free.push(...this.compareUsers(ledger, users).slice(0, NAMES_TRIED));
      free.push(...this.compareGroups(ledger, groups, keys).slice(0, NAMES_TRIED));
    }
    for (const key of [...users.keys(), ...groups.keys()])
      this.findings.lost.push(`${key} was deleted, or never asked for, and is there`);
    await this.compareSharedGroup(ledgers, keys);
    for (const name of free) await this.useName(name);
    return this.findings;
  }

  private compareUsers({ users }: WriterLedger, present: Map<string, User>): FreeName[] {
    const free: FreeName[] = [];
    for (const [key, entry] of users) {
      const user = take(present, key);
      const revision = user && Number(/\.(\d+)@/.exec(user.userName)?.[1]);
      if (
        user &&
        [user.displayName, user.title, user.nickName].some((value) => value !== `${key} ${revision}`)
      )
        this.findings.halfApplied.push(`user ${key}: ${JSON.stringify(user)}`);
      for (const state of possibleStates(entry))
        if (state !== undefined && state !== revision)
          free.push({ path: '/Users', schemas: [USER_SCHEMA_URN], userName: userNameOf(key, state) });
      if (!possibleStates(entry).includes(revision)) this.lose(`user ${key}`, entry, revision);
      settle(users, key, entry, user, revision);
    }
    return free;
  }

  private compareGroups(
    { groups }: WriterLedger,
    present: Map<string, Resource>,
    users: ReadonlyMap<string, string>,
  ): FreeName[] {
    const free: FreeName[] = [];
    const there = new Set(users.values());
    for (const [key, entry] of groups) {
      const group = take(present, key);
      const revision = group && Number(/ (\d+)$/.exec(group.displayName ?? '')?.[1]);
      const state = possibleStates(entry).find((each) => each?.revision === revision);
      if (state === undefined && !(group === undefined && possibleStates(entry).includes(undefined)))
        this.lose(`group ${key}`, entry, revision);
      if (group && state) this.compareMembers(key, group, entry, state, users, there);
      for (const other of possibleStates(entry))
        if (other !== undefined && other !== state)
          free.push({
            path: '/Groups',
            schemas: [GROUP_SCHEMA_URN],
            displayName: groupNameOf(key, other.revision),
          });
      settle(groups, key, entry, group, state);
    }
    return free;
  }

  private compareMembers(
    key: string,
    group: Resource,
    entry: Entry<GroupState>,
    state: GroupState,
    users: ReadonlyMap<string, string>,
    there: ReadonlySet<string>,
  ): void {
    const members = (group.members ?? []).map(({ value }) => users.get(value) ?? value).sort();
    // A deletion of a user takes him out of his groups; whether it was lost is told by the user.
    const expected = [...state.members].filter((member) => there.has(member)).sort();
    if (members.join() !== expected.join())
      this.findings.halfApplied.push(`group ${key} has ${members.join()} instead of ${expected.join()}`);
    const moved = group.meta.version !== entry.version;
    if (entry.version !== undefined && moved !== (state !== entry.acknowledged))
      this.findings.halfApplied.push(
        `group ${key} is of version ${group.meta.version}, not ${entry.version}`,
      );
  }

  /** Each addition to the shared group is a write of its own, and moves its version by one. */
  private async compareSharedGroup(
    ledgers: readonly WriterLedger[],
    users: ReadonlyMap<string, string>,
  ): Promise<void> {
    const group = await this.read<Resource>(`/Groups/${this.company.sharedGroup}`);
    const members = new Set((group.members ?? []).map(({ value }) => value));
    for (const { joined, joining } of ledgers) {
      for (const id of joined)
        if (!members.has(id)) this.findings.lost.push(`member ${id} of the shared group`);
      for (const id of joining) if (members.has(id)) joined.add(id);
      joining.clear();
    }
    const known = new Set(ledgers.flatMap(({ joined }) => [...joined]));
    for (const id of members)
      if (!known.has(id) || !users.has(id))
        this.findings.halfApplied.push(`member ${id} of the shared group`);
    if (group.meta.version !== `W/"${1 + members.size}"`)
      this.findings.halfApplied.push(`shared group: ${members.size} members, version ${group.meta.version}`);
  }

  private lose<State>(what: string, entry: Entry<State>, found: unknown): void {
    this.findings.lost.push(
      `${what}: acknowledged ${JSON.stringify(entry.acknowledged)}, found ${String(found)}`,
    );
  }

  /** A name that nobody has can be taken, and given back. */
  private async useName({ path, ...resource }: FreeName): Promise<void> {
    const { token } = this.company;
    const made = await send(this.base, token, 'POST', path, resource);
    const { id } = (await made.json()) as Resource;
    if (made.status !== 201) {
      this.findings.halfApplied.push(`${JSON.stringify(resource)} is free, and refused with ${made.status}`);
      return;
    }
    const gone = await send(this.base, token, 'DELETE', `${path}/${id}`);
    if (gone.status !== 204) throw new Error(`DELETE ${path}/${id}: ${gone.status}`);
  }

  /** By externalId, where there is one. */
  private byKey<Kind extends Resource>(resources: readonly Kind[]): Map<string, Kind> {
    const found = new Map<string, Kind>();
    for (const resource of resources) {
      if (resource.id === this.company.sharedGroup) continue;
      const key = resource.externalId ?? resource.id;
      if (found.has(key)) this.findings.halfApplied.push(`${key} is there twice`);
      found.set(key, resource);
    }
    return found;
  }

  private async list<Kind extends Resource>(path: string, query: string): Promise<Kind[]> {
    const found: Kind[] = [];
    for (;;) {
      const page = await this.read<{ totalResults: number; Resources?: Kind[] }>(
        `${path}?count=${PAGE}&startIndex=${found.length + 1}&${query}`,
      );
      found.push(...(page.Resources ?? []));
      if (page.Resources === undefined || page.Resources.length < PAGE) {
        if (page.totalResults !== found.length)
          this.findings.halfApplied.push(`${path}: ${found.length} listed, ${page.totalResults} counted`);
        return found;
      }
    }
  }

  private async read<Answer>(path: string): Promise<Answer> {
    const answer = await send(this.base, this.company.token, 'GET', path);
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Answer;
  }
}

function take<Value>(values: Map<string, Value>, key: string): Value | undefined {
  const value = values.get(key);
  values.delete(key);
  return value;
}

/** What was found counts from now on. */
function settle<State>(
  entries: Map<string, Entry<State>>,
  key: string,
  entry: Entry<State>,
  resource: Resource | undefined,
  state: State | undefined,
): void {
  if (resource === undefined || state === undefined) {
    entries.delete(key);
    return;
  }
  Object.assign(entry, {
    id: resource.id,
    acknowledged: state,
    unanswered: undefined,
    version: resource.meta.version,
  } satisfies Entry<State>);
}
