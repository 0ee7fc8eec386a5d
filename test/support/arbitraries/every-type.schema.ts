import { attribute, primary } from '../../../src/protocol/schema/define-attribute.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../../src/protocol/schema/resource-types.js';
import { SchemaRegistry } from '../../../src/protocol/schema/schema-registry.js';
import {
  type AttributeDefinition,
  type AttributeType,
  type ResourceType,
} from '../../../src/protocol/schema/schema.js';

type SimpleType = Exclude<AttributeType, 'complex'>;

const SIMPLE: readonly (readonly [string, SimpleType, Partial<AttributeDefinition>?])[] = [
  ['word', 'string'],
  ['exact', 'string', { caseExact: true }],
  ['link', 'reference'],
  ['peer', 'reference', { referenceTypes: ['User', 'Group'] }],
  ['blob', 'binary'],
  ['moment', 'dateTime'],
  ['flag', 'boolean'],
  ['whole', 'integer'],
  ['measure', 'decimal'],
];

function ofEveryType(suffix: string, multiValued: boolean): AttributeDefinition[] {
  return SIMPLE.map(([name, type, characteristics]) =>
    attribute(name + suffix, `Of type ${type}.`, {
      type,
      multiValued,
      ...characteristics,
    }),
  );
}

function extended(type: ResourceType): ResourceType {
  const lists = ofEveryType('s', true).filter(({ name }) =>
    ['words', 'moments', 'flags', 'wholes'].includes(name),
  );
  const parts = [...ofEveryType('', false), ...lists];
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

/** The schemas of this server with one more extension of each resource type, which has attributes of every type. */
export const EVERY_TYPE = new SchemaRegistry(
  extended(BUILT_IN_RESOURCE_TYPES.user),
  extended(BUILT_IN_RESOURCE_TYPES.group),
);
