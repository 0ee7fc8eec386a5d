import { Injectable } from '@nestjs/common';
import { type Dialect } from '../../protocol/dialect/dialect.js';
import { type ListRequest } from '../../protocol/message/list-request.js';
import { sentInBody, sentInChanges } from '../../protocol/message/sent-attributes.js';
import { applyChangeSet } from '../../protocol/patch/apply-change-set.js';
import { type ChangeSet, type MembershipPlan } from '../../protocol/patch/change-set.js';
import { planMembership, relativeReferences } from '../../protocol/patch/membership-plan.js';
import { PatchOperationEngine } from '../../protocol/patch/patch-operation-engine.js';
import { refuseFalseClaims } from '../../protocol/patch/read-only-claims.js';
import { readResource } from '../../protocol/resource/read-resource.js';
import { completeNew, mergeReplacement } from '../../protocol/resource/replacement.js';
import { representGroupHead, type ResourceLocations } from '../../protocol/resource/representation.js';
import { type StoredGroup } from '../../protocol/resource/resource.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type CompanyScope, type CompanySettings } from '../company-scope.js';
import { type ListPage } from '../cursors/cursor-pages.js';
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
}

export interface GroupPatch extends GroupWrite {
  readonly maxOperations: number;
  /** Where the client finds resources: it may repeat read-only URIs. */
  readonly locations: ResourceLocations;
}

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
    const { attributes, members = [], ignored } = this.readGroup(write);
    const written = await this.store.insert(
      scope,
      completeNew(attributes, this.schemas.group),
      membersExactly(members, write),
      write.read,
    );
    return outcome(written, { ignored, sent: sentInBody(attributes, this.schemas.group) });
  }

  /** RFC 7644 §3.5.1: PUT replaces what a client may write, and creates nothing. A body without `members` empties the group. */
  async replace(scope: CompanyScope, id: string, write: GroupWrite): Promise<Outcome<StoredGroup>> {
    const replacement = await this.judge(scope, id, write, () => this.readGroup(write));
    const written = await this.store.update(
      scope,
      id,
      {
        change: (attributes) => mergeReplacement(attributes, replacement, this.schemas.group),
        membership: membersExactly(replacement.members ?? [], write),
        precondition: write.precondition,
      },
      write.read,
    );
    return outcome(requireFound(id, written), {
      ignored: replacement.ignored,
      sent: sentInBody(replacement.attributes, this.schemas.group),
    });
  }

  /** RFC 7644 §3.5.2: PATCH makes all changes that its operations name, or none. The members are changed without being read. */
  async patch(scope: CompanyScope, id: string, patch: GroupPatch): Promise<Outcome<StoredGroup>> {
    const { dialect, maxOperations } = patch;
    const plan = await this.judge(scope, id, patch, () => {
      const changes = this.patchEngine.plan(requireBody(patch.body), this.schemas.group, {
        dialect,
        maxOperations,
      });
      return { changes, membership: relativeReferences(planMembership(changes), patch.locations) };
    });
    await this.checkClaims(scope, id, plan.changes, patch);
    const written = await this.store.update(
      scope,
      id,
      {
        change: (attributes) => applyChangeSet(attributes, plan.changes, this.schemas.group),
        membership: referencesAsAsked(plan.membership, patch),
        precondition: patch.precondition,
      },
      patch.read,
    );
    return outcome(requireFound(id, written), {
      ignored: plan.changes.ignored,
      sent: sentInChanges(plan.changes.changes),
    });
  }

  async delete(scope: CompanyScope, id: string, precondition?: Precondition): Promise<void> {
    requireFound(id, (await this.store.delete(scope, id, precondition)) || undefined);
  }

  private readGroup({ body, dialect }: GroupWrite): ReturnType<typeof readResource> {
    return readResource(requireBody(body), this.schemas.group, { dialect });
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

  private judge<T>(
    scope: CompanyScope,
    id: string,
    { precondition }: GroupWrite,
    decide: () => T,
  ): Promise<T> {
    const find = (): Promise<StoredGroup | undefined> => this.store.find(scope, id, { members: false });
    return preferTargetErrors({ id, precondition, find }, decide);
  }
}

/** The plan of a POST or PUT: these members and no others. */
function membersExactly(members: readonly string[], write: GroupWrite): MembershipPlan {
  const add = [...new Set(members)];
  const steps = [{ kind: 'delta', clear: true, add, remove: [] }] as const;
  return referencesAsAsked({ steps, references: add.map((value) => ({ value })) }, write);
}

/** The plan with what the wire format says of references: their kinds, and what becomes of unknown ones. */
function referencesAsAsked(
  plan: MembershipPlan,
  { memberTypes, unknownMembers }: GroupWrite,
): MembershipPlan {
  const references = plan.references.flatMap((reference) => {
    const types = memberTypes?.get(reference.value);
    return types ? [...types].map((type) => ({ ...reference, type })) : [reference];
  });
  return { ...plan, references, ...(unknownMembers && { unknown: unknownMembers }) };
}

function outcome(
  written: WrittenGroup,
  { ignored, sent }: Pick<Outcome<StoredGroup>, 'ignored' | 'sent'>,
): Outcome<StoredGroup> {
  const members = written.ignoredMembers.map(({ operationIndex }) =>
    operationIndex === undefined ? 'an unknown member' : `an unknown member in Operations[${operationIndex}]`,
  );
  return { resource: written.group, changed: written.changed, ignored: [...ignored, ...members], sent };
}
