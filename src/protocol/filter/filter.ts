import { type BoundAttribute } from '../schema/attribute-path.js';

export type CompareOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

/** An attribute name as typed, and the column (from 1) where it stands. */
export interface AttributeName {
  readonly text: string;
  readonly column: number;
}

/** A filter as typed (RFC 7644 §3.4.2.2): names not yet looked up, values as JSON literals. */
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
  /** The source text, when the literal was written without quotes: a string attribute may read it as a string. */
  readonly source?: string;
}

/** A literal in the form that is compared; see {@link comparableText} for strings. */
export type BoundValue =
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean };

/**
 * What a filter means: names resolved, types checked, literals in compared form. Only this tree is evaluated
 * or compiled to SQL.
 *
 * Below a `valuePath` every target repeats the parent attribute and names a sub-attribute, unless the values are
 * simple; it is judged on one and the same element. `compare` with `eq`/`ne` against null does not occur: bind turns it into `present`.
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
  /** An attribute that this type lacks, at an endpoint of several types (RFC 7644 §3.4.2.1). */
  | { readonly kind: 'constant'; readonly value: boolean };
