import { createHash } from 'node:crypto';
import { uniqueness } from '../../protocol/error/scim-error.js';
import { type Attributes } from '../../protocol/resource/resource.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { type AttributeForms } from '../comparison/attribute-forms.js';
import { searchDocument, visitValues } from '../sql/search-document.js';
import { parameter, sql, type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import { type Statement, type StatementResult } from '../transaction/company-transaction.js';

/** A value that only one resource of a company may have. */
export interface UniqueValue {
  /** As in {@link AttributeForms}. */
  readonly attribute: string;
  /** SHA-256 of the compared form, in hex digits. */
  readonly hash: string;
}

/** Whose values they are. */
export interface ValueOwner {
  readonly companyId: string;
  readonly type: ResourceType['name'];
  /** Decimal digits. */
  readonly id: string;
}

/** The values of a resource that its company may use once, each of them once. An empty string is no value. */
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
 * The statements that make these the values of a resource, to be run together behind the change of the resource and
 * before any count is moved: values are locked after resources. None where no attribute is unique.
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
 * @param results Of all statements of {@link claimStatements}.
 * @throws ScimError 409 `uniqueness` where another resource has one of the values
 */
export function requireClaimed(results: readonly StatementResult[]): void {
  const taken = (results.at(2)?.rows ?? []) as readonly { attribute: string }[];
  if (taken.length === 0) return;
  const attributes = taken.map(({ attribute }) => attribute).join(', ');
  throw uniqueness(`${attributes}: another resource of this company has this value.`);
}

/** The column that names an owner of that type. */
export function ownerColumn(type: ResourceType['name']): SqlFragment {
  return type === 'User' ? sql`user_id` : sql`group_id`;
}

/** Values as a table `w (attribute, hash)`. */
function table(values: readonly UniqueValue[]): SqlFragment {
  return sql`unnest(${parameter(values.map(({ attribute }) => attribute))}::text[],
    ${parameter(values.map(({ hash }) => hash))}::text[]) w (attribute, hash)`;
}

function releaseFormer({ companyId, type, id }: ValueOwner, values: readonly UniqueValue[]): Statement {
  return toStatement(sql`DELETE FROM unique_values v
    WHERE v.company_id = ${parameter(companyId)} AND v.${ownerColumn(type)} = ${parameter(id)}
      AND NOT EXISTS (SELECT FROM ${table(values)}
        WHERE w.attribute = v.attribute AND decode(w.hash, 'hex') = v.value_hash)`);
}

/** Waits for whoever has the same value under way; in one order, so that two who wait for each other are rare. */
function claim({ companyId, type, id }: ValueOwner, values: readonly UniqueValue[]): Statement {
  return toStatement(sql`INSERT INTO unique_values (company_id, attribute, value_hash, ${ownerColumn(type)})
    SELECT ${parameter(companyId)}::bigint, w.attribute, decode(w.hash, 'hex'), ${parameter(id)}::bigint
    FROM ${table(values)} ORDER BY 2, 3 ON CONFLICT DO NOTHING`);
}

/** A statement of its own: only then does it see what others committed while the claim waited. */
function selectTaken({ companyId, type, id }: ValueOwner, values: readonly UniqueValue[]): Statement {
  return toStatement(sql`SELECT DISTINCT w.attribute FROM ${table(values)}
    WHERE NOT EXISTS (SELECT FROM unique_values v
      WHERE v.company_id = ${parameter(companyId)} AND v.attribute = w.attribute
        AND v.value_hash = decode(w.hash, 'hex') AND v.${ownerColumn(type)} = ${parameter(id)})
    ORDER BY w.attribute`);
}
