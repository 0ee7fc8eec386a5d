import { Injectable } from '@nestjs/common';
import { type Dialect } from '../../protocol/dialect/dialect.js';
import { invalidValue, ScimError } from '../../protocol/error/scim-error.js';
import { type Json, type JsonObject } from '../../protocol/json.js';
import { bulkIdOf, splitOpenReferences, resolveReferences } from '../../protocol/message/bulk-references.js';
import { type BulkRequest, type BulkTarget } from '../../protocol/message/bulk-request.js';
import { PATCH_OP_URN } from '../../protocol/patch/patch-message.js';
import { type ResourceLocations } from '../../protocol/resource/representation.js';
import { type StoredGroup, type StoredUser } from '../../protocol/resource/resource.js';
import { parseIfMatch, versionTag } from '../../protocol/resource/version.js';
import { forBulkOperation, withoutSignal, type CompanyScope } from '../company-scope.js';
import { GroupsService, type GroupPatch } from '../groups/groups.service.js';
import { inPieces } from '../in-pieces.js';
import { holdMalformed, type Precondition } from '../precondition.js';
import { decodeBody, type RequestBody } from '../request-body.js';
import { type Outcome } from '../request-target.js';
import { UsersService, type UserPatch } from '../users/users.service.js';
import { BulkJob, type BulkExecutor, type IdOf } from './bulk-job.js';
import { type BulkResult, type BulkStep } from './bulk-step.js';

/** What a wire format says of the operations of a job. */
export interface BulkFormat {
  readonly dialect: Dialect;
  /** How many operations one PATCH may have. */
  readonly maxOperations: number;
  readonly locations: ResourceLocations;
  /**
   * From the `data` of an operation to the body that RFC 7644 has for its method, references to bulkIds as they were
   * sent. A refusal that is thrown comes before a 404 for the target, one that is returned comes after it.
   */
  readBody(target: BulkTarget, data: Json | undefined): RequestBody | Promise<RequestBody>;
}

/** Groups and manager are part of a user's ETag. */
const USER_READ = { groups: true, manager: true };
const GROUP_READ = { members: false };

/** RFC 7644 §3.7: many operations in one request, each with the effect that it would have alone. */
@Injectable()
export class BulkService {
  constructor(
    private readonly users: UsersService,
    private readonly groups: GroupsService,
  ) {}

  /**
   * Carries out a job. Every operation is a transaction of its own, so that what is done stays done when a later one
   * fails; nothing is thrown for an operation that fails. Where the client goes away, all that are left fail.
   * @returns The operations that were carried out, in the order of the request, with what became of them.
   */
  async run(scope: CompanyScope, request: BulkRequest, format: BulkFormat): Promise<readonly BulkStep[]> {
    const executor: BulkExecutor = {
      perform: (step, idOf, open) => this.perform(scopeOf(scope, step), step, idOf, open, format),
      complete: (step, id, idOf, open) => this.complete(scopeOf(scope, step), step, id, idOf, open, format),
      undo: (step, id) => this.service(step).delete(withoutSignal(scopeOf(scope, step)), id),
    };
    const job = await inPieces(BulkJob.of(request, executor));
    return job.run();
  }

  private async perform(
    scope: CompanyScope,
    step: BulkStep,
    idOf: IdOf,
    open: ReadonlySet<string>,
    format: BulkFormat,
  ): Promise<BulkResult> {
    const { method, type, id } = resolveTarget(step, idOf);
    const precondition = method === 'POST' ? undefined : readVersion(step);
    if (method === 'DELETE') {
      await this.service(step).delete(scope, id, precondition);
      return { kind: 'done', id, version: undefined, changed: true, ignored: [] };
    }
    const { dialect, maxOperations, locations } = format;
    const { writable: body } = await readData(step, idOf, open, format);
    const mustBeNew = step.references.size > 0 && !step.existed;
    const write = { body, dialect, maxOperations, locations, precondition, mustBeNew };
    return done(
      type === 'User'
        ? await this.writeUser(scope, method, id, { ...write, read: USER_READ })
        : await this.writeGroup(scope, method, id, { ...write, read: GROUP_READ }),
    );
  }

  /** Read leniently: what a POST or PUT ignores, such as an unknown name, a strict PATCH would refuse. */
  private async complete(
    scope: CompanyScope,
    step: BulkStep,
    id: string,
    idOf: IdOf,
    open: ReadonlySet<string>,
    format: BulkFormat,
  ): Promise<BulkResult> {
    const { maxOperations, locations } = format;
    const { deferred: value } = await readData(step, idOf, open, format);
    const body = { value: { schemas: [PATCH_OP_URN], Operations: [{ op: 'add', value }] } };
    const dialect = 'lenient' as const;
    const patch = { body, dialect, leavesOutNearMisses: true, maxOperations, locations };
    return done(
      targetOf(step).type === 'User'
        ? await this.users.patch(scope, id, { ...patch, read: USER_READ })
        : await this.groups.patch(scope, id, { ...patch, read: GROUP_READ }),
    );
  }

  private writeUser(
    scope: CompanyScope,
    method: 'POST' | 'PUT' | 'PATCH',
    id: string,
    write: UserPatch,
  ): Promise<Outcome<StoredUser>> {
    if (method === 'POST') return this.users.create(scope, write);
    return method === 'PUT' ? this.users.replace(scope, id, write) : this.users.patch(scope, id, write);
  }

  private writeGroup(
    scope: CompanyScope,
    method: 'POST' | 'PUT' | 'PATCH',
    id: string,
    write: GroupPatch,
  ): Promise<Outcome<StoredGroup>> {
    if (method === 'POST') return this.groups.create(scope, write);
    return method === 'PUT' ? this.groups.replace(scope, id, write) : this.groups.patch(scope, id, write);
  }

  private service(step: BulkStep): UsersService | GroupsService {
    return targetOf(step).type === 'User' ? this.users : this.groups;
  }
}

const scopeOf = (scope: CompanyScope, { operation: { index, method } }: BulkStep): CompanyScope =>
  forBulkOperation(scope, index, method);

function targetOf({ target }: BulkStep): BulkTarget {
  if (target instanceof ScimError) throw target;
  return target;
}

/** The target with the id that a bulkId in its path stands for; `''` for POST. */
function resolveTarget(step: BulkStep, idOf: IdOf): BulkTarget & { readonly id: string } {
  const target = targetOf(step);
  const bulkId = target.id === undefined ? undefined : bulkIdOf(target.id);
  return { ...target, id: (bulkId === undefined ? target.id : idOf(bulkId)) ?? '' };
}

/** `version` is what `If-Match` is to a single request. */
function readVersion({ operation: { version } }: BulkStep): Precondition | undefined {
  if (version === undefined) return undefined;
  const { refusal, ...precondition } = holdMalformed(() =>
    parseIfMatch(typeof version === 'string' ? version : ''),
  );
  const isTag = refusal === undefined && typeof version === 'string' && version.trim() !== '';
  return isTag
    ? precondition
    : { versions: 'any', refusal: invalidValue('version: expected an entity tag such as W/"3"') };
}

/**
 * The body of an operation with its references resolved: `writable` is what can be written now, `deferred` what refers
 * to an operation that is still open.
 */
async function readData(
  step: BulkStep,
  idOf: IdOf,
  open: ReadonlySet<string>,
  format: BulkFormat,
): Promise<{ readonly writable: RequestBody; readonly deferred: JsonObject }> {
  const body = await format.readBody(targetOf(step), step.operation.data);
  if ('refusal' in body || step.references.size === 0) return { writable: body, deferred: {} };
  const { writable, deferred } =
    open.size === 0
      ? { writable: body.value, deferred: {} }
      : await inPieces(splitOpenReferences(body.value, open));
  const resolve = (value: JsonObject): Promise<JsonObject> => inPieces(resolveReferences(value, idOf));
  return {
    writable: await decodeBody({ value: writable }, resolve),
    deferred: await resolve(deferred),
  };
}

function done({ resource, changed, ignored }: Outcome<StoredUser | StoredGroup>): BulkResult {
  return { kind: 'done', id: resource.id, version: versionTag(resource), changed, ignored };
}
