import {
  type EffectiveGroup,
  type Listed,
  type ListedPart,
  MembershipChecksStore,
} from '../../checks/membership-checks.store.js';
import {
  type MembershipDecision,
  type MembershipQuestion,
  type MembershipRule,
  type NamedGroup,
  type NamedUser,
  type NoMembershipReason,
} from '../../checks/membership-question.js';
import { type ScimError, tooMany } from '../../protocol/error/scim-error.js';
import { type SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { type IndexedForms } from '../indexed-forms/indexed-forms.js';
import { type CompanyTransaction } from '../transaction/company-transaction.js';
import { askedQuestions, type AskedQuestions } from './asked-questions.js';
import { climbLevels, type LevelRow, verdictsOf } from './climb-levels.js';
import {
  FIRST,
  type GroupOfUserRow,
  listGroups,
  listUsers,
  type UserOfGroupRow,
} from './list-memberships.js';
import { NamedResources } from './named-resources.js';
import { walkEachUser } from './walk-each-user.js';
import { WALK_LIMITS, type WalkLimits } from './walks.js';

/** By the letters of {@link walkEachUser}. */
const DECISIONS: Readonly<Record<string, MembershipDecision>> = {
  m: { member: true },
  n: { member: false },
  i: { member: false, reason: 'inactive' },
  a: { member: false, reason: 'ambiguous' },
};

/** How many memberships are read to be looked through here. What is more is left to the database. */
const MOST_READ = 10_000;

/** {@link MembershipChecksStore} in PostgreSQL: one named statement a call, and a second one for uncommonly many groups. */
export class PostgresMembershipChecksStore extends MembershipChecksStore {
  private readonly named: NamedResources;

  constructor(
    private readonly transaction: CompanyTransaction,
    schemas: SchemaRegistry,
    indexed: IndexedForms,
    private readonly most: WalkLimits = WALK_LIMITS,
  ) {
    super();
    this.named = new NamedResources(schemas, indexed);
  }

  override async decide(
    scope: CompanyScope,
    questions: readonly MembershipQuestion[],
  ): Promise<readonly MembershipDecision[]> {
    if (questions.length === 0) return [];
    const asked = askedQuestions(scope, this.named, questions);
    const most = Math.min(MOST_READ, this.most.up);
    const [levels] = await this.transaction.read(scope, [climbLevels(asked, most)]);
    const verdicts =
      verdictsOf((levels?.rows ?? []) as unknown as readonly LevelRow[], most) ??
      (await this.walk(scope, asked));
    return [...verdicts].map((letter) => {
      const decision = DECISIONS[letter];
      if (decision === undefined) throw this.tooManyGroups();
      return decision;
    });
  }

  override async groupsOf(
    scope: CompanyScope,
    user: NamedUser,
    rule: MembershipRule,
    part: ListedPart,
  ): Promise<Listed<EffectiveGroup> | undefined> {
    const [found] = await this.transaction.read(scope, [
      listGroups(scope, this.named, user, rule, part, this.most.up),
    ]);
    const rows = (found?.rows ?? []) as unknown as readonly GroupOfUserRow[];
    const [first] = rows;
    if (first === undefined) return undefined;
    if (first.too_many) throw this.tooManyGroups();
    const groups = rows.flatMap(({ id, display_name: displayName, external_id, direct }) =>
      id === null ? [] : [{ id, displayName, externalId: external_id ?? undefined, direct }],
    );
    const inactive = first.inactive && !rule.includeInactive;
    return {
      ...reasonFor(first, inactive),
      items: groups.slice(0, part.limit),
      next: nextOf(groups, part),
    };
  }

  override async usersOf(
    scope: CompanyScope,
    group: NamedGroup,
    rule: MembershipRule,
    part: ListedPart,
  ): Promise<Listed<string>> {
    const [found] = await this.transaction.read(scope, [
      listUsers(scope, this.named, group, rule, part, this.most.down),
    ]);
    const rows = (found?.rows ?? []) as unknown as readonly UserOfGroupRow[];
    const [first] = rows;
    if (first?.too_many) throw this.tooManyBelow();
    const users = rows.flatMap(({ id, inactive }) => (id === null ? [] : [{ id, inactive }]));
    const listed = users.slice(0, part.limit).filter(({ inactive }) => rule.includeInactive || !inactive);
    return {
      ...(first && reasonFor(first, false)),
      items: listed.map(({ id }) => id),
      next: nextOf(users, part),
    };
  }

  private async walk(scope: CompanyScope, asked: AskedQuestions): Promise<string> {
    const [found] = await this.transaction.read(scope, [walkEachUser(asked, this.most.up)]);
    const [row] = (found?.rows ?? []) as unknown as readonly { readonly verdicts: string }[];
    return row?.verdicts ?? '';
  }

  private tooManyGroups(): ScimError {
    return tooMany(
      `The users that are asked about are in more than ${this.most.up} groups, those of groups in groups included. ` +
        'Ask about fewer users in one request, or for direct memberships.',
    );
  }

  private tooManyBelow(): ScimError {
    return tooMany(
      `More than ${this.most.down} groups are members of this group, those of groups in groups included. ` +
        'Ask for its direct members.',
    );
  }
}

/** @param found one more than the part may have, if there are any behind it */
const nextOf = (
  found: readonly { readonly id: string }[],
  { limit, after = FIRST }: ListedPart,
): string | undefined => (found.length > limit ? (found[limit - 1]?.id ?? after) : undefined);

function reasonFor(
  { hits }: { readonly hits: string },
  inactive: boolean,
): { readonly reason?: NoMembershipReason } {
  if (Number(hits) > 1) return { reason: 'ambiguous' };
  return inactive ? { reason: 'inactive' } : {};
}
