import { attribute, primary } from '../../../src/protocol/schema/define-attribute.js';
import { SCHEMAS } from '../../../src/protocol/schema/resource-types.js';
import {
  type AttributeDefinition,
  type AttributeType,
  type ResourceType,
  type SchemaRegistry,
} from '../../../src/protocol/schema/schema.js';

const SIMPLE: readonly (readonly [string, Exclude<AttributeType, 'complex'>, boolean?])[] = [
  ['word', 'string'],
  ['exact', 'string', true],
  ['link', 'reference'],
  ['blob', 'binary'],
  ['moment', 'dateTime'],
  ['flag', 'boolean'],
  ['whole', 'integer'],
  ['measure', 'decimal'],
];

function ofEveryType(suffix: string, multiValued: boolean): AttributeDefinition[] {
  return SIMPLE.map(([name, type, caseExact]) =>
    attribute(name + suffix, `Of type ${type}.`, {
      type,
      multiValued,
      ...(caseExact && { caseExact }),
    }),
  );
}

function extended(type: ResourceType): ResourceType {
  const parts = ofEveryType('', false);
  const schema = {
    id: `urn:example:schemas:every-type:1.0:${type.name}`,
    name: `EveryType${type.name}`,
    description: 'Attributes of every type, with one value and with several.',
    attributes: [
      ...ofEveryType('', false),
      ...ofEveryType('s', true),
      attribute('record', 'One complex value.', { type: 'complex', subAttributes: parts }),
      attribute('records', 'Several complex values.', {
        type: 'complex',
        multiValued: true,
        subAttributes: [
          attribute('value', 'What stands for the whole.'),
          attribute('type', 'What it is for.'),
          primary('record'),
          ...parts,
        ],
      }),
    ],
  };
  return { ...type, schemaExtensions: [...type.schemaExtensions, { schema, required: false }] };
}

/** The schemas of this server, and to each type an extension with attributes of every type and cardinality. */
export const EVERY_TYPE: SchemaRegistry = { user: extended(SCHEMAS.user), group: extended(SCHEMAS.group) };
