import { type JsonObject } from '../../protocol/json.js';
import { type Attributes } from '../../protocol/resource/resource.js';
import { type SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { type AttributeForms } from '../../persistence/indexed-forms/attribute-forms.js';
import { GROUP_KEY_COLUMNS, groupKeys, groupNameKey } from '../../persistence/groups/group-row.js';
import { parameter, sql, type SqlFragment } from '../../persistence/sql/sql-fragment.js';
import { USER_KEY_COLUMNS, userKeys, userNameKey } from '../../persistence/users/user-row.js';
import { type Run } from './owner-session.js';

/** A table of resources and the functions that make its keys. They are the same functions as for requests. */
export interface ResourceTable {
  readonly type: ResourceType;
  readonly name: SqlFragment;
  readonly keyColumns: readonly string[];
  readonly keys: (forms: AttributeForms, type: ResourceType, attributes: Attributes) => SqlFragment;
  /** The attribute whose key has a unique index. */
  readonly nameAttribute: 'userName' | 'displayName';
  readonly nameColumn: SqlFragment;
  readonly nameKey: (search: JsonObject) => string;
  /** Condition for rows whose name no other row may have. */
  readonly isNameUnique: SqlFragment;
}

/** A row: the attributes from which its keys are made, and the present key of its name. */
export interface ResourceRow {
  readonly id: string;
  readonly attributes: Attributes;
  readonly name_key: string;
  readonly name_unique: boolean;
}

export interface Batch {
  /** The batch begins behind this id. */
  readonly after: string;
  /** Greatest number of rows. */
  readonly size: number;
}

/** The tables of users and groups, in the order in which every transaction locks their rows. */
export function resourceTables({ user, group }: SchemaRegistry): readonly ResourceTable[] {
  return [
    {
      type: user,
      name: sql`users`,
      keyColumns: USER_KEY_COLUMNS,
      keys: userKeys,
      nameAttribute: 'userName',
      nameColumn: sql`user_name_key`,
      nameKey: userNameKey,
      isNameUnique: sql`true`,
    },
    {
      type: group,
      name: sql`groups`,
      keyColumns: GROUP_KEY_COLUMNS,
      keys: groupKeys,
      nameAttribute: 'displayName',
      nameColumn: sql`display_name_key`,
      nameKey: groupNameKey,
      isNameUnique: sql`duplicate_slot = 0`,
    },
  ];
}

/** The rows of a batch in the order of their ids. */
export async function readBatch(
  run: Run,
  companyId: string,
  { name, nameColumn, isNameUnique }: ResourceTable,
  { after, size }: Batch,
  lock = sql``,
): Promise<readonly ResourceRow[]> {
  const { rows } = await run<ResourceRow>(
    sql`SELECT id, attributes, ${nameColumn} AS name_key, ${isNameUnique} AS name_unique FROM ${name}
      WHERE company_id = ${parameter(companyId)} AND id > ${parameter(after)}
      ORDER BY id LIMIT ${parameter(String(size))}::int ${lock}`,
  );
  return rows;
}
