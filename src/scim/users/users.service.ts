import { Injectable } from '@nestjs/common';
import { type Dialect } from '../../protocol/dialect/dialect.js';
import { forbidden, ScimError } from '../../protocol/error/scim-error.js';
import { equalJson, ownValue } from '../../protocol/json.js';
import { type ListRequest } from '../../protocol/message/list-request.js';
import { sentInBody, sentInChanges, type SentAttributes } from '../../protocol/message/sent-attributes.js';
import { applyChangeSetWork } from '../../protocol/patch/apply-change-set.js';
import { type ChangeSet } from '../../protocol/patch/change-set.js';
import { PatchOperationEngine, type PatchOptions } from '../../protocol/patch/patch-operation-engine.js';
import { refuseFalseClaims } from '../../protocol/patch/read-only-claims.js';
import { lostNames, type Ignored } from '../../protocol/resource/lost-values.js';
import { type ReadResource, readResource } from '../../protocol/resource/read-resource.js';
import { completeNew, mergeReplacement } from '../../protocol/resource/replacement.js';
import {
  locationsBelow,
  representUser,
  type ResourceLocations,
} from '../../protocol/resource/representation.js';
import { type Attributes, type StoredUser } from '../../protocol/resource/resource.js';
import { ENTERPRISE_USER_SCHEMA } from '../../protocol/schema/enterprise-user.schema.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { foldCase } from '../../protocol/text/fold-case.js';
import { type CompanyScope } from '../company-scope.js';
import { type ListPage } from '../cursors/cursor-pages.js';
import { ExistedBeforeError } from '../existed-before.error.js';
import { inPieces } from '../in-pieces.js';
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
  /** What the wire format left out of the body already. */
  readonly leftOut?: Ignored;
  /** Whether `create` may bring back nothing that was there before: it throws `ExistedBeforeError` instead. */
  readonly mustBeNew?: boolean;
}

export interface UserPatch extends UserWrite, PatchOptions {
  /** Where the client finds resources: it may repeat read-only URIs. */
  readonly locations: ResourceLocations;
}

const NOTHING: Ignored = { ignored: [], repeated: [] };
const NOWHERE = locationsBelow('');
const MANAGER_NAME = `${ENTERPRISE_USER_SCHEMA.id}:manager.displayName`;

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

  /**
   * RFC 7644 §3.3: POST creates a resource; its id and meta are the server's. Where the company wants that
   * (`reprovision`), an inactive user of this `userName` takes the place of the new one.
   */
  async create(scope: CompanyScope, write: UserWrite): Promise<Outcome<StoredUser>> {
    const read = readResource(requireBody(write.body), this.schemas.user, { dialect: write.dialect });
    const attributes = completeNew(read.attributes, this.schemas.user);
    const sent = sentInBody(read.attributes, this.schemas.user);
    try {
      const user = await this.store.insert(scope, attributes, write.read, write.mustBeNew);
      return this.outcome({ user, changed: true }, write, read, sent);
    } catch (error) {
      const written = await this.reprovision(scope, { ...read, attributes }, write, error);
      return this.outcome(written, write, read, sent);
    }
  }

  /** @throws the refusal where it is not for an inactive user of the name, or the company does not want that */
  private async reprovision(
    scope: CompanyScope,
    read: ReadResource,
    write: UserWrite,
    refusal: unknown,
  ): Promise<WrittenUser> {
    const isClash = refusal instanceof ScimError && refusal.scimType === 'uniqueness';
    const [id] = isClash && scope.settings.reprovision === 'restore' ? refusal.concerns : [];
    if (id === undefined) throw refusal;
    const change = (present: Attributes): Attributes => {
      const isSame = nameOf(present) === nameOf(read.attributes);
      if (present['active'] !== false || !isSame) throw refusal;
      if (write.mustBeNew) throw new ExistedBeforeError();
      return mergeReplacement(present, read, this.schemas.user);
    };
    const written = await this.store.update(scope, id, change, undefined, write.read);
    if (written === undefined) throw refusal;
    return written;
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
    const sent = sentInBody(replacement.attributes, this.schemas.user);
    return this.outcome(requireFound(id, updated), write, replacement, sent);
  }

  /** RFC 7644 §3.5.2: PATCH makes all changes that its operations name, or none. */
  async patch(scope: CompanyScope, id: string, patch: UserPatch): Promise<Outcome<StoredUser>> {
    const changes = await this.judge(scope, id, patch, () =>
      inPieces(this.patchEngine.planWork(requireBody(patch.body), this.schemas.user, patch)),
    );
    await this.checkClaims(scope, id, changes, patch);
    const updated = await this.store.update(
      scope,
      id,
      async (attributes) => {
        const changed = await inPieces(applyChangeSetWork(attributes, changes, this.schemas.user));
        return refuseLockedChange(patch, attributes, changed);
      },
      patch.precondition,
      patch.read,
    );
    return this.outcome(requireFound(id, updated), patch, changes, sentInChanges(changes.changes));
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

  private outcome(
    { user, changed }: WrittenUser,
    { read, leftOut = NOTHING }: UserWrite,
    { ignored, repeated }: Ignored,
    sent: SentAttributes,
  ): Outcome<StoredUser> {
    const all = { ignored: [...leftOut.ignored, ...ignored], repeated: [...leftOut.repeated, ...repeated] };
    return { resource: user, changed, ignored: this.lost(user, all, read), sent };
  }

  private lost(user: StoredUser, all: Ignored, read: UserRead): readonly string[] {
    if (all.repeated.length === 0) return all.ignored;
    const unread = [...(read.groups ? [] : ['groups']), ...(read.manager ? [] : [MANAGER_NAME])];
    return lostNames(all, representUser(user, this.schemas.user, NOWHERE), this.schemas.user, unread);
  }

  private judge<T>(
    scope: CompanyScope,
    id: string,
    { precondition }: UserWrite,
    decide: () => T | Promise<T>,
  ): Promise<T> {
    const find = (): Promise<StoredUser | undefined> =>
      this.store.find(scope, id, { groups: false, manager: false });
    return preferTargetErrors({ id, precondition, find }, decide);
  }
}

const nameOf = ({ userName }: Attributes): string => foldCase(typeof userName === 'string' ? userName : '');

/** The new attributes, unless they differ in one that the caller may not change. */
function refuseLockedChange({ locked = [] }: UserWrite, before: Attributes, after: Attributes): Attributes {
  const changed = locked.find((name) => !equalJson(ownValue(before, name), ownValue(after, name)));
  if (changed !== undefined) throw forbidden(`${changed}: this token may not change it.`);
  return after;
}
