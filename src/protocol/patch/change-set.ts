import { type MemberReference } from '../error/scim-error.js';
import { type BoundFilter } from '../filter/filter.js';
import { type Json, type JsonObject } from '../json.js';
import { type RepeatedValue } from '../resource/ignored-names.js';
import { type BoundAttribute } from '../schema/attribute-path.js';

/** Which elements of a multi-valued attribute a change is about. */
type Selection =
  | { readonly kind: 'where'; readonly filter: BoundFilter }
  /** Elements equal to one of these; for complex elements: equal `value`, and equal in all that is given. */
  | { readonly kind: 'equalTo'; readonly values: readonly Json[] };

/**
 * One step of a PATCH after parsing and binding. Values are in canonical names and checked types; nothing here
 * depends on the resource's present state.
 */
export type Change = { readonly operationIndex: number } & (
  | { readonly kind: 'set'; readonly target: BoundAttribute; readonly value: Json }
  /**
   * Sets the given sub-attributes of a single-valued complex attribute; null clears one. RFC 7644 §3.5.2.3: those that
   * are not given stay.
   */
  | { readonly kind: 'merge'; readonly target: BoundAttribute; readonly value: JsonObject }
  | { readonly kind: 'clear'; readonly target: BoundAttribute }
  | { readonly kind: 'clearExtension'; readonly extension: string }
  | { readonly kind: 'addValues'; readonly target: BoundAttribute; readonly values: readonly Json[] }
  | { readonly kind: 'replaceValues'; readonly target: BoundAttribute; readonly values: readonly Json[] }
  | { readonly kind: 'removeValues'; readonly target: BoundAttribute; readonly selection: Selection }
  /** About the members of a group, which are named by their ids: in order, each once. */
  | {
      readonly kind: 'addMembers' | 'replaceMembers' | 'removeMembers';
      readonly target: BoundAttribute;
      readonly ids: readonly string[];
    }
  | {
      readonly kind: 'updateValues';
      readonly target: BoundAttribute;
      readonly where: BoundFilter;
      /** Sub-attributes to set; null clears one. Where elements are simple values, `value` is the new element. */
      readonly set: JsonObject;
      /** What happens to the values of a multi-valued sub-attribute in `set`. Absent: they replace those there. */
      readonly values?: 'add' | 'remove';
      /** Where no element matches: the element to create, the error `noTarget`, or no change. */
      readonly otherwise: { readonly create: Json } | 'noTarget' | 'nothing';
    }
);

/** A read-only value that a strict PATCH without a path repeats: it passes where it is the stored one. */
export interface ReadOnlyClaim {
  readonly operationIndex: number;
  readonly target: BoundAttribute;
  readonly value: Json;
}

/** A PATCH as data, planned without reading the resource. Changes are applied in order, all or none. */
export interface ChangeSet {
  readonly changes: readonly Change[];
  /** What a lenient reading left out, for the log: names and places, never values. */
  readonly ignored: readonly string[];
  /** What the read-only attributes among them were to be. */
  readonly repeated: readonly RepeatedValue[];
  /** To be compared with the resource before it is changed; empty in the lenient dialect. */
  readonly claims: readonly ReadOnlyClaim[];
  /** What to do where the changes leave more than one element of an attribute with `primary` true. */
  readonly severalPrimaries: 'firstWins' | 'refuse';
}

/** One step on the members of a group, in the form that becomes a set-based statement. */
export type MembershipChange =
  /**
   * With `clear`, every member that is not in `add` is removed; then those in `remove` are removed and those in `add`
   * added. No id is in both lists.
   */
  | {
      readonly kind: 'delta';
      readonly clear: boolean;
      readonly add: readonly string[];
      readonly remove: readonly string[];
    }
  /**
   * Members that the filter selects are removed. Its targets are sub-attributes of `members`. Each member is judged by
   * itself, with its present display name, and a `$ref` without a base URI, such as `/Users/…`.
   */
  | { readonly kind: 'removeWhere'; readonly filter: BoundFilter };

/** The part of a group's PATCH that is about members, folded into as few steps as its meaning allows. */
export interface MembershipPlan {
  readonly steps: readonly MembershipChange[];
  /** Every id that the request adds at any point, even if a later operation takes it out: all must exist. */
  readonly references: readonly MemberReference[];
  /** What happens to references that name no user or group. Absent: as the company's settings say. */
  readonly unknown?: 'reject' | 'ignore';
}
