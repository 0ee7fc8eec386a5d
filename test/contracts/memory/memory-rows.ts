import { type Attributes, type StoredUser } from '../../../src/protocol/resource/resource.js';

/** What is kept of a user. All else that is shown of one comes out of other rows. */
export type UserRow = Pick<StoredUser, 'id' | 'version' | 'created' | 'lastModified' | 'attributes'>;

/** What is kept of a group. */
export interface GroupRow extends UserRow {
  /** Ids of users and groups of the same company. */
  readonly memberIds: ReadonlySet<string>;
}

export function newRow(id: string, attributes: Attributes): UserRow {
  const now = new Date().toISOString();
  return { id, version: '1', created: now, lastModified: now, attributes };
}

/** The row at its next version. */
export function changedRow<Row extends UserRow>(row: Row, changes: Partial<Row>): Row {
  const version = String(Number(row.version) + 1);
  return { ...row, ...changes, version, lastModified: new Date().toISOString() };
}
