import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type CheckedCompany } from '../../checks/membership-checks.js';
import { type PlatformRequest } from '../access/decorators.js';

/** The company that a request asks about. It throws an Error where the guard let a request through that has none. */
export const AskedCompany = createParamDecorator((_: unknown, context: ExecutionContext): CheckedCompany => {
  const { company, namedCompany } = context.switchToHttp().getRequest<PlatformRequest>();
  if (!company || !namedCompany) throw new Error('memberships of no company were asked for');
  return { scope: company, suspended: namedCompany.suspended };
});
