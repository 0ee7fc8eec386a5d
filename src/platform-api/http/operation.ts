import { applyDecorators, Controller, type Type, UseFilters, UsePipes } from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';
import { GuardedBy } from '../../access/decorators.js';
import { type PlatformScope } from '../../access/platform-credentials.store.js';
import { Documented, type DocumentedOperation } from '../../admin-api/http/operation.js';
import { ProblemFilter } from '../../admin-api/http/problem.filter.js';
import { ReadingPipe } from '../../admin-api/http/validation.pipe.js';
import { NeedsScope } from '../access/decorators.js';
import { PlatformGuard } from '../access/platform.guard.js';

/** Name of the security scheme in the document. */
export const PLATFORM_SCHEME = 'platform';

/**
 * A controller of the platform API: the one decorator that gives it its guard, and how it reads and refuses, which is as in
 * the admin API.
 *
 * @param pipe reads its queries and bodies
 */
export const PlatformController = (path = '', pipe: Type<ReadingPipe> = ReadingPipe): ClassDecorator =>
  applyDecorators(
    Controller(path),
    GuardedBy(PlatformGuard),
    UsePipes(pipe),
    UseFilters(ProblemFilter),
    ApiBearerAuth(PLATFORM_SCHEME),
  );

export interface PlatformOperation extends DocumentedOperation {
  /** What a platform credential needs; `any` is enough of whatever scope. */
  readonly scope: PlatformScope | 'any';
}

/** What a route needs and how it is documented. */
export const Operation = ({ scope, ...operation }: PlatformOperation): MethodDecorator =>
  applyDecorators(NeedsScope(scope), Documented(operation));
