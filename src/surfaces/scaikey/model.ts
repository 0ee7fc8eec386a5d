/** The type of a declared value. `model` is an object of declared fields, `object` one of any fields. */
export type FieldType =
  | { readonly kind: 'string' | 'integer' | 'boolean' | 'object' | 'any' }
  | { readonly kind: 'list'; readonly items: FieldType }
  | { readonly kind: 'model'; readonly model: Model };

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** May not be left out. */
  readonly required?: boolean;
  /** May be null. */
  readonly nullable?: boolean;
  /** The documented default. */
  readonly default?: string | boolean | readonly string[];
}

/** An object as the document declares it: the source of both validation and OpenAPI components. */
export interface Model {
  readonly name: string;
  readonly description: string;
  /** In the order in which they are checked. */
  readonly fields: readonly Field[];
}

export const STRING: FieldType = { kind: 'string' };
export const INTEGER: FieldType = { kind: 'integer' };
export const BOOLEAN: FieldType = { kind: 'boolean' };
export const OBJECT: FieldType = { kind: 'object' };
export const ANY: FieldType = { kind: 'any' };
export const listOf = (items: FieldType): FieldType => ({ kind: 'list', items });
export const modelOf = (model: Model): FieldType => ({ kind: 'model', model });

/** A field that may be left out or null. */
export const optional = (name: string, type: FieldType): Field => ({ name, type, nullable: true });
export const required = (name: string, type: FieldType): Field => ({ name, type, required: true });
/** A field that may be left out but not null. */
export const defaulted = (name: string, type: FieldType, value: NonNullable<Field['default']>): Field => ({
  name,
  type,
  default: value,
});
