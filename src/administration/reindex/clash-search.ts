import { type ResourceType } from '../../protocol/schema/schema.js';
import { type AttributeForms } from '../../persistence/indexed-forms/attribute-forms.js';
import { formatResourceId } from '../../persistence/sql/resource-id.js';
import { searchDocument } from '../../persistence/sql/search-document.js';
import { parameter, sql } from '../../persistence/sql/sql-fragment.js';
import { ownerColumn, uniqueValues } from '../../persistence/unique-values/unique-values.js';
import { type OwnerSession, type Run } from './owner-session.js';
import { type Batch, readBatch, type ResourceRow, type ResourceTable } from './resource-table.js';

/** A resource that would share a unique value with another one. */
export interface ClashingResource {
  readonly type: ResourceType['name'];
  /** 16 hexadecimal digits. */
  readonly id: string;
  /** The userName of a user, the displayName of a group. */
  readonly name: string;
}

/** Resources of a company that would have the same value of an attribute that must be unique. */
export interface Clash {
  readonly company: string;
  readonly attribute: string;
  readonly resources: readonly ClashingResource[];
}

/** How many keys one query looks up. */
const KEYS_PER_QUERY = 1000;

/** Searches a company for values that the new forms would make equal. It changes nothing. */
export class ClashSearch {
  /** The keys that resources would get, by attribute: each key with the resources that would get it. */
  private readonly gained = new Map<string, Map<string, ClashingResource[]>>();
  /** The keys that resources have now and would no longer have. */
  private readonly lost = new Set<string>();

  constructor(
    private readonly session: OwnerSession,
    private readonly company: { readonly id: string; readonly slug: string },
    private readonly forms: AttributeForms,
  ) {}

  /**
   * Compares the present and the new keys of a batch of rows.
   *
   * @returns the id of the last row, undefined if there were none, and the number of rows
   */
  async examine(table: ResourceTable, batch: Batch): Promise<{ last: string | undefined; rows: number }> {
    return this.session.inCompany(this.company.id, async (run) => {
      const rows = await readBatch(run, this.company.id, table, batch);
      for (const row of rows) this.compareName(table, row);
      await this.compareUniqueValues(run, table, rows);
      return { last: rows.at(-1)?.id, rows: rows.length };
    });
  }

  /**
   * The clashes, to be called when all rows were examined. The resources of a clash are in the order of their ids.
   */
  async clashes(tables: readonly ResourceTable[]): Promise<readonly Clash[]> {
    const found: Clash[] = [];
    for (const [attribute, keys] of this.gained) {
      const table = tables.find(({ nameAttribute }) => nameAttribute === attribute);
      for (const some of chunks([...keys.keys()])) {
        await this.session.inCompany(this.company.id, (run) =>
          table ? this.addHoldersOfNames(run, table, some) : this.addHoldersOfValues(run, attribute, some),
        );
      }
      for (const resources of keys.values()) {
        if (resources.length < 2) continue;
        resources.sort(({ id: left }, { id: right }) => (left < right ? -1 : 1));
        found.push({ company: this.company.slug, attribute, resources });
      }
    }
    return found;
  }

  private compareName({ type, nameAttribute, nameKey }: ResourceTable, row: ResourceRow): void {
    const key = nameKey(searchDocument(this.forms, type, row.attributes));
    if (!row.name_unique || key === row.name_key) return;
    this.gain(nameAttribute, key, resourceOf(type.name, row.id, row.attributes[nameAttribute]));
    this.lost.add(holding(nameAttribute, row.name_key, row.id));
  }

  private async compareUniqueValues(
    run: Run,
    { type, nameAttribute }: ResourceTable,
    rows: readonly ResourceRow[],
  ): Promise<void> {
    if (this.forms.unique.size === 0) return;
    const column = ownerColumn(type.name);
    const { rows: kept } = await run<{ attribute: string; hash: string; id: string }>(
      sql`SELECT attribute, encode(value_hash, 'hex') AS hash, ${column} AS id FROM unique_values
        WHERE company_id = ${parameter(this.company.id)}
          AND ${column} = ANY (${parameter(rows.map(({ id }) => id))}::bigint[])`,
    );
    const before = new Set(kept.map(({ attribute, hash, id }) => holding(attribute, hash, id)));
    const after = new Set<string>();
    for (const { id, attributes } of rows) {
      for (const { attribute, hash } of uniqueValues(this.forms, type, attributes)) {
        after.add(holding(attribute, hash, id));
        if (before.has(holding(attribute, hash, id))) continue;
        this.gain(attribute, hash, resourceOf(type.name, id, attributes[nameAttribute]));
      }
    }
    for (const value of before) if (!after.has(value)) this.lost.add(value);
  }

  private gain(attribute: string, key: string, resource: ClashingResource): void {
    const keys = this.gained.get(attribute) ?? new Map<string, ClashingResource[]>();
    this.gained.set(attribute, keys);
    keys.set(key, [...(keys.get(key) ?? []), resource]);
  }

  /** Adds the resources that have one of the names now and keep it. */
  private async addHoldersOfNames(run: Run, table: ResourceTable, names: readonly string[]): Promise<void> {
    const { type, name, nameAttribute, nameColumn, isNameUnique } = table;
    const { rows } = await run<{ id: string; key: string; name: string | null }>(
      sql`SELECT id, ${nameColumn} AS key, attributes ->> ${parameter(nameAttribute)}::text AS name FROM ${name}
        WHERE company_id = ${parameter(this.company.id)} AND ${isNameUnique}
          AND ${nameColumn} = ANY (${parameter(names)}::text[]) ORDER BY id`,
    );
    for (const row of rows) this.addHolder(nameAttribute, row.key, type.name, row.id, row.name);
  }

  /** Adds the resources that have one of the values now and keep it. */
  private async addHoldersOfValues(run: Run, attribute: string, hashes: readonly string[]): Promise<void> {
    const { rows } = await run<{
      hash: string;
      user_id: string | null;
      group_id: string | null;
      name: string;
    }>(
      sql`SELECT encode(v.value_hash, 'hex') AS hash, v.user_id, v.group_id,
          coalesce(u.attributes ->> 'userName', g.attributes ->> 'displayName') AS name
        FROM unnest(${parameter(hashes)}::text[]) w (hash)
        JOIN unique_values v ON v.company_id = ${parameter(this.company.id)}
          AND v.attribute = ${parameter(attribute)} AND v.value_hash = decode(w.hash, 'hex')
        LEFT JOIN users u ON u.company_id = v.company_id AND u.id = v.user_id
        LEFT JOIN groups g ON g.company_id = v.company_id AND g.id = v.group_id`,
    );
    for (const { hash, user_id, group_id, name } of rows) {
      this.addHolder(attribute, hash, user_id === null ? 'Group' : 'User', user_id ?? group_id ?? '', name);
    }
  }

  private addHolder(
    attribute: string,
    key: string,
    type: ResourceType['name'],
    id: string,
    name: string | null,
  ): void {
    if (!this.lost.has(holding(attribute, key, id))) this.gain(attribute, key, resourceOf(type, id, name));
  }
}

/** A text for the fact that a resource has a key. */
const holding = (attribute: string, key: string, id: string): string => `${id} ${attribute} ${key}`;

function resourceOf(type: ResourceType['name'], id: string, name: unknown): ClashingResource {
  return { type, id: formatResourceId(id), name: typeof name === 'string' ? name : '' };
}

function chunks(keys: readonly string[]): readonly string[][] {
  return Array.from({ length: Math.ceil(keys.length / KEYS_PER_QUERY) }, (_, index) =>
    keys.slice(index * KEYS_PER_QUERY, (index + 1) * KEYS_PER_QUERY),
  );
}
