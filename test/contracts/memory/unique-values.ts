import { uniqueness } from '../../../src/protocol/error/scim-error.js';
import { valuesInElement } from '../../../src/protocol/filter/evaluate-filter.js';
import { isJsonArray, isJsonObject, type Json } from '../../../src/protocol/json.js';
import { type Attributes } from '../../../src/protocol/resource/resource.js';
import { type AttributeDefinition, type ResourceType } from '../../../src/protocol/schema/schema.js';
import { comparableText } from '../../../src/protocol/text/comparable-text.js';
import { compareCodePoints } from '../../../src/protocol/text/fold-case.js';
import { type UserRow } from './memory-rows.js';

/**
 * To be called before a resource is written: whether its values of the unique attributes of extensions are free.
 *
 * @param id of the resource that is to have the attributes
 * @throws ScimError 409 `uniqueness` where another of the rows has one of them
 */
export function requireFreeValues(
  type: ResourceType,
  rows: ReadonlyMap<string, UserRow>,
  id: string,
  attributes: Attributes,
): void {
  const taken = uniqueAttributes(type)
    .filter((attribute) => {
      const values = comparedValues(attribute, attributes);
      return [...rows.values()].some(
        (row) =>
          row.id !== id && comparedValues(attribute, row.attributes).some((one) => values.includes(one)),
      );
    })
    .map(({ path }) => path);
  if (taken.length > 0)
    throw uniqueness(`${taken.join(', ')}: another resource of this company has this value.`);
}

/** A simple attribute whose values are unique: its own, or a sub-attribute of it. */
interface UniqueAttribute {
  /** Its name with its schema. */
  readonly path: string;
  readonly extension: string;
  readonly attribute: AttributeDefinition;
  readonly subAttribute: AttributeDefinition | undefined;
}

function uniqueAttributes({ schemaExtensions }: ResourceType): readonly UniqueAttribute[] {
  return schemaExtensions
    .flatMap(({ schema: { id: extension, attributes } }) =>
      attributes.flatMap((attribute): UniqueAttribute[] => {
        const path = `${extension}:${attribute.name}`;
        if (!attribute.subAttributes) return [{ path, extension, attribute, subAttribute: undefined }];
        return attribute.subAttributes.map((subAttribute) => {
          return { path: `${path}.${subAttribute.name}`, extension, attribute, subAttribute };
        });
      }),
    )
    .filter(({ attribute, subAttribute = attribute }) => subAttribute.uniqueness !== 'none')
    .sort((one, other) => compareCodePoints(one.path, other.path));
}

/** The values in the form in which filters compare them. An empty one is none. */
function comparedValues(
  { extension, attribute, subAttribute }: UniqueAttribute,
  attributes: Attributes,
): readonly Json[] {
  const holder = attributes[extension];
  const value = isJsonObject(holder) ? (holder[attribute.name] ?? []) : [];
  return (isJsonArray(value) ? value : [value])
    .flatMap((element) => valuesInElement(subAttribute, element))
    .flatMap((one) => {
      if (one === undefined || one === null || one === '') return [];
      return [typeof one === 'string' ? comparableText(subAttribute ?? attribute, one) : one];
    });
}
