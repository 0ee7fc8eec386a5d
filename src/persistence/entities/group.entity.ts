import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Company } from './company.entity.js';
import { StoredResource } from './stored-resource.js';

/** A group of a company. Its members are rows of `memberships`. */
@Entity('groups')
@Index('groups_display_name_unique', ['companyId', 'displayNameKey', 'duplicateSlot'], {
  unique: true,
  where: '(display_name_key IS NOT NULL)',
})
@Index('groups_external_id_index', ['companyId', 'externalId'], { where: '(external_id IS NOT NULL)' })
@Index('groups_search_index', { synchronize: false })
@Index('groups_display_name_trigrams', { synchronize: false })
@Check('groups_display_name_length', 'octet_length(display_name_key) <= 2000')
@Check('groups_external_id_length', 'octet_length(external_id) <= 2000')
export class Group extends StoredResource {
  @PrimaryColumn('bigint', { name: 'company_id', primaryKeyConstraintName: 'groups_pkey' })
  companyId!: string;

  @PrimaryColumn('bigint', { default: () => 'next_resource_id()', primaryKeyConstraintName: 'groups_pkey' })
  id!: string;

  @ManyToOne(() => Company, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'company_id', foreignKeyConstraintName: 'groups_company_fkey' })
  company!: Relation<Company>;

  @Column('text', { name: 'display_name' })
  displayName!: string;

  @Column({ type: 'text', name: 'display_name_key', collation: 'C' })
  displayNameKey!: string;

  /**
   * 0 if the group's name must be unique in the company. If several groups may have one name, it is the group's id,
   * so that the unique index lets them; a 0 that the setting's change has left then is taken away by the next write.
   */
  @Column('bigint', { name: 'duplicate_slot', default: 0 })
  duplicateSlot!: string;
}
