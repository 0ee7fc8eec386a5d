import fc from 'fast-check';
import { type GuardLimit } from '../../src/administration/guard.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { insertUsers } from '../support/insert-resources.js';
import { runs } from '../support/property-runs.js';
import { type ScimClient } from '../support/scim-client.js';

let service: TestApplication;

beforeAll(async () => {
  service = await startTestApplication();
});
afterAll(() => service.close());

const USERS = 8;
const GROUPS = 3;

/** Users and groups are named by their places; what is beyond the first was made meanwhile. */
type Step =
  | { readonly kind: 'createUser' }
  | { readonly kind: 'createGroup'; readonly members: readonly number[] }
  | { readonly kind: 'activate' | 'deactivate' | 'deleteUser'; readonly user: number }
  | {
      readonly kind: 'add' | 'remove' | 'replace';
      readonly group: number;
      readonly members: readonly number[];
    }
  | { readonly kind: 'deleteGroup'; readonly group: number }
  | { readonly kind: 'release' }
  | { readonly kind: 'releaseShown' };

interface Limits {
  readonly users: GuardLimit;
  readonly memberships: GuardLimit;
  readonly group: GuardLimit;
}

/** What a company has: whether each user is active, and the members of each group. */
interface State {
  readonly users: ReadonlyMap<number, boolean>;
  readonly groups: ReadonlyMap<number, ReadonlySet<number>>;
}

const isTooMuch = (removed: number, there: number, { percent, min }: GuardLimit): boolean =>
  (removed >= min && removed * 100 > percent * there) || (there >= 3 && removed * 2 > there);

/** The guard as its guide describes it: it looks at what there was when counting began, and what would be left. */
class Model {
  before: State;
  isHeld = false;
  readonly shown = new Set<string>();
  readonly released = new Set<string>();

  constructor(
    public now: State,
    private readonly limits: Limits,
  ) {
    this.before = now;
  }

  /** Whether the change is carried out. */
  change(resource: string, after: State): boolean {
    if (!this.isLet(resource, after)) {
      this.isHeld = true;
      this.shown.add(resource);
      return false;
    }
    this.now = after;
    return true;
  }

  release(resources: readonly string[]): void {
    this.isHeld = false;
    this.before = this.now;
    for (const resource of resources) this.released.add(resource);
    this.shown.clear();
  }

  private isLet(resource: string, after: State): boolean {
    const lost = this.pairsLost(this.now, after);
    const loses = this.usersLost(this.now, after).length > 0;
    if (!loses && lost.length === 0) return true;
    const [type = '', place = ''] = resource.split(' ');
    const known: ReadonlyMap<number, unknown> = type === 'user' ? this.before.users : this.before.groups;
    if (!known.has(Number(place)) || this.released.has(resource)) return true;
    if (this.isHeld) return false;
    return !(
      (type === 'group' && this.isGroupOver(Number(place), after)) ||
      (loses && this.areUsersOver(after)) ||
      (lost.length > 0 && this.areMembershipsOver(after))
    );
  }

  private isGroupOver(group: number, after: State): boolean {
    const left = after.groups.get(group) ?? new Set<number>();
    const gone = [...(this.before.groups.get(group) ?? [])].filter(
      (member) => !left.has(member) && after.users.has(member),
    ).length;
    return isTooMuch(gone, left.size + gone, this.limits.group);
  }

  private areUsersOver(after: State): boolean {
    const gone = this.usersLost(this.before, after).filter((user) => !this.released.has(`user ${user}`));
    const deleted = gone.filter((user) => !after.users.has(user)).length;
    return isTooMuch(gone.length, after.users.size + deleted, this.limits.users);
  }

  private areMembershipsOver(after: State): boolean {
    const left = [...after.groups.values()].reduce((sum, members) => sum + members.size, 0);
    const gone = this.pairsLost(this.before, after).filter(
      ([group, member]) => !this.released.has(`group ${group}`) && !this.released.has(`user ${member}`),
    ).length;
    return isTooMuch(gone, left + gone, this.limits.memberships);
  }

  private usersLost({ users }: State, after: State): number[] {
    return [...users]
      .filter(([user, isActive]) => !after.users.has(user) || (isActive && after.users.get(user) === false))
      .map(([user]) => user);
  }

  private pairsLost({ groups }: State, after: State): [number, number][] {
    return [...groups].flatMap(([group, members]) =>
      [...members]
        .filter((member) => after.groups.get(group)?.has(member) !== true)
        .map((member): [number, number] => [group, member]),
    );
  }
}

/** Carries the steps out, by HTTP and on the model. */
class Company {
  private constructor(
    private readonly slug: string,
    private readonly client: ScimClient,
    private readonly userIds: string[],
    private readonly groupIds: string[],
    private readonly model: Model,
  ) {}

  static async make(limits: Limits, memberships: readonly (readonly number[])[]): Promise<Company> {
    const company = await service.company();
    const { slug } = company;
    const scim = await company.client();
    const userIds = [...(await insertUsers(service.database, slug, USERS))];
    const groupIds: string[] = [];
    for (const [place, members] of memberships.entries()) {
      const { body } = await scim.post('/Groups', {
        displayName: `group ${place}`,
        members: members.map((user) => ({ value: userIds[user] })),
      });
      groupIds.push(String(body.id));
    }
    await service.guard.setGuard(slug, { mode: 'hold', ...limits });
    const users = new Map(userIds.map((_id, place) => [place, true]));
    const groups = new Map(memberships.map((members, place) => [place, new Set(members)]));
    return new Company(slug, scim, userIds, groupIds, new Model({ users, groups }, limits));
  }

  /** @returns what was expected, and what was found */
  async carryOut(step: Step): Promise<readonly [expected: number, found: number]> {
    const { users, groups } = this.model.now;
    switch (step.kind) {
      case 'createUser': {
        const { status, body } = await this.client.post('/Users', {
          userName: `made ${this.userIds.length}`,
        });
        this.model.now = { users: new Map([...users, [this.userIds.length, true]]), groups };
        this.userIds.push(String(body.id));
        return [201, status];
      }
      case 'createGroup': {
        const members = this.present(step.members);
        const { status, body } = await this.client.post('/Groups', this.group(this.groupIds.length, members));
        this.model.now = { users, groups: new Map([...groups, [this.groupIds.length, new Set(members)]]) };
        this.groupIds.push(String(body.id));
        return [201, status];
      }
      case 'activate':
      case 'deactivate':
        return this.switch(step.user % this.userIds.length, step.kind === 'activate');
      case 'deleteUser':
        return this.deleteUser(step.user % this.userIds.length);
      case 'deleteGroup': {
        const place = step.group % this.groupIds.length;
        const { status } = await this.client.delete(`/Groups/${this.groupIds[place]}`);
        if (!groups.has(place)) return [404, status];
        const after = { users, groups: without(groups, place) };
        return [this.model.change(`group ${place}`, after) ? 204 : 429, status];
      }
      case 'release':
      case 'releaseShown':
        return this.release(step.kind === 'releaseShown');
      case 'add':
      case 'remove':
      case 'replace':
        return this.changeMembers(step.kind, step.group % this.groupIds.length, this.present(step.members));
    }
  }

  private async switch(place: number, active: boolean): Promise<readonly [number, number]> {
    const { users, groups } = this.model.now;
    const { status } = await this.client.patch(`/Users/${this.userIds[place]}`, [
      { op: 'replace', path: 'active', value: active },
    ]);
    if (!users.has(place)) return [404, status];
    const after = { users: new Map([...users, [place, active]]), groups };
    return [this.model.change(`user ${place}`, after) ? 200 : 429, status];
  }

  private async deleteUser(place: number): Promise<readonly [number, number]> {
    const { users, groups } = this.model.now;
    const { status } = await this.client.delete(`/Users/${this.userIds[place]}`);
    if (!users.has(place)) return [404, status];
    const left = [...groups].map(
      ([group, members]) => [group, new Set([...members].filter((each) => each !== place))] as const,
    );
    const after = { users: without(users, place), groups: new Map(left) };
    return [this.model.change(`user ${place}`, after) ? 204 : 429, status];
  }

  private async changeMembers(
    kind: 'add' | 'remove' | 'replace',
    place: number,
    members: readonly number[],
  ): Promise<readonly [number, number]> {
    const { users, groups } = this.model.now;
    const path = `/Groups/${this.groupIds[place]}`;
    const value = members.map((user) => ({ value: this.userIds[user] }));
    const { status } =
      kind === 'replace'
        ? await this.client.put(path, this.group(place, members))
        : await this.client.patch(path, [{ op: kind, path: 'members', value }]);
    const present = groups.get(place);
    if (present === undefined) return [404, status];
    const left = {
      add: () => [...present, ...members],
      remove: () => [...present].filter((member) => !members.includes(member)),
      replace: () => members,
    }[kind]();
    const after = { users, groups: new Map([...groups, [place, new Set(left)]]) };
    const done = kind === 'replace' ? 200 : 204;
    return [this.model.change(`group ${place}`, after) ? done : 429, status];
  }

  private async release(ofShown: boolean): Promise<readonly [number, number]> {
    const { isHeld, shown } = this.model;
    if (!isHeld) return [0, (await service.guard.showGuard(this.slug)).held === null ? 0 : 1];
    const resources = ofShown ? [...shown] : [];
    const ids = resources.map((resource) => {
      const [type, place] = resource.split(' ');
      return (type === 'user' ? this.userIds : this.groupIds)[Number(place)]!;
    });
    const { held } = await service.guard.showGuard(this.slug);
    const listed = shown.size;
    await service.guard.releaseHold(this.slug, ids);
    this.model.release(resources);
    return [listed, held?.removals ?? -1];
  }

  private present(members: readonly number[]): number[] {
    const places = members.map((user) => user % this.userIds.length);
    return [...new Set(places)].filter((user) => this.model.now.users.has(user));
  }

  private group(place: number, members: readonly number[]): object {
    return {
      displayName: `group ${place}`,
      members: members.map((user) => ({ value: this.userIds[user] })),
    };
  }
}

function without<V>(map: ReadonlyMap<number, V>, key: number): Map<number, V> {
  return new Map([...map].filter(([each]) => each !== key));
}

const places = (maxLength: number): fc.Arbitrary<number[]> =>
  fc.uniqueArray(fc.nat(USERS + 3), { maxLength });
const user = fc.nat(USERS + 3);
const group = fc.nat(GROUPS);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('createUser' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('createGroup' as const), members: places(6) }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constantFrom('activate' as const, 'deactivate', 'deleteUser'), user }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('add' as const, 'remove', 'remove', 'replace'),
      group,
      members: places(6),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deleteGroup' as const), group }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('release' as const, 'releaseShown') }) },
);
const limit = (most: number): fc.Arbitrary<GuardLimit> =>
  fc.record({ percent: fc.integer({ min: 5, max: 80 }), min: fc.integer({ min: 1, max: most }) });

it('judges every request as the model does', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ users: limit(4), memberships: limit(8), group: limit(4) }),
      fc.array(fc.uniqueArray(fc.nat(USERS - 1)), { minLength: GROUPS, maxLength: GROUPS }),
      fc.array(step, { minLength: 5, maxLength: 25 }),
      async (limits, memberships, steps) => {
        const company = await Company.make(limits, memberships);
        for (const [index, each] of steps.entries()) {
          const [expected, found] = await company.carryOut(each);
          expect([index, each, found]).toEqual([index, each, expected]);
        }
      },
    ),
    runs(15),
  );
}, 180_000);
