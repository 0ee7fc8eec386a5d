import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type AuthenticatedRequest } from './authenticated-request.js';
import { type Credential } from './credential.js';

/** The credential of the request. Throws on a public route, which has none. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Credential => {
  const { user } = context.switchToHttp().getRequest<Partial<AuthenticatedRequest>>();
  if (!user) throw new Error('a public route asked for a credential');
  return user;
});
