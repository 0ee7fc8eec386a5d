import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { catchError, from, mergeMap, type Observable, throwError } from 'rxjs';
import { StaleCredentialError } from '../scim/remembered-credential.js';
import { type AuthenticatedRequest } from './authenticated-request.js';
import { CompanyGuard } from './company.guard.js';

/**
 * Where the credential of a request was remembered and has changed, judges the request by what it is, and if it is let in
 * handles it once more: nothing was done for it. Behind all that reads the request.
 *
 * It throws a ScimError as the guards do.
 */
@Injectable()
export class StaleCredentialInterceptor implements NestInterceptor {
  constructor(private readonly companyGuard: CompanyGuard) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { authenticateAnew } = context.switchToHttp().getRequest<Partial<AuthenticatedRequest>>();
    if (authenticateAnew === undefined) return next.handle();
    const again = async (): Promise<void> => {
      await authenticateAnew();
      this.companyGuard.canActivate(context);
    };
    return next.handle().pipe(
      catchError((error: unknown) => {
        if (!(error instanceof StaleCredentialError)) return throwError(() => error);
        return from(again()).pipe(mergeMap(() => next.handle()));
      }),
    );
  }
}
