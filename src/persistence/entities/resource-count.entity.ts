import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Company } from './company.entity.js';

/**
 * The number of users or groups of a company, as the sum of several buckets. With one row for all, writers would have
 * to wait for each other.
 */
@Entity('resource_counts')
@Check('resource_counts_type_choice', `type IN ('User', 'Group')`)
export class ResourceCount {
  @PrimaryColumn('bigint', { name: 'company_id', primaryKeyConstraintName: 'resource_counts_pkey' })
  companyId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'resource_counts_pkey' })
  type!: 'User' | 'Group';

  @PrimaryColumn('smallint', { primaryKeyConstraintName: 'resource_counts_pkey' })
  bucket!: number;

  @ManyToOne(() => Company, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'company_id', foreignKeyConstraintName: 'resource_counts_company_fkey' })
  company!: Relation<Company>;

  @Column('bigint')
  count!: string;
}
