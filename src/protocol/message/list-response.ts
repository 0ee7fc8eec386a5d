import { type JsonObject } from '../json.js';

export const LIST_RESPONSE_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/**
 * A page of a list. RFC 7644 §3.4.2 requires `totalResults` always, `startIndex` and `itemsPerPage` on a page that is
 * not the whole list, and `Resources` unless there are none. All of them are always sent here, since some clients
 * read `Resources` without checking that it is there.
 *
 * @param totalResults the number of results on all pages
 * @param startIndex index of the first result on the page, counted from 1
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
