import {
  createParamDecorator,
  SetMetadata,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { type ObservedRequest } from '../../access/authenticated-request.js';
import { type Administrator } from './administrator.js';
import { type PermissionName } from './roles.js';

export const PERMISSION = 'rollcall:permission';

/** Metadata with the name of a route in the log: its operationId. */
export const OPERATION = 'rollcall:operation';

/** The path parameter that names a company, by slug or id. */
export const COMPANY = 'company';

/** A request that the guard of the admin API has let through. */
export interface AdminRequest extends ObservedRequest {
  administrator: Administrator;
  /** Id of the session by which the console calls; undefined where a credential calls. */
  session?: string;
  /** SHA-256 of the link that was sent in the place of a credential. */
  link?: Buffer;
}

/** The permission that a route needs. The guard refuses a route without this. */
export const Allows = (permission: PermissionName): CustomDecorator => SetMetadata(PERMISSION, permission);

/** Marks a route that takes the token of a link to the console in the place of a credential. */
export const TAKES_LINKS = 'rollcall:takes-links';
export const TakesLinks = (): CustomDecorator => SetMetadata(TAKES_LINKS, true);

/** The administrator who calls. It throws an Error on a route without the guard. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Administrator => {
  const { administrator } = context.switchToHttp().getRequest<Partial<AdminRequest>>();
  if (!administrator) throw new Error('a route outside the admin API asked for an administrator');
  return administrator;
});
