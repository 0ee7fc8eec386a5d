import { type MemberReference } from '../error/scim-error.js';
import { type BoundFilter } from '../filter/filter.js';
import { type Json, type JsonObject } from '../json.js';
import { type BoundAttribute } from '../schema/attribute-path.js';

/** Which elements of a multi-valued attribute a change is about. */
export type Selection =
  | { readonly kind: 'where'; readonly filter: BoundFilter }
  /** Elements equal to one of these; for complex elements: equal `value`, and equal in all that is given. */
  | { readonly kind: 'equalTo'; readonly values: readonly Json[] };

/**
 * One step of a PATCH after parsing and binding. Values are in canonical names and checked types; nothing here
 * depends on the resource's present state.
 */
export type Change = { readonly operationIndex: number } & (
  | { readonly kind: 'set'; readonly target: BoundAttribute; readonly value: Json }
  /** The given sub-attributes of a single-valued complex attribute, null clears one; the others stay (RFC 7644 §3.5.2.3). */
  | { readonly kind: 'merge'; readonly target: BoundAttribute; readonly value: JsonObject }
  | { readonly kind: 'clear'; readonly target: BoundAttribute }
  | { readonly kind: 'clearExtension'; readonly extension: string }
  | { readonly kind: 'addValues'; readonly target: BoundAttribute; readonly values: readonly Json[] }
  | { readonly kind: 'replaceValues'; readonly target: BoundAttribute; readonly values: readonly Json[] }
  | { readonly kind: 'removeValues'; readonly target: BoundAttribute; readonly selection: Selection }
  | {
      readonly kind: 'updateValues';
      readonly target: BoundAttribute;
      readonly where: BoundFilter;
      /** Sub-attributes to set, null clears one; where the elements have none, the one that is called `value`. */
      readonly set: JsonObject;
      /** What becomes of the values in `set` of a sub-attribute that has several; absent: they replace those there. */
      readonly values?: 'add' | 'remove';
      /** The element to make where none matches: what the filter gives, with `set`; else what to do instead. */
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
  /** To be compared with the resource before it is changed; empty in the lenient dialect. */
  readonly claims: readonly ReadOnlyClaim[];
  /** What to do where the changes leave more than one element of an attribute with `primary` true. */
  readonly severalPrimaries: 'firstWins' | 'refuse';
}

/** One step on the members of a group, in the form that becomes a set-based statement. */
export type MembershipChange =
  /** First every member not in `add` goes if `clear`, then those in `remove`, then `add` come. The two are disjoint. */
  | {
      readonly kind: 'delta';
      readonly clear: boolean;
      readonly add: readonly string[];
      readonly remove: readonly string[];
    }
  /** Members that the filter selects go; its targets are sub-attributes of `members`. */
  | { readonly kind: 'removeWhere'; readonly filter: BoundFilter };

/** The part of a group's PATCH that is about members, folded into as few steps as its meaning allows. */
export interface MembershipPlan {
  readonly steps: readonly MembershipChange[];
  /** Every id that the request adds at any point, even if a later operation takes it out: all must exist. */
  readonly references: readonly MemberReference[];
  /** What becomes of references that name nobody. Absent: what the company has decided. */
  readonly unknown?: 'reject' | 'ignore';
}
