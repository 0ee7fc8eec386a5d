import fc from 'fast-check';
import { type Json, type JsonObject } from '../../../src/protocol/json.js';
import { type AttributeDefinition, type ResourceType } from '../../../src/protocol/schema/schema.js';
import { refersToResource } from '../../../src/protocol/text/comparable-reference.js';
import { hashOf } from './seeded-run.js';
import { anyText } from './text.arbitrary.js';

const VALUES_PER_ATTRIBUTE = 4;
const SMALL_INSTANTS = { min: new Date('1969-12-31T23:59:58Z'), max: new Date('2030-01-01T00:00:00Z') };

const anyDateTime: fc.Arbitrary<string> = fc
  .record({
    instant: fc.date({ ...SMALL_INSTANTS, noInvalidDate: true }),
    fraction: fc.constantFrom('', '.5', '.500', '.123456', '.1234567', '.000001', '.000'),
    offset: fc.constantFrom('Z', 'z', '+00:00', '-07:00', '+05:30', '+14:00', ''),
  })
  .map(({ instant, fraction, offset }) => instant.toISOString().slice(0, 19) + fraction + offset);

const anyInteger: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: -3, max: 12 }),
  fc.constantFrom(2 ** 31, 2 ** 53, 2 ** 53 - 1, -(2 ** 53), 2 ** 62, 1e15),
);

const anyDecimal: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, 0.1, 0.3, 0.1 + 0.2, 1, 1.5, -1.5, 1e-7, 5e-324, 2.5e-10, 4503599627370495.5),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }).map((value) => value + 0),
);

const anyBinary: fc.Arbitrary<string> = fc
  .oneof(fc.constantFrom('', 'MIIa', 'miia', 'MIIaMIIb', 'AA==', '+/+/'), fc.uint8Array({ maxLength: 6 }))
  .map((bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('base64')));

const anyReference: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('https://x/Ada', 'https://x/ada', '../Users/1', 'urn:x:y', 'https://x/50%25_a'),
  anyText,
);

const FRONTS = ['', '/', './', '../', '../../', '/v2/', '../v12/', '/base/', '/base/v2/', 'v/', '//host/'];
const BASES = [
  'https://host/base/v2/',
  'https://host/base/',
  'HTTPS://HOST:443/x/../base/v9/',
  'https://other/',
];

/** A URI of a resource: absolute or relative, with or without the version of the protocol. */
export const referenceTo = (endpoint: string, id: string): fc.Arbitrary<string> =>
  fc.constantFrom(...FRONTS, ...BASES).map((front) => `${front}${endpoint}/${id}`);

const anyPeer: fc.Arbitrary<string> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('Users', 'Groups', 'Users', 'users'),
      fc.constantFrom('1', '2', '1/', '1?x', 'a/b'),
    )
    .chain(([endpoint, id]) => referenceTo(endpoint, id)),
  anyReference,
);

/** A value of the attribute's type; a text for a complex one. */
export function anySimple(definition: AttributeDefinition): fc.Arbitrary<Json> {
  switch (definition.type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return anyInteger;
    case 'decimal':
      return anyDecimal.map((value) => (Object.is(value, -0) ? 0 : value));
    case 'dateTime':
      return anyDateTime;
    case 'binary':
      return anyBinary;
    case 'reference':
      return refersToResource(definition) ? anyPeer : anyReference;
    case 'string':
    case 'complex':
      return anyText;
  }
}

/**
 * Values for the bodies of resources. Each attribute has only a few different values, so that resources share them
 * and a filter finds several resources.
 */
export class ValueSource {
  private readonly vocabularies = new Map<string, readonly Json[]>();

  constructor(private readonly seed: number) {}

  /** A value of the attribute as a client would send it. */
  of(definition: AttributeDefinition, path: string): fc.Arbitrary<Json> {
    if (!definition.multiValued) return this.one(definition, path);
    const list = fc.array(this.one(definition, path), { maxLength: 3 });
    return fc.tuple(list, fc.nat(3)).map(([elements, preferred]) => withOnePrimary(elements, preferred));
  }

  /** One element of a multi-valued attribute, or the value of a single-valued one. */
  one(definition: AttributeDefinition, path: string): fc.Arbitrary<Json> {
    if (definition.type !== 'complex') return fc.constantFrom(...this.vocabulary(definition, path));
    const parts = (definition.subAttributes ?? []).filter(isWritable);
    return this.parts(parts, path, 0.6);
  }

  /** The body of a POST without the attributes in `without`. */
  body(type: ResourceType, without: readonly string[]): fc.Arbitrary<JsonObject> {
    const own = type.schema.attributes.filter((one) => isWritable(one) && !without.includes(one.name));
    const extensions = type.schemaExtensions.map(({ schema }) =>
      fc
        .tuple(fc.double({ min: 0, max: 1, noNaN: true }), this.parts(schema.attributes, schema.id, 0.7))
        .map(([chance, value]): JsonObject => (chance < 0.85 ? { [schema.id]: value } : {})),
    );
    return fc
      .tuple(this.parts(own, '', 0.65), ...extensions)
      .map((documents) => Object.assign({ schemas: [type.schema.id] }, ...documents) as JsonObject);
  }

  /** The values that the attribute can have. */
  vocabulary(definition: AttributeDefinition, path: string): readonly Json[] {
    const known = this.vocabularies.get(path);
    if (known) return known;
    const seed = this.seed ^ hashOf(path);
    const made = fc.sample(anySimple(definition), { seed, numRuns: VALUES_PER_ATTRIBUTE });
    this.vocabularies.set(path, made);
    return made;
  }

  private parts(
    definitions: readonly AttributeDefinition[],
    path: string,
    chance: number,
  ): fc.Arbitrary<JsonObject> {
    const model = Object.fromEntries(
      definitions.map((definition) => [
        definition.name,
        fc
          .tuple(
            fc.double({ min: 0, max: 1, noNaN: true }),
            this.of(definition, `${path}.${definition.name}`),
          )
          .map(([drawn, value]) => (drawn < chance ? value : undefined)),
      ]),
    );
    return fc
      .record(model)
      .map(
        (parts) =>
          Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as JsonObject,
      );
  }
}

function isWritable({ mutability, name }: AttributeDefinition): boolean {
  return mutability !== 'readOnly' && name !== '$ref';
}

/** The elements with at most one of them primary. */
function withOnePrimary(elements: readonly Json[], preferred: number): Json[] {
  return elements.map((element, place) => {
    const isMarked = typeof element === 'object' && element !== null && 'primary' in element;
    return isMarked && element.primary === true && place !== preferred
      ? { ...element, primary: false }
      : element;
  });
}
