import { type Request } from 'express';
import { type CompanyScope } from '../scim/company-scope.js';
import { type Credential } from './credential.js';

/** A request behind the guards. */
export interface AuthenticatedRequest extends Request {
  user: Credential;
  company: CompanyScope;
}
