import { type ResourceType } from '../../protocol/schema/schema.js';
import { type AttributeForms } from '../../persistence/comparison/attribute-forms.js';
import { formatResourceId } from '../../persistence/sql/resource-id.js';
import { searchDocument } from '../../persistence/sql/search-document.js';
import { parameter, sql } from '../../persistence/sql/sql-fragment.js';
import { ownerColumn, uniqueValues } from '../../persistence/unique-values/unique-values.js';
import { type OwnerSession, type Run } from './owner-session.js';
import { type Batch, readBatch, type ResourceRow, type ResourceTable } from './resource-table.js';

/** A resource whose value is also another one's. */
export interface ClashingResource {
  readonly type: ResourceType['name'];
  /** As on the wire. */
  readonly id: string;
  /** userName or displayName. */
  readonly name: string;
}

/** Resources of one company that would have one value of an attribute that has to be unique. */
export interface Clash {
  readonly company: string;
  readonly attribute: string;
  readonly resources: readonly ClashingResource[];
}

/** How many keys one look-up has. */
const KEYS_AT_ONCE = 1000;

/** Looks for the values of one company that new forms make equal; nothing is changed. */
export class ClashSearch {
  /** Values that rows get: by attribute and key, who gets them. */
  private readonly gained = new Map<string, Map<string, ClashingResource[]>>();
  /** Values that rows lose. */
  private readonly lost = new Set<string>();

  constructor(
    private readonly session: OwnerSession,
    private readonly company: { readonly id: string; readonly slug: string },
    private readonly forms: AttributeForms,
  ) {}

  /** Looks at a batch of rows. @returns Id of the last, undefined where there was none. */
  async examine(table: ResourceTable, batch: Batch): Promise<{ last: string | undefined; rows: number }> {
    return this.session.inCompany(this.company.id, async (run) => {
      const rows = await readBatch(run, this.company.id, table, batch);
      for (const row of rows) this.compareName(table, row);
      await this.compareUniqueValues(run, table, rows);
      return { last: rows.at(-1)?.id, rows: rows.length };
    });
  }

  /** To be asked when all rows were examined. The resources of a clash are in the order of their ids. */
  async clashes(tables: readonly ResourceTable[]): Promise<readonly Clash[]> {
    const found: Clash[] = [];
    for (const [attribute, keys] of this.gained) {
      const table = tables.find(({ nameAttribute }) => nameAttribute === attribute);
      for (const some of slices([...keys.keys()])) {
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
    this.lost.add(token(nameAttribute, row.name_key, row.id));
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
    const before = new Set(kept.map(({ attribute, hash, id }) => token(attribute, hash, id)));
    const after = new Set<string>();
    for (const { id, attributes } of rows) {
      for (const { attribute, hash } of uniqueValues(this.forms, type, attributes)) {
        after.add(token(attribute, hash, id));
        if (before.has(token(attribute, hash, id))) continue;
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

  /** Those who have a name already and keep it. */
  private async addHoldersOfNames(run: Run, table: ResourceTable, names: readonly string[]): Promise<void> {
    const { type, name, nameAttribute, nameColumn, isNameUnique } = table;
    const { rows } = await run<{ id: string; key: string; name: string | null }>(
      sql`SELECT id, ${nameColumn} AS key, attributes ->> ${parameter(nameAttribute)}::text AS name FROM ${name}
        WHERE company_id = ${parameter(this.company.id)} AND ${isNameUnique}
          AND ${nameColumn} = ANY (${parameter(names)}::text[]) ORDER BY id`,
    );
    for (const row of rows) this.addHolder(nameAttribute, row.key, type.name, row.id, row.name);
  }

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
    if (!this.lost.has(token(attribute, key, id))) this.gain(attribute, key, resourceOf(type, id, name));
  }
}

const token = (attribute: string, key: string, id: string): string => `${id} ${attribute} ${key}`;

function resourceOf(type: ResourceType['name'], id: string, name: unknown): ClashingResource {
  return { type, id: formatResourceId(id), name: typeof name === 'string' ? name : '' };
}

function slices(keys: readonly string[]): readonly string[][] {
  return Array.from({ length: Math.ceil(keys.length / KEYS_AT_ONCE) }, (_, index) =>
    keys.slice(index * KEYS_AT_ONCE, (index + 1) * KEYS_AT_ONCE),
  );
}
