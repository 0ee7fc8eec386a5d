import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { catchError, from, mergeMap, type Observable, throwError } from 'rxjs';
import { StaleCredentialError } from '../scim/remembered-credential.js';
import { type AuthenticatedRequest } from './authenticated-request.js';
import { CompanyGuard } from './company.guard.js';

/**
 * Where a transaction refuses the remembered credential of a request as outdated, looks the credential up and, if the request
 * is still allowed, handles it once more: the refused transaction has done nothing. It runs behind whatever reads the request.
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
