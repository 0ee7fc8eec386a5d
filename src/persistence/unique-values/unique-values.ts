import { createHash } from 'node:crypto';
import { uniqueness } from '../../protocol/error/scim-error.js';
import { type Attributes } from '../../protocol/resource/resource.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { type AttributeForms } from '../indexed-forms/attribute-forms.js';
import { idParameter } from '../sql/resource-id.js';
import { searchDocument, visitValues } from '../sql/search-document.js';
import { parameter, sql, type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import { type Statement, type StatementResult } from '../transaction/company-transaction.js';

/**
 * A value that only one resource of a company may have. RFC 7643 §7: its attribute has the uniqueness `server` or
 * `global`.
 */
export interface UniqueValue {
  /** Name of the attribute, as in {@link AttributeForms}. */
  readonly attribute: string;
  /** SHA-256 of the value's compared form as JSON, in hexadecimal digits. */
  readonly hash: string;
}

/** The resource that has the values. */
export interface ValueOwner {
  readonly companyId: string;
  readonly type: ResourceType['name'];
  readonly id: string;
}

/** The values of a resource that must be unique in its company, without repetition. Empty strings are left out. */
export function uniqueValues(
  forms: AttributeForms,
  type: ResourceType,
  attributes: Attributes,
): readonly UniqueValue[] {
  if (forms.unique.size === 0) return [];
  const values = new Map<string, UniqueValue>();
  visitValues(type, searchDocument(forms, type, attributes), (attribute, value) => {
    if (!forms.unique.has(attribute) || value === '' || value === null) return;
    const hash = createHash('sha256').update(JSON.stringify(value)).digest('hex');
    values.set(attribute + hash, { attribute, hash });
  });
  return [...values.values()];
}

/**
 * The statements that store the unique values of a resource and release its former ones; none if no attribute is
 * unique. They must run together, after the resource is changed and before a count is: every transaction locks in
 * this order.
 */
export function claimStatements(
  forms: AttributeForms,
  owner: ValueOwner,
  values: readonly UniqueValue[],
): readonly Statement[] {
  if (forms.unique.size === 0) return [];
  return values.length === 0
    ? [releaseFormer(owner, values)]
    : [releaseFormer(owner, values), claim(owner, values), selectTaken(owner, values)];
}

/**
 * Checks that the resource got all its values.
 *
 * @param results the results of the statements of {@link claimStatements}
 * @throws ScimError 409 `uniqueness` where another resource has one of the values
 */
export function requireClaimed(results: readonly StatementResult[]): void {
  const taken = (results.at(2)?.rows ?? []) as readonly { attribute: string }[];
  if (taken.length === 0) return;
  const attributes = taken.map(({ attribute }) => attribute).join(', ');
  throw uniqueness(`${attributes}: another resource of this company has this value.`);
}

/** The column with the id of an owner of this type. */
export function ownerColumn(type: ResourceType['name']): SqlFragment {
  return type === 'User' ? sql`user_id` : sql`group_id`;
}

/** The values as a table `w (attribute, hash)`. */
function valuesTable(values: readonly UniqueValue[]): SqlFragment {
  return sql`unnest(${parameter(values.map(({ attribute }) => attribute))}::text[],
    ${parameter(values.map(({ hash }) => hash))}::text[]) w (attribute, hash)`;
}

/** Finds the values that some resource has. */
export function selectHeld(companyId: string, values: readonly UniqueValue[]): Statement {
  return toStatement(sql`SELECT DISTINCT v.attribute FROM ${valuesTable(values)}
    JOIN unique_values v ON v.company_id = ${parameter(companyId)} AND v.attribute = w.attribute
      AND v.value_hash = decode(w.hash, 'hex')`);
}

function releaseFormer({ companyId, type, id }: ValueOwner, values: readonly UniqueValue[]): Statement {
  return toStatement(sql`DELETE FROM unique_values v
    WHERE v.company_id = ${parameter(companyId)} AND v.${ownerColumn(type)} = ${idParameter(id)}
      AND NOT EXISTS (SELECT FROM ${valuesTable(values)}
        WHERE w.attribute = v.attribute AND decode(w.hash, 'hex') = v.value_hash)`);
}

/**
 * Stores the values. It waits for other transactions that store the same value. All transactions use the same order,
 * so that deadlocks are rare.
 */
function claim({ companyId, type, id }: ValueOwner, values: readonly UniqueValue[]): Statement {
  return toStatement(sql`INSERT INTO unique_values (company_id, attribute, value_hash, ${ownerColumn(type)})
    SELECT ${parameter(companyId)}::bigint, w.attribute, decode(w.hash, 'hex'), ${idParameter(id)}
    FROM ${valuesTable(values)} ORDER BY 2, 3 ON CONFLICT DO NOTHING`);
}

/**
 * Finds the values that another resource has. As a separate statement, it sees what other transactions committed
 * while {@link claim} was waiting for them.
 */
function selectTaken({ companyId, type, id }: ValueOwner, values: readonly UniqueValue[]): Statement {
  return toStatement(sql`SELECT DISTINCT w.attribute FROM ${valuesTable(values)}
    WHERE NOT EXISTS (SELECT FROM unique_values v
      WHERE v.company_id = ${parameter(companyId)} AND v.attribute = w.attribute
        AND v.value_hash = decode(w.hash, 'hex') AND v.${ownerColumn(type)} = ${idParameter(id)})
    ORDER BY w.attribute`);
}
