import { type Request } from 'express';
import { type CompanyScope } from '../scim/company-scope.js';
import { type RequestFacts } from '../scim/request-facts.js';
import { type Credential } from './credential.js';

/** A request with its facts, which every request has that the application receives. */
export interface ObservedRequest extends Request {
  facts: RequestFacts;
  /** Makes the URL of the metadata (RFC 9728) of the resource that the request asks for, where there is any. */
  resourceMetadata?: () => string;
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
