import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { type JsonObject } from '../../protocol/json.js';
import { Company } from './company.entity.js';

/** A user or a group that was deleted, as it was then. SCIM sees nothing of it, and its names are free. */
@Entity('deleted_resources')
@Index('deleted_resources_name_index', ['companyId', 'type', 'nameKey'])
@Index('deleted_resources_external_id_index', ['companyId', 'type', 'externalId'], {
  where: '(external_id IS NOT NULL)',
})
@Index('deleted_resources_deleted_index', ['companyId', 'deleted'])
@Check('deleted_resources_type_choice', `type IN ('User', 'Group')`)
export class DeletedResource {
  @PrimaryColumn('bigint', { name: 'company_id', primaryKeyConstraintName: 'deleted_resources_pkey' })
  companyId!: string;

  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'deleted_resources_pkey' })
  id!: string;

  @ManyToOne(() => Company, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'company_id', foreignKeyConstraintName: 'deleted_resources_company_fkey' })
  company!: Relation<Company>;

  @Column('text')
  type!: 'User' | 'Group';

  /** The last version that it had. */
  @Column('bigint')
  version!: string;

  @Column({ type: 'timestamptz', precision: 3 })
  created!: Date;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'clock_timestamp()' })
  deleted!: Date;

  /** The attributes, as sent; those of a group without `members`. */
  @Column('jsonb')
  attributes!: JsonObject;

  /** The `userName` or `displayName` in the form in which it was compared. */
  @Column({ type: 'text', name: 'name_key', collation: 'C' })
  nameKey!: string;

  @Column({ type: 'text', name: 'external_id', collation: 'C', nullable: true })
  externalId!: string | null;
}
