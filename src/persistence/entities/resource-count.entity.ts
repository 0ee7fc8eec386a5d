import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Company } from './company.entity.js';

/** How many users and groups a company has: the sum over buckets, which keep writers out of each other's way. */
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
