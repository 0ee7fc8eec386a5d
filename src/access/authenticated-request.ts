import { type Request } from 'express';
import { type CompanyScope } from '../scim/company-scope.js';
import { type Credential } from './credential.js';

/** A request that the guards have let through, on a route that is not public. */
export interface AuthenticatedRequest extends Request {
  user: Credential;
  company: CompanyScope;
}
