import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ConfirmsCredential } from '../../access/decorators.js';
import { onceMoreIfStale } from '../../access/stale-credential.js';
import { type CheckedCompany } from '../../checks/membership-checks.js';
import { isUnconfirmed } from '../../scim/remembered-credential.js';
import { AnswersSuspended, type PlatformRequest } from '../access/decorators.js';

/**
 * For controllers whose routes only ask about memberships: a credential may be remembered from an earlier request, which
 * {@link AskedCompany.answer} confirms, and a token of a suspended company is answered too.
 */
export const AsksOnly = (): ClassDecorator => applyDecorators(ConfirmsCredential(), AnswersSuspended());

/** The company that a request asks about. */
export class AskedCompany {
  constructor(private readonly request: PlatformRequest) {}

  /**
   * Answers a question, and confirms the request's credential where no transaction has done so. Where one refuses a
   * remembered credential as outdated, it is looked up, and the question asked once more.
   *
   * @param question asks the company, of which it may only read
   * @throws what the guard throws for a credential that has ended, what the question throws, and an Error where the guard
   *   let a request through that has no company
   */
  async answer<T>(question: (company: CheckedCompany) => Promise<T>): Promise<T> {
    const answer = await onceMoreIfStale(this.request, () => question(this.company()));
    if (isUnconfirmed(this.request.company?.remembered)) await this.request.authenticateAnew?.();
    return answer;
  }

  private company(): CheckedCompany {
    const { company, namedCompany } = this.request;
    if (!company || !namedCompany) throw new Error('memberships of no company were asked for');
    return { scope: company, suspended: namedCompany.suspended };
  }
}

/** Hands the handler the company that its request asks about. */
export const AskedOf = createParamDecorator(
  (_: unknown, context: ExecutionContext) =>
    new AskedCompany(context.switchToHttp().getRequest<PlatformRequest>()),
);
