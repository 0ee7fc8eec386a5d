import { type BoundAttribute } from '../schema/attribute-path.js';

export type CompareOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

/** An attribute name as typed, and the column where it begins, counted from 1. */
export interface AttributeName {
  readonly text: string;
  readonly column: number;
}

/**
 * A filter as typed, by the grammar of RFC 7644 §3.4.2.2. Names are not looked up yet, and values are literals of
 * JSON.
 */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Filter[] }
  | { readonly kind: 'not'; readonly operand: Filter }
  | {
      readonly kind: 'compare';
      readonly name: AttributeName;
      readonly operator: CompareOperator;
      readonly value: CompareLiteral;
    }
  | { readonly kind: 'present'; readonly name: AttributeName }
  | { readonly kind: 'valuePath'; readonly name: AttributeName; readonly filter: Filter };

export interface CompareLiteral {
  readonly value: string | number | boolean | null;
  readonly column: number;
  /** The text of a literal without quotes: the lenient dialect reads it as a string where the attribute is one. */
  readonly source?: string;
}

/** A literal in the form in which it is compared; `comparableText` makes that of strings. */
export type BoundValue =
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean };

/**
 * A filter bound to a resource type: names are resolved, types are checked, and literals have the form in which they
 * are compared. Only this tree is evaluated or compiled to SQL.
 *
 * Inside a `valuePath`, every target repeats the attribute in front of the brackets and names a sub-attribute, unless
 * the elements are simple. The whole filter inside must hold for one and the same element. There is no `compare` with
 * null: binding turns it into `present`.
 */
export type BoundFilter =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly BoundFilter[] }
  | { readonly kind: 'not'; readonly operand: BoundFilter }
  | {
      readonly kind: 'compare';
      readonly target: BoundAttribute;
      readonly operator: CompareOperator;
      readonly value: BoundValue;
    }
  | { readonly kind: 'present'; readonly target: BoundAttribute }
  | { readonly kind: 'valuePath'; readonly target: BoundAttribute; readonly filter: BoundFilter }
  /** RFC 7644 §3.4.2.1: at an endpoint of several types, an attribute that this type lacks has no value. */
  | { readonly kind: 'constant'; readonly value: boolean };
