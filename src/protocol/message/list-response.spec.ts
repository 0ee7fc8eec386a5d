import { listResponse } from './list-response.js';

describe('listResponse', () => {
  it('IDX-01 IDX-02 IDX-10 IDX-14 tells the page apart from the total', () => {
    expect(listResponse([{ id: '3' }], 3, 3)).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: 3,
      startIndex: 3,
      itemsPerPage: 1,
      Resources: [{ id: '3' }],
    });
  });

  it('IDX-06 IDX-09 has no resources on an empty page', () => {
    expect(listResponse([], 7)).toMatchObject({
      totalResults: 7,
      startIndex: 1,
      itemsPerPage: 0,
      Resources: [],
    });
  });
});
