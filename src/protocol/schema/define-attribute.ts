import { type AttributeDefinition } from './schema.js';

type Characteristics = Partial<Omit<AttributeDefinition, 'name' | 'description'>>;

/**
 * An attribute with what RFC 7643 §2.2 assumes where a schema is silent: an optional, single-valued string that
 * anyone may read and write. References and binaries compare exactly (RFC 7643 §2.3.6, §2.3.7).
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
 * A multi-valued attribute with the usual sub-attributes `value`, `display`, `type` and `primary`
 * (RFC 7643 §2.4). `what` completes the descriptions; `value` gives characteristics of the `value` itself.
 */
export function plural(
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

/** The sub-attribute that marks one value as the preferred one (RFC 7643 §2.4). */
export function primary(what: string): AttributeDefinition {
  return attribute('primary', `Whether this is the preferred ${what}; true for one at most.`, {
    type: 'boolean',
  });
}
