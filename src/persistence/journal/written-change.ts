import { changedValues } from '../../protocol/resource/changed-values.js';
import { type Attributes, displayOfUser } from '../../protocol/resource/resource.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { type TakenResource, takenState } from '../deleted-resources/take-deleted.js';
import { operationOf, type ResourceChange, textOf } from './activity.js';
import { recordedValues } from './recorded-values.js';

/** A user or group that a store has created or changed. */
export interface WrittenResource {
  readonly type: ResourceType;
  readonly id: string;
  readonly version: string;
  readonly attributes: Attributes;
}

/** What was there before a write: the attributes, or nothing, or a deleted resource that a creation has brought back. */
export interface Before {
  readonly attributes?: Attributes;
  readonly taken?: TakenResource | undefined;
}

/**
 * The change that a write has made, for the journal.
 *
 * @param haveMembersChanged whether a group has gained or lost members
 */
export function writtenChange(
  scope: CompanyScope,
  { type, id, version, attributes: after }: WrittenResource,
  { attributes: before, taken }: Before,
  haveMembersChanged = false,
): ResourceChange {
  const changes = changedValues(before ?? {}, after);
  const attributes = changes.map(({ path }) => path);
  const created = taken ? 'restore' : 'create';
  const display = type.name === 'User' ? displayOfUser(after) : (textOf(after, 'displayName') ?? '');
  return {
    operation: before
      ? operationOf(scope.origin?.method, attributes, { before, after }, haveMembersChanged)
      : created,
    resource: { type: type.name, id, version, externalId: textOf(after, 'externalId'), display },
    attributes,
    values: recordedValues(scope, type, changes),
    restored: taken && takenState(taken, after),
  };
}
