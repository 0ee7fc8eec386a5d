import { Column } from 'typeorm';
import { type JsonObject } from '../../protocol/json.js';

/** What rows of users and groups have in common. */
export abstract class StoredResource {
  @Column('bigint', { default: 1 })
  version!: string;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  created!: Date;

  @Column({ type: 'timestamptz', name: 'last_modified', precision: 3, default: () => 'now()' })
  lastModified!: Date;

  /** The attributes, as sent; those of a group without `members`. */
  @Column('jsonb')
  attributes!: JsonObject;

  /** The attributes in compared form, as `searchDocument` makes them. */
  @Column('jsonb')
  search!: JsonObject;

  @Column({ type: 'text', name: 'external_id', collation: 'C', nullable: true })
  externalId!: string | null;
}
