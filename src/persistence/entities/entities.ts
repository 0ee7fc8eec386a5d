import { AccessToken } from './access-token.entity.js';
import { Company } from './company.entity.js';
import { Group } from './group.entity.js';
import { Membership } from './membership.entity.js';
import { ResourceCount } from './resource-count.entity.js';
import { Setting } from './setting.entity.js';
import { TokenIssuer } from './token-issuer.entity.js';
import { UniqueValue } from './unique-value.entity.js';
import { User } from './user.entity.js';

/** All entities, for TypeORM's DataSource. */
export const ENTITIES = [
  Company,
  AccessToken,
  TokenIssuer,
  Setting,
  User,
  Group,
  Membership,
  UniqueValue,
  ResourceCount,
];
