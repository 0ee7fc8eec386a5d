import { type MemberReference, UnknownMembersError } from '../../../src/protocol/error/scim-error.js';
import { evaluateFilter } from '../../../src/protocol/filter/evaluate-filter.js';
import { type MembershipChange, type MembershipPlan } from '../../../src/protocol/patch/change-set.js';
import { locationsBelow, representMember } from '../../../src/protocol/resource/representation.js';
import { type CompanyScope } from '../../../src/scim/company-scope.js';
import { type MemoryCompany } from './memory-company.js';

/** The members of a group after a write, and the references of the request that name nobody. */
export interface MembershipOutcome {
  readonly memberIds: ReadonlySet<string>;
  readonly ignoredMembers: readonly MemberReference[];
}

/**
 * What a plan makes of the members of a group.
 *
 * @throws UnknownMembersError where a reference names nobody and such references are not ignored
 */
export function planMembers(
  company: MemoryCompany,
  scope: CompanyScope,
  { steps, references, unknown = scope.settings.unknownMembers }: MembershipPlan,
  present: ReadonlySet<string>,
): MembershipOutcome {
  const ignoredMembers = references.filter((reference) => !isKnown(company, reference));
  if (ignoredMembers.length > 0 && unknown === 'reject') throw new UnknownMembersError(ignoredMembers);
  const known = references.filter((reference) => isKnown(company, reference));
  const named = new Set(known.map(({ value }) => value));
  const memberIds = steps.reduce((ids, step) => membersAfter(company, step, named, ids), present);
  return { memberIds, ignoredMembers };
}

/** Whether there is such a member, of the type that the reference names. */
function isKnown({ users, groups }: MemoryCompany, { value, type }: MemberReference): boolean {
  return (type !== 'Group' && users.has(value)) || (type !== 'User' && groups.has(value));
}

function membersAfter(
  company: MemoryCompany,
  step: MembershipChange,
  named: ReadonlySet<string>,
  ids: ReadonlySet<string>,
): ReadonlySet<string> {
  if (step.kind === 'removeWhere') {
    const kept = company
      .members(ids)
      .filter(
        (member) => !evaluateFilter(step.filter, { members: [representMember(member, locationsBelow(''))] }),
      );
    return new Set(kept.map(({ value }) => value));
  }
  const kept = step.clear ? [] : [...ids].filter((id) => !step.remove.includes(id));
  return new Set([...kept, ...step.add.filter((id) => named.has(id))]);
}
