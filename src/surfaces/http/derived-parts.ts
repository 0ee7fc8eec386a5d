import { includes, type Projection } from '../../protocol/message/projection.js';
import { ENTERPRISE_USER_SCHEMA } from '../../protocol/schema/enterprise-user.schema.js';
import { type GroupRead } from '../../scim/groups/groups.store.js';
import { type UserRead } from '../../scim/users/users.store.js';

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
