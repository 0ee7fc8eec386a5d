import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Company } from './company.entity.js';

/** What was counted exactly, so that it need not be counted again for each removal. */
@Entity('guard_estimates')
export class GuardEstimate {
  @PrimaryColumn('bigint', { name: 'company_id', primaryKeyConstraintName: 'guard_estimates_pkey' })
  companyId!: string;

  /** 0: users. 1: memberships. */
  @PrimaryColumn('smallint', { primaryKeyConstraintName: 'guard_estimates_pkey' })
  subject!: number;

  @ManyToOne(() => Company, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'company_id', foreignKeyConstraintName: 'guard_estimates_company_fkey' })
  company!: Relation<Company>;

  /** The minute in which `net` was counted. */
  @Column('integer', { nullable: true })
  minute!: number | null;

  /** How much had been removed then, whether it was added again or not. */
  @Column('bigint', { nullable: true })
  gross!: string | null;

  /** How much of that was gone. */
  @Column('bigint', { nullable: true })
  net!: string | null;

  /** The minute in which `present` was counted. */
  @Column('integer', { name: 'present_minute', nullable: true })
  presentMinute!: number | null;

  /** How many memberships there were at least when the minute began. */
  @Column('bigint', { nullable: true })
  present!: string | null;

  /** Whether these were all. */
  @Column('boolean', { name: 'present_is_all', nullable: true })
  presentIsAll!: boolean | null;
}
