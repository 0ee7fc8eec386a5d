import { type Json } from '../../protocol/json.js';
import { type AttributeDefinition, type ResourceType } from '../../protocol/schema/schema.js';
import { type SqlFragment } from './sql-fragment.js';

/** One value of an attribute as SQL. Everything textual is in the collation "C". */
export interface ValueExpression {
  /** In compared form. */
  readonly text: SqlFragment;
  /** What `co`, `sw` and `ew` search, where that is not the compared form. */
  readonly original?: SqlFragment;
  /** As jsonb, for booleans and numbers. */
  readonly json?: SqlFragment;
  /** As timestamptz. */
  readonly instant?: SqlFragment;
  /** Equality with a text in compared form, where an index can do it better than `text = …`. */
  readonly equals?: (text: string) => SqlFragment;
  /** An ordered index serves a range of `text`. */
  readonly ordered?: true;
  readonly present: SqlFragment;
}

/** Where the values of an attribute are, seen from a row `r` of scoped.users or scoped.groups. */
export interface AttributeSource {
  /** One row for each element; absent where there is at most one element, which needs no row of its own. */
  readonly elements?: { readonly from: SqlFragment; readonly where: SqlFragment };
  /** Whether the single element exists; absent where it always does. */
  readonly exists?: SqlFragment;
  /**
   * A value of the element, or the element itself where no sub-attribute is named; the first value of a multi-valued
   * sub-attribute.
   */
  readonly value: (subAttribute: AttributeDefinition | undefined) => ValueExpression;
  /** The values of an element's multi-valued sub-attribute, one row for each. */
  readonly values?: (subAttribute: AttributeDefinition) => { from: SqlFragment; value: ValueExpression };
  /**
   * Whether one element is this value, or has all these sub-attributes; undefined where no index answers that.
   */
  readonly holding?: (element: Json) => SqlFragment | undefined;
  /** A condition that holds wherever an element's sub-attribute contains the text, and that an index answers. */
  readonly prefilter?: (subAttribute: AttributeDefinition, text: string) => SqlFragment | undefined;
  /** Whether the attribute has a value; absent where that is asked of its elements. */
  readonly present?: SqlFragment;
}

export interface SourceContext {
  readonly type: ResourceType;
  /** URI in front of a resource's id; see `ListPlan.baseUri`. */
  readonly baseUri: string;
}
