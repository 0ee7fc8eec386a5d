import { Injectable } from '@nestjs/common';
import { type Dialect } from '../../protocol/dialect/dialect.js';
import { type MemberReference } from '../../protocol/error/scim-error.js';
import { type ListRequest } from '../../protocol/message/list-request.js';
import { sentInBody, sentInChanges, type SentAttributes } from '../../protocol/message/sent-attributes.js';
import { applyChangeSetWork } from '../../protocol/patch/apply-change-set.js';
import { type ChangeSet, type MembershipPlan } from '../../protocol/patch/change-set.js';
import { planMembershipWork, relativeReferences } from '../../protocol/patch/membership-plan.js';
import { PatchOperationEngine, type PatchOptions } from '../../protocol/patch/patch-operation-engine.js';
import { refuseFalseClaims } from '../../protocol/patch/read-only-claims.js';
import { lostNames, type Ignored } from '../../protocol/resource/lost-values.js';
import { readResourceWork, type ReadResource } from '../../protocol/resource/read-resource.js';
import { completeNew, mergeReplacement } from '../../protocol/resource/replacement.js';
import {
  locationsBelow,
  representGroupHead,
  type ResourceLocations,
} from '../../protocol/resource/representation.js';
import { type StoredGroup } from '../../protocol/resource/resource.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { SLICE, type Work } from '../../protocol/work.js';
import { type CompanyScope, type CompanySettings } from '../company-scope.js';
import { type ListPage } from '../cursors/cursor-pages.js';
import { inPieces } from '../in-pieces.js';
import { ListPlanner } from '../lists/list-planner.js';
import { type Precondition, requireVersion } from '../precondition.js';
import { requireBody, type RequestBody } from '../request-body.js';
import { preferTargetErrors, requireFound, type Outcome } from '../request-target.js';
import { GroupsStore, type GroupRead, type WrittenGroup } from './groups.store.js';

export interface GroupWrite {
  readonly body: RequestBody;
  readonly dialect: Dialect;
  readonly read: GroupRead;
  readonly precondition?: Precondition | undefined;
  /** What becomes of member ids that name nobody, where a wire format decides it and not the company. */
  readonly unknownMembers?: CompanySettings['unknownMembers'];
  /**
   * By a member's id: as what types of resource the body names it, where the ids of a wire format tell. A member of
   * another type is unknown; one that is not in the map may be of any.
   */
  readonly memberTypes?: ReadonlyMap<string, ReadonlySet<'User' | 'Group'>>;
  /** Whether `create` may bring back nothing that was there before: it throws `ExistedBeforeError` instead. */
  readonly mustBeNew?: boolean;
}

export interface GroupPatch extends GroupWrite, PatchOptions {
  /** Where the client finds resources: it may repeat read-only URIs. */
  readonly locations: ResourceLocations;
}

const NOWHERE = locationsBelow('');

/**
 * What can be done with the groups of a company. Every method may throw `ScimError`: 400 with the `scimType` that
 * fits, `UnknownMembersError`, 404 where the company has no such group, 409 `uniqueness`, 412 where the
 * precondition fails.
 */
@Injectable()
export class GroupsService {
  constructor(
    private readonly store: GroupsStore,
    private readonly patchEngine: PatchOperationEngine,
    private readonly lists: ListPlanner,
    private readonly schemas: SchemaRegistry,
  ) {}

  async get(scope: CompanyScope, id: string, read: GroupRead): Promise<StoredGroup> {
    return requireFound(id, await this.store.find(scope, id, read));
  }

  async list(scope: CompanyScope, request: ListRequest, read: GroupRead): Promise<ListPage<StoredGroup>> {
    const plan = this.lists.plan(scope, request, [this.schemas.group]);
    const page = await this.store.list(scope, plan, read);
    return this.lists.answer(scope, request, plan, page);
  }

  /** RFC 7644 §3.3: POST creates a resource; its id and meta are the server's. */
  async create(scope: CompanyScope, write: GroupWrite): Promise<Outcome<StoredGroup>> {
    const read = await this.readGroup(write);
    const { attributes, members = [] } = read;
    const written = await this.store.insert(
      scope,
      completeNew(attributes, this.schemas.group),
      await inPieces(membersExactly(members, write)),
      write.read,
      write.mustBeNew,
    );
    return this.outcome(written, read, sentInBody(attributes, this.schemas.group));
  }

  /** RFC 7644 §3.5.1: PUT replaces what a client may write, and creates nothing. A body without `members` empties the group. */
  async replace(scope: CompanyScope, id: string, write: GroupWrite): Promise<Outcome<StoredGroup>> {
    const replacement = await this.judge(scope, id, write, () => this.readGroup(write));
    const membership = await inPieces(membersExactly(replacement.members ?? [], write));
    const written = await this.store.update(
      scope,
      id,
      {
        change: (attributes) => mergeReplacement(attributes, replacement, this.schemas.group),
        membership,
        precondition: write.precondition,
      },
      write.read,
    );
    const sent = sentInBody(replacement.attributes, this.schemas.group);
    return this.outcome(requireFound(id, written), replacement, sent);
  }

  /** RFC 7644 §3.5.2: PATCH makes all changes that its operations name, or none. The members are changed without being read. */
  async patch(scope: CompanyScope, id: string, patch: GroupPatch): Promise<Outcome<StoredGroup>> {
    const plan = await this.judge(scope, id, patch, async () => {
      const planning = this.patchEngine.planWork(requireBody(patch.body), this.schemas.group, patch);
      const changes = await inPieces(planning);
      const membership = await inPieces(planMembershipWork(changes));
      return { changes, membership: relativeReferences(membership, patch.locations.baseUri) };
    });
    await this.checkClaims(scope, id, plan.changes, patch);
    const written = await this.store.update(
      scope,
      id,
      {
        change: (attributes) => inPieces(applyChangeSetWork(attributes, plan.changes, this.schemas.group)),
        membership: await inPieces(referencesAsAsked(plan.membership, patch)),
        precondition: patch.precondition,
      },
      patch.read,
    );
    return this.outcome(requireFound(id, written), plan.changes, sentInChanges(plan.changes.changes));
  }

  async delete(scope: CompanyScope, id: string, precondition?: Precondition): Promise<void> {
    requireFound(id, (await this.store.delete(scope, id, precondition)) || undefined);
  }

  private async readGroup({ body, dialect }: GroupWrite): Promise<ReadResource> {
    return inPieces(readResourceWork(requireBody(body), this.schemas.group, { dialect }));
  }

  /** A strict PATCH may repeat read-only values as they are (RFC 7644 §3.5.2). */
  private async checkClaims(
    scope: CompanyScope,
    id: string,
    { claims }: ChangeSet,
    { locations, precondition }: GroupPatch,
  ): Promise<void> {
    if (claims.length === 0) return;
    const group = await this.get(scope, id, { members: false });
    requireVersion(precondition, group.version);
    refuseFalseClaims(claims, representGroupHead(group, this.schemas.group, locations));
  }

  private outcome(written: WrittenGroup, all: Ignored, sent: SentAttributes): Outcome<StoredGroup> {
    const { group, changed, ignoredMembers } = written;
    const type = this.schemas.group;
    const lost =
      all.repeated.length === 0
        ? all.ignored
        : lostNames(all, representGroupHead(group, type, NOWHERE), type, []);
    const members = ignoredMembers.map(({ operationIndex }) =>
      operationIndex === undefined
        ? 'an unknown member'
        : `an unknown member in Operations[${operationIndex}]`,
    );
    return { resource: group, changed, ignored: [...lost, ...members], sent };
  }

  private judge<T>(
    scope: CompanyScope,
    id: string,
    { precondition }: GroupWrite,
    decide: () => T | Promise<T>,
  ): Promise<T> {
    const find = (): Promise<StoredGroup | undefined> => this.store.find(scope, id, { members: false });
    return preferTargetErrors({ id, precondition, find }, decide);
  }
}

/** The plan of a POST or PUT: these members and no others. */
function* membersExactly(members: readonly string[], write: GroupWrite): Work<MembershipPlan> {
  const references: MemberReference[] = [];
  for (const value of members) {
    references.push({ value });
    if (references.length % SLICE === 0) yield;
  }
  const steps = [{ kind: 'delta', clear: true, add: members, remove: [] }] as const;
  return yield* referencesAsAsked({ steps, references }, write);
}

/** The plan with what the wire format says of references: their kinds, and what becomes of unknown ones. */
function* referencesAsAsked(
  plan: MembershipPlan,
  { memberTypes, unknownMembers }: GroupWrite,
): Work<MembershipPlan> {
  const asked = { ...plan, ...(unknownMembers && { unknown: unknownMembers }) };
  if (!memberTypes) return asked;
  const references: MemberReference[] = [];
  for (const [index, reference] of plan.references.entries()) {
    const types = memberTypes.get(reference.value);
    if (types) for (const type of types) references.push({ ...reference, type });
    else references.push(reference);
    if (index % SLICE === SLICE - 1) yield;
  }
  return { ...asked, references };
}
