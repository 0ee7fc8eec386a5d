import { COMMON_ATTRIBUTES } from '../../protocol/schema/common-attributes.js';
import { type SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type AttributeDefinition, type AttributeType } from '../../protocol/schema/schema.js';
import { refersToResource } from '../../protocol/text/comparable-reference.js';

/** How the values of an attribute are compared, and whether a company may use one only once. */
export interface AttributeForm {
  readonly type: AttributeType;
  readonly caseExact: boolean;
  /** Types of resources, where the values are their URIs. */
  readonly referenceTypes?: readonly string[];
  /** Kept in `unique_values`. Names of the core schemas have unique indexes of their own instead. */
  readonly unique: boolean;
}

const CASE_EXACT = 'caseExact';
const UNIQUE = 'unique';
const RESOURCE = 'resource';
/** Which of the types it is makes no other form. */
const RESOURCE_TYPES = ['User', 'Group'];

/**
 * The forms of all attributes that have values of their own, by path: `<schema>:<attribute>` or
 * `<schema>:<attribute>.<sub-attribute>`. Common attributes stand under each core schema. The keys of rows are made
 * by this and nothing else, so that two maps that are equal make equal rows.
 */
export class AttributeForms {
  /** Paths of the attributes whose values are unique. */
  readonly unique: ReadonlySet<string>;

  private constructor(private readonly forms: ReadonlyMap<string, AttributeForm>) {
    this.unique = new Set([...forms].filter(([, form]) => form.unique).map(([path]) => path));
  }

  /** What the schemas say. */
  static of({ types }: SchemaRegistry): AttributeForms {
    const forms = types.flatMap(({ schema, schemaExtensions }) => [
      ...formsBelow(`${schema.id}:`, [...COMMON_ATTRIBUTES, ...schema.attributes], () => false),
      ...schemaExtensions.flatMap((extension) =>
        formsBelow(
          `${extension.schema.id}:`,
          extension.schema.attributes,
          ({ uniqueness }) => uniqueness !== 'none',
        ),
      ),
    ]);
    return new AttributeForms(new Map(forms));
  }

  /** The reverse of {@link print}. */
  static read(printed: Readonly<Record<string, string>>): AttributeForms {
    return new AttributeForms(new Map(Object.entries(printed).map(([path, text]) => [path, readForm(text)])));
  }

  get size(): number {
    return this.forms.size;
  }

  /** Undefined for what no schema defines or ever defined. */
  get(path: string): AttributeForm | undefined {
    return this.forms.get(path);
  }

  /** These forms with others added, which go before where both have an attribute. */
  with(others: AttributeForms): AttributeForms {
    return new AttributeForms(new Map([...this.forms, ...others.forms]));
  }

  /** The attributes that both have and that are compared in another way there, a clause each. */
  differences(others: AttributeForms): readonly string[] {
    return [...this.forms].flatMap(([path, form]) => {
      const other = others.get(path);
      if (other === undefined || printForm(other) === printForm(form)) return [];
      return [`${path} was ${printForm(form)} and is ${printForm(other)} now`];
    });
  }

  /** As JSON keeps it. */
  print(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.forms].map(([path, form]) => [path, printForm(form)]));
  }
}

function formsBelow(
  prefix: string,
  attributes: readonly AttributeDefinition[],
  isUnique: (attribute: AttributeDefinition) => boolean,
): [string, AttributeForm][] {
  return attributes.flatMap((attribute) => {
    const { name, type, caseExact, subAttributes } = attribute;
    if (subAttributes) return formsBelow(`${prefix}${name}.`, subAttributes, isUnique);
    // Case is a question of text only.
    const exact = ['string', 'reference', 'binary'].includes(type) && caseExact;
    const form = { type, caseExact: exact, unique: isUnique(attribute) };
    return [
      [prefix + name, refersToResource(attribute) ? { ...form, referenceTypes: RESOURCE_TYPES } : form],
    ];
  });
}

function printForm({ type, caseExact, unique, referenceTypes }: AttributeForm): string {
  const words = [caseExact && CASE_EXACT, unique && UNIQUE, referenceTypes && RESOURCE];
  return [type, ...words.filter(Boolean)].join(' ');
}

function readForm(text: string): AttributeForm {
  const [type, ...words] = text.split(' ');
  return {
    type: type as AttributeType,
    caseExact: words.includes(CASE_EXACT),
    unique: words.includes(UNIQUE),
    ...(words.includes(RESOURCE) && { referenceTypes: RESOURCE_TYPES }),
  };
}
