import { type Json } from '../../json.js';
import { BUILT_IN_RESOURCE_TYPES } from '../resource-types.js';
import { isResourceType, readResourceType, type ResourceTypeDocument } from './read-resource-type.js';

const URN = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType';

function read(content: Json): { read: ResourceTypeDocument | undefined; faults: string[] } {
  const faults: string[] = [];
  const report = (path: string, problem: string): void => void faults.push(`${path}: ${problem}`);
  return { read: readResourceType(content, BUILT_IN_RESOURCE_TYPES.types, report), faults };
}

describe('isResourceType', () => {
  it.each<[Json, boolean]>([
    [{ schemas: [URN] }, true],
    [{ schemas: [URN.toUpperCase()] }, true],
    [{ schemas: ['urn:other', URN] }, true],
    [{ schemas: [7, URN] }, true],
    [{ schemas: [] }, false],
    [{ schemas: [7] }, false],
    [{ schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'] }, false],
    [{ schemas: URN }, false],
    [{ schemas: null }, false],
    [{}, false],
    [[URN], false],
    [null, false],
  ])('%j: %s', (content, expected) => {
    expect(isResourceType(content)).toBe(expected);
  });
});

describe('readResourceType', () => {
  it('reads a document as /ResourceTypes shows it', () => {
    expect(
      read({
        schemas: [URN],
        id: 'Group',
        meta: { resourceType: 'ResourceType' },
        name: 'Group',
        description: 'Group',
        endpoint: '/Groups',
        schema: 'urn:ietf:params:scim:schemas:core:2.0:Group',
        schemaExtensions: [{ schema: 'urn:x:Group', required: true }, { schema: 'urn:y:Group' }],
      }),
    ).toEqual({
      faults: [],
      read: {
        name: 'Group',
        extensions: [
          { urn: 'urn:x:Group', required: true, path: 'schemaExtensions[0].schema' },
          { urn: 'urn:y:Group', required: false, path: 'schemaExtensions[1].schema' },
        ],
      },
    });
  });

  it.each<[string, Json, string]>([
    ['no object', 'x', ': expected an object, found "x"'],
    ['no name', { schemaExtensions: [{ schema: 'urn:x' }] }, 'name: is missing; expected "User" or "Group"'],
    [
      'the schema of another type',
      {
        name: 'User',
        schema: 'urn:ietf:params:scim:schemas:core:2.0:Group',
        schemaExtensions: [{ schema: 'u' }],
      },
      'schema: expected one of "urn:ietf:params:scim:schemas:core:2.0:User", ' +
        'found "urn:ietf:params:scim:schemas:core:2.0:Group"',
    ],
  ])('says what is wrong with %s', (_what, content, fault) => {
    expect(read(content).faults).toEqual([fault]);
  });

  it('reads nothing without a name', () => {
    expect(read({ schemaExtensions: [{ schema: 'urn:x' }] }).read).toBeUndefined();
    expect(read([]).read).toBeUndefined();
  });

  it('leaves out extensions that say no schema, with one complaint each', () => {
    expect(read({ name: 'User', schemaExtensions: ['urn:x', { schema: 7 }, { required: true }] })).toEqual({
      read: { name: 'User', extensions: [] },
      faults: [
        'schemaExtensions[0]: expected an object, found "urn:x"',
        'schemaExtensions[1].schema: expected a text, found 7',
        'schemaExtensions[2].schema: is missing; expected the id of a schema',
      ],
    });
  });
});
