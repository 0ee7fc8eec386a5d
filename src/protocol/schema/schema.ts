export type AttributeType =
  'string' | 'boolean' | 'decimal' | 'integer' | 'dateTime' | 'reference' | 'binary' | 'complex';
type Mutability = 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
type Returned = 'always' | 'never' | 'default' | 'request';
export type Uniqueness = 'none' | 'server' | 'global';

/**
 * An attribute with its characteristics. RFC 7643 §7 says what each of them means; §2.2 says what holds where a
 * schema leaves one out.
 */
export interface AttributeDefinition {
  readonly name: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: Mutability;
  readonly returned: Returned;
  readonly uniqueness: Uniqueness;
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  /** Present exactly when `type` is `complex`. */
  readonly subAttributes?: readonly AttributeDefinition[];
}

/** A schema. RFC 7643 §7: it has a URN, a name, a description, and the definitions of its attributes. */
export interface SchemaDefinition {
  /** The schema's URN. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly AttributeDefinition[];
}

export interface SchemaExtension {
  readonly schema: SchemaDefinition;
  /** Whether every resource of the type must have attributes of this schema. */
  readonly required: boolean;
}

/**
 * A resource type. RFC 7643 §6: it ties an endpoint to one core schema and to the extensions that may come with it.
 */
export interface ResourceType {
  readonly name: 'User' | 'Group';
  readonly endpoint: '/Users' | '/Groups';
  readonly description: string;
  readonly schema: SchemaDefinition;
  readonly schemaExtensions: readonly SchemaExtension[];
}
