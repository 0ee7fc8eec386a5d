import { Injectable } from '@nestjs/common';
import { type Dialect } from '../../protocol/dialect/dialect.js';
import { forbidden } from '../../protocol/error/scim-error.js';
import { equalJson, ownValue } from '../../protocol/json.js';
import { type ListRequest } from '../../protocol/message/list-request.js';
import { sentInBody, sentInChanges } from '../../protocol/message/sent-attributes.js';
import { applyChangeSet } from '../../protocol/patch/apply-change-set.js';
import { type ChangeSet } from '../../protocol/patch/change-set.js';
import { PatchOperationEngine } from '../../protocol/patch/patch-operation-engine.js';
import { refuseFalseClaims } from '../../protocol/patch/read-only-claims.js';
import { readResource } from '../../protocol/resource/read-resource.js';
import { completeNew, mergeReplacement } from '../../protocol/resource/replacement.js';
import { representUser, type ResourceLocations } from '../../protocol/resource/representation.js';
import { type Attributes, type StoredUser } from '../../protocol/resource/resource.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type CompanyScope } from '../company-scope.js';
import { type ListPage } from '../cursors/cursor-pages.js';
import { ListPlanner } from '../lists/list-planner.js';
import { type Precondition, requireVersion } from '../precondition.js';
import { requireBody, type RequestBody } from '../request-body.js';
import { preferTargetErrors, requireFound, type Outcome } from '../request-target.js';
import { UsersStore, type UserRead, type WrittenUser } from './users.store.js';

export interface UserWrite {
  readonly body: RequestBody;
  readonly dialect: Dialect;
  readonly read: UserRead;
  readonly precondition?: Precondition | undefined;
  /** Attributes, by their names in the schema, that the caller may not change; 403 where the write would. */
  readonly locked?: readonly string[];
  /** What the wire format left out of the body already: names, never values. */
  readonly ignored?: readonly string[];
}

export interface UserPatch extends UserWrite {
  readonly maxOperations: number;
  /** Where the client finds resources: it may repeat read-only URIs. */
  readonly locations: ResourceLocations;
}

/**
 * What can be done with the users of a company. Every method may throw `ScimError`: 400 with the `scimType` that
 * fits, 404 where the company has no such user, 409 `uniqueness`, 412 where the precondition fails.
 */
@Injectable()
export class UsersService {
  constructor(
    private readonly store: UsersStore,
    private readonly patchEngine: PatchOperationEngine,
    private readonly lists: ListPlanner,
    private readonly schemas: SchemaRegistry,
  ) {}

  async get(scope: CompanyScope, id: string, read: UserRead): Promise<StoredUser> {
    return requireFound(id, await this.store.find(scope, id, read));
  }

  async list(scope: CompanyScope, request: ListRequest, read: UserRead): Promise<ListPage<StoredUser>> {
    const plan = this.lists.plan(scope, request, [this.schemas.user]);
    const page = await this.store.list(scope, plan, read);
    return this.lists.answer(scope, request, plan, page);
  }

  /** RFC 7644 §3.3: POST creates a resource; its id and meta are the server's. */
  async create(scope: CompanyScope, write: UserWrite): Promise<Outcome<StoredUser>> {
    const { attributes, ignored } = readResource(requireBody(write.body), this.schemas.user, {
      dialect: write.dialect,
    });
    const resource = await this.store.insert(scope, completeNew(attributes, this.schemas.user), write.read);
    return { resource, changed: true, ignored, sent: sentInBody(attributes, this.schemas.user) };
  }

  /** RFC 7644 §3.5.1: PUT replaces what a client may write, and creates nothing. */
  async replace(scope: CompanyScope, id: string, write: UserWrite): Promise<Outcome<StoredUser>> {
    const replacement = await this.judge(scope, id, write, () =>
      readResource(requireBody(write.body), this.schemas.user, { dialect: write.dialect }),
    );
    const updated = await this.store.update(
      scope,
      id,
      (attributes) =>
        refuseLockedChange(write, attributes, mergeReplacement(attributes, replacement, this.schemas.user)),
      write.precondition,
      write.read,
    );
    return outcome(requireFound(id, updated), {
      ignored: replacement.ignored,
      sent: sentInBody(replacement.attributes, this.schemas.user),
    });
  }

  /** RFC 7644 §3.5.2: PATCH makes all changes that its operations name, or none. */
  async patch(scope: CompanyScope, id: string, patch: UserPatch): Promise<Outcome<StoredUser>> {
    const { dialect, maxOperations } = patch;
    const changes = await this.judge(scope, id, patch, () =>
      this.patchEngine.plan(requireBody(patch.body), this.schemas.user, { dialect, maxOperations }),
    );
    await this.checkClaims(scope, id, changes, patch);
    const updated = await this.store.update(
      scope,
      id,
      (attributes) =>
        refuseLockedChange(patch, attributes, applyChangeSet(attributes, changes, this.schemas.user)),
      patch.precondition,
      patch.read,
    );
    return outcome(requireFound(id, updated), {
      ignored: changes.ignored,
      sent: sentInChanges(changes.changes),
    });
  }

  async delete(scope: CompanyScope, id: string, precondition?: Precondition): Promise<void> {
    requireFound(id, (await this.store.delete(scope, id, precondition)) || undefined);
  }

  /** A strict PATCH may repeat read-only values as they are (RFC 7644 §3.5.2). */
  private async checkClaims(
    scope: CompanyScope,
    id: string,
    { claims }: ChangeSet,
    { locations, precondition }: UserPatch,
  ): Promise<void> {
    if (claims.length === 0) return;
    const user = await this.get(scope, id, { groups: true, manager: true });
    requireVersion(precondition, user.version);
    refuseFalseClaims(claims, representUser(user, this.schemas.user, locations));
  }

  private judge<T>(
    scope: CompanyScope,
    id: string,
    { precondition }: UserWrite,
    decide: () => T,
  ): Promise<T> {
    const find = (): Promise<StoredUser | undefined> =>
      this.store.find(scope, id, { groups: false, manager: false });
    return preferTargetErrors({ id, precondition, find }, decide);
  }
}

function outcome(
  { user, changed }: WrittenUser,
  request: Pick<Outcome<StoredUser>, 'ignored' | 'sent'>,
): Outcome<StoredUser> {
  return { resource: user, changed, ...request };
}

/** The new attributes, unless they differ in one that the caller may not change. */
function refuseLockedChange({ locked = [] }: UserWrite, before: Attributes, after: Attributes): Attributes {
  const changed = locked.find((name) => !equalJson(ownValue(before, name), ownValue(after, name)));
  if (changed !== undefined) throw forbidden(`${changed}: this token may not change it.`);
  return after;
}
