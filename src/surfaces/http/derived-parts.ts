import { type ListParameters } from '../../protocol/message/list-request.js';
import { hide, includes, type Projection } from '../../protocol/message/projection.js';
import { ENTERPRISE_USER_SCHEMA } from '../../protocol/schema/enterprise-user.schema.js';
import { type GroupRead } from '../../scim/groups/groups.store.js';
import { type UserRead } from '../../scim/users/users.store.js';

/**
 * What a list shows of its users. `meta.version` tells of their groups too, which would all have to be read for it: a
 * list that leaves `groups` out leaves it out as well, unless `attributes` names it. RFC 7644 §3.14: it SHOULD be there.
 */
export function projectionOfUsers(
  projection: Projection,
  { attributes }: Pick<ListParameters, 'attributes'>,
): Projection {
  const namesAny = /[^\s,]/.test(attributes ?? '');
  return namesAny || includes(projection, 'groups') ? projection : hide(projection, 'meta.version');
}

/** What a list has to read of its users; `meta.version` tells of groups and manager too. */
export function userRead(projection: Projection): UserRead {
  const version = includes(projection, 'meta.version');
  return {
    groups: version || includes(projection, 'groups'),
    manager: version || includes(projection, `${ENTERPRISE_USER_SCHEMA.id}:manager`),
  };
}

/** What an answer has to read of its groups. */
export function groupRead(projection: Projection): GroupRead {
  return { members: includes(projection, 'members') };
}
