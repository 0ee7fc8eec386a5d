import { type Request } from 'express';
import { type CompanyScope } from '../scim/company-scope.js';
import { type RequestFacts } from '../scim/request-facts.js';
import { type Credential } from './credential.js';

/** A request of which facts are kept, as of each that the application receives. */
export interface ObservedRequest extends Request {
  facts: RequestFacts;
  /** Where the metadata is of what the request asks for (RFC 9728), where that has any. */
  resourceMetadata?: string;
}

/** A request that the guards have let through, on a route that is not public. */
export interface AuthenticatedRequest extends ObservedRequest {
  user: Credential;
  company: CompanyScope;
  /**
   * Looks the credential up and judges the request by it once more, where it was remembered.
   *
   * @throws ScimError as the guard does
   */
  authenticateAnew?: () => Promise<void>;
}
