import { type MembershipPlan } from '../../src/protocol/patch/change-set.js';
import { type Attributes, type StoredGroup } from '../../src/protocol/resource/resource.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { type GroupUpdate, type WrittenGroup } from '../../src/scim/groups/groups.store.js';
import { delta, membersOf } from '../db/store-rig.js';
import { type Stores } from './stores.js';

const WITH_MEMBERS = { members: true };

/** Writes users and groups of one company, as tests of groups need them. */
export class GroupWrites {
  constructor(
    private readonly stores: Stores,
    readonly scope: CompanyScope,
  ) {}

  /** Makes users `u0`, `u1`, … with the display names `U0`, `U1`, …, and returns their ids. */
  async users(count: number): Promise<string[]> {
    const made = [];
    for (let index = 0; index < count; index++) {
      const attributes = { userName: `u${index}`, displayName: `U${index}` };
      made.push(
        (await this.stores.users.insert(this.scope, attributes, { groups: false, manager: false })).id,
      );
    }
    return made;
  }

  async group(displayName: string, add: readonly string[] = []): Promise<StoredGroup> {
    return (await this.stores.groups.insert(this.scope, { displayName }, delta({ add }), WITH_MEMBERS)).group;
  }

  /** Changes members, and attributes only where it is said how. */
  update(
    id: string,
    membership: MembershipPlan,
    { change = (attributes: Attributes) => attributes, precondition }: Partial<GroupUpdate> = {},
  ): Promise<WrittenGroup | undefined> {
    return this.stores.groups.update(this.scope, id, { change, membership, precondition }, WITH_MEMBERS);
  }
}

/** The ids of the members that a write answers. */
export const idsIn = async (written: WrittenGroup | undefined): Promise<string[]> =>
  (await membersOf(written?.group)).map(({ value }) => value);
