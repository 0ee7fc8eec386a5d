import { type JsonObject } from '../json.js';

export const LIST_RESPONSE_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/**
 * One page of a list (RFC 7644 §3.4.2). `Resources` is there even when empty, since some clients read it without
 * asking.
 */
export function listResponse(
  resources: readonly JsonObject[],
  totalResults: number,
  startIndex = 1,
): JsonObject {
  return {
    schemas: [LIST_RESPONSE_SCHEMA],
    totalResults,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}
