import { type Json } from '../../json.js';
import { type SchemaDefinition } from '../schema.js';
import { readSchema } from './read-schema.js';

function read(content: Json): { read: SchemaDefinition | undefined; faults: string[] } {
  const faults: string[] = [];
  const report = (path: string, problem: string): void => void faults.push(`${path}: ${problem}`);
  return { read: readSchema(content, report), faults };
}
const attributes = [{ name: 'a' }];

describe('readSchema', () => {
  it('reads a document as /Schemas shows it', () => {
    const { read: schema, faults } = read({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
      id: 'urn:example:badge:1.0:User',
      externalId: 'x',
      meta: { resourceType: 'Schema' },
      name: 'Badge',
      description: 'What opens doors.',
      attributes,
    });
    expect(faults).toEqual([]);
    expect(schema).toMatchObject({ name: 'Badge', description: 'What opens doors.', attributes });
  });

  it.each([
    'urn:ietf:params:scim:schemas:extension:x:User',
    'urn:x1:urn:ietf:params:scim:api:User',
    "URN:a-1:~'",
  ])('takes the id %s', (id) => {
    expect(read({ id, attributes })).toMatchObject({ faults: [], read: { id } });
  });

  it.each<[Json, string]>([
    [null, 'id: is missing; expected a URN such as urn:example:badge:1.0:User'],
    [7, 'id: expected a text, found 7'],
    [
      'x urn:example:User',
      "id: expected a URN such as urn:example:badge:1.0:User, of letters, digits and .-_~!$&'*+;=:@",
    ],
    ['urn:ietf:params:scim:api:messages:2.0:User', 'id: is reserved for the schemas of SCIM itself'],
    ['urn:ietf:params:scim:schemas:core:3.0:User', 'id: is reserved for the schemas of SCIM itself'],
  ])('reads nothing by the id %j, with one complaint', (id, fault) => {
    expect(read({ id, attributes })).toEqual({ read: undefined, faults: [fault] });
  });
});
