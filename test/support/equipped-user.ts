import { attribute, primary } from '../../src/protocol/schema/define-attribute.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../src/protocol/schema/resource-types.js';
import { type ResourceType, type SchemaDefinition } from '../../src/protocol/schema/schema.js';

export const EQUIPMENT = 'urn:example:schemas:equipment:1.0:User';
export const PARKING = 'urn:example:schemas:parking:1.0:User';

const EQUIPMENT_SCHEMA: SchemaDefinition = {
  id: EQUIPMENT,
  name: 'Equipment',
  description: 'Characteristics that no attribute of the standard schemas has',
  attributes: [
    attribute('code', 'Required.', { required: true }),
    attribute('note', 'With nothing special.'),
    attribute('schemas', 'Called like a common attribute.'),
    attribute('hireId', 'Immutable.', { mutability: 'immutable', caseExact: true }),
    attribute('inspected', 'Read-only.', { mutability: 'readOnly', type: 'dateTime' }),
    attribute('since', 'An instant.', { type: 'dateTime' }),
    attribute('count', 'An integer.', { type: 'integer' }),
    attribute('weight', 'A decimal.', { type: 'decimal' }),
    attribute('tags', 'Texts.', { multiValued: true }),
    attribute('locker', 'One complex value.', {
      type: 'complex',
      subAttributes: [
        attribute('number', 'Required.', { required: true }),
        attribute('serial', 'Immutable.', { mutability: 'immutable', caseExact: true }),
        attribute('$ref', 'Written like any other.', { type: 'reference' }),
        attribute('note', 'With nothing special.'),
      ],
    }),
    attribute('keys', 'Several complex values, one at least.', {
      type: 'complex',
      multiValued: true,
      required: true,
      subAttributes: [
        attribute('value', 'Required.', { required: true }),
        attribute('serial', 'Immutable.', { mutability: 'immutable', caseExact: true }),
        attribute('level', 'An integer.', { type: 'integer' }),
        attribute('weight', 'A decimal.', { type: 'decimal' }),
        attribute('note', 'With nothing special.'),
        primary('key'),
      ],
    }),
  ],
};

const PARKING_SCHEMA: SchemaDefinition = {
  id: PARKING,
  name: 'Parking',
  description: 'An extension that requires nothing',
  attributes: [
    attribute('lot', 'Where the car stands.'),
    attribute('plate', 'Sign of the car.'),
    attribute('permit', 'Read-only.', { mutability: 'readOnly' }),
    attribute('hireId', 'Called like an immutable attribute of another extension.'),
  ],
};

/** The User type with the Enterprise extension and two more, which have all the characteristics that others lack. */
export const EQUIPPED_USER: ResourceType = {
  ...BUILT_IN_RESOURCE_TYPES.user,
  schemaExtensions: [
    ...BUILT_IN_RESOURCE_TYPES.user.schemaExtensions,
    { schema: EQUIPMENT_SCHEMA, required: false },
    { schema: PARKING_SCHEMA, required: false },
  ],
};
