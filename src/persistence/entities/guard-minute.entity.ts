import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Company } from './company.entity.js';

/** How much was removed in a minute, whether it was added again or not. */
@Entity('guard_minutes')
@Index('guard_minutes_minute_index', ['companyId', 'minute'])
export class GuardMinute {
  @PrimaryColumn('bigint', { name: 'company_id', primaryKeyConstraintName: 'guard_minutes_pkey' })
  companyId!: string;

  /** 0: users. 1: memberships. 2: memberships that are not judged. Else members of the group with this id. */
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'guard_minutes_pkey' })
  subject!: string;

  /** Since 1970. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'guard_minutes_pkey' })
  minute!: number;

  /** Several rows of a minute, so that writers seldom wait for each other. */
  @PrimaryColumn('smallint', { primaryKeyConstraintName: 'guard_minutes_pkey' })
  slot!: number;

  @ManyToOne(() => Company, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'company_id', foreignKeyConstraintName: 'guard_minutes_company_fkey' })
  company!: Relation<Company>;

  @Column('bigint')
  removed!: string;
}
