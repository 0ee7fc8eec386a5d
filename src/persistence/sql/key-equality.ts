import { type ListPlan } from '../../scim/lists/list-plan.js';
import { columns, parameter, sql, type SqlFragment } from './sql-fragment.js';

/** The columns of attributes that at most a few resources have one value of, by type. */
const KEYS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  User: { userName: 'user_name_key', externalId: 'external_id' },
  Group: { displayName: 'display_name_key', externalId: 'external_id' },
};

/** A filter that is one equality with a key, such as `userName eq "ada"`. */
export interface KeyEquality {
  /** Name of the attribute, which tells statements for it from others. */
  readonly attribute: string;
  /** As a condition on a row of the type's table. */
  readonly condition: (alias: string) => SqlFragment;
}

/**
 * The equality that a list consists of: what identity providers ask before they write. Undefined for any other list, for
 * a later page, and for a page by cursor.
 */
export function keyEquality({ parts, startIndex, count, keyset }: ListPlan): KeyEquality | undefined {
  const [part, other] = parts;
  if (!part?.filter || other || keyset || startIndex > 1 || count === 0) return undefined;
  const { type, filter } = part;
  if (filter.kind !== 'compare' || filter.operator !== 'eq' || filter.value.type !== 'text') return undefined;
  const { extension, attribute, subAttribute } = filter.target;
  const column = KEYS[type.name]?.[attribute.name];
  if (column === undefined || extension !== undefined || subAttribute) return undefined;
  const value = parameter(filter.value.value);
  return {
    attribute: attribute.name,
    condition: (alias) => sql`${columns([column], `${alias}.`)} = ${value}`,
  };
}

/**
 * How many rows are read of an equality: more than one, and the list is read as any other. It stands behind a materialized
 * expression with the condition: where statistics say that there is hardly a row, the planner would read the table until
 * two are found.
 */
export const KEY_ROWS = sql`LIMIT 2`;
