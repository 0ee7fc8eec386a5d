import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import { type AccessScope } from './credential.js';

export const REQUIRED_SCOPE = 'rollcall:scope';

/** The scope a route needs, where the method alone does not tell: a POST that only searches, for example. */
export const RequiredScope = (scope: AccessScope): CustomDecorator => SetMetadata(REQUIRED_SCOPE, scope);
