import { type AttributeDefinition } from './schema.js';

type Characteristics = Partial<Omit<AttributeDefinition, 'name' | 'description'>>;

/**
 * An attribute with the default characteristics, unless `characteristics` says otherwise. RFC 7643 §2.2: the
 * default is an optional, single-valued string that is compared without regard to case, can be read and written,
 * and need not be unique. RFC 7643 §2.3.6 and §2.3.7 make an exception: the case of a binary or a reference counts.
 */
export function attribute(
  name: string,
  description: string,
  characteristics: Characteristics = {},
): AttributeDefinition {
  const { type = 'string' } = characteristics;
  return {
    name,
    type,
    multiValued: false,
    description,
    required: false,
    caseExact: type === 'reference' || type === 'binary',
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...characteristics,
  };
}

/**
 * A multi-valued complex attribute of a user. RFC 7643 §2.4 names its usual sub-attributes: `value`, `display`,
 * `type` and `primary`.
 *
 * @param what the noun for one value in the descriptions, such as `e-mail address`
 * @param options `kinds`: the canonical values of `type`; `value`: characteristics of the sub-attribute `value`
 */
export function multiValuedAttribute(
  name: string,
  what: string,
  { kinds, value = {} }: { kinds?: readonly string[]; value?: Characteristics } = {},
): AttributeDefinition {
  return attribute(name, `Every ${what} of the user.`, {
    type: 'complex',
    multiValued: true,
    subAttributes: [
      attribute('value', `The ${what} itself.`, value),
      attribute('display', `The ${what} as shown to people.`),
      attribute('type', `What this ${what} is for.`, kinds ? { canonicalValues: kinds } : {}),
      primary(what),
    ],
  });
}

/**
 * The sub-attribute that marks the preferred value. RFC 7643 §2.4: it is true for one value of an attribute at
 * most, and a value without it is not the preferred one.
 */
export function primary(what: string): AttributeDefinition {
  return attribute('primary', `Whether this is the preferred ${what}; true for one at most.`, {
    type: 'boolean',
  });
}
