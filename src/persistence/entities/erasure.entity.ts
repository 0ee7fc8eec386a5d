import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Company } from './company.entity.js';

/** A user of a company that was erased: its id, and nothing else of the person. */
@Entity('erasures')
export class Erasure {
  @PrimaryColumn('bigint', { name: 'company_id', primaryKeyConstraintName: 'erasures_pkey' })
  companyId!: string;

  @PrimaryColumn('bigint', { name: 'user_id', primaryKeyConstraintName: 'erasures_pkey' })
  userId!: string;

  @ManyToOne(() => Company, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'company_id', foreignKeyConstraintName: 'erasures_company_fkey' })
  company!: Relation<Company>;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  erased!: Date;
}
