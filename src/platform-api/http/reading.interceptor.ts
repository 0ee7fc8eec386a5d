import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { ConfirmsCredential } from '../../access/decorators.js';
import { onceMoreIfStale } from '../../access/stale-credential.js';
import { isUnconfirmed } from '../../scim/remembered-credential.js';
import { AnswersSuspended, type PlatformRequest } from '../access/decorators.js';

/**
 * Notes that a request only asks, and confirms its credential before it is answered where no transaction has done so. Where one
 * refuses a remembered credential as outdated, it is looked up, and the question asked once more.
 */
@Injectable()
class ReadingInterceptor implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<PlatformRequest>();
    request.facts.changesNothing = true;
    const { authenticateAnew } = request;
    if (authenticateAnew === undefined) return next.handle();
    const answer = await onceMoreIfStale(request, () => lastValueFrom(next.handle() as Observable<unknown>));
    if (isUnconfirmed(request.company?.remembered)) await authenticateAnew();
    return of(answer);
  }
}

/**
 * For controllers whose routes only ask about memberships: a credential may be remembered from an earlier request, and a token of a
 * suspended company is answered too.
 */
export const AsksOnly = (): ClassDecorator =>
  applyDecorators(ConfirmsCredential(), AnswersSuspended(), UseInterceptors(ReadingInterceptor));
