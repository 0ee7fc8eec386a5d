import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Company } from './company.entity.js';

/** A removal that the guard has refused; each further attempt counts in the same row. */
@Entity('held_removals')
export class HeldRemoval {
  @PrimaryColumn('bigint', { name: 'company_id', primaryKeyConstraintName: 'held_removals_pkey' })
  companyId!: string;

  /** The user or group that was to lose something, or to go. */
  @PrimaryColumn('bigint', { name: 'resource_id', primaryKeyConstraintName: 'held_removals_pkey' })
  resourceId!: string;

  @ManyToOne(() => Company, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'company_id', foreignKeyConstraintName: 'held_removals_company_fkey' })
  company!: Relation<Company>;

  @Column('text', { name: 'resource_type' })
  resourceType!: 'User' | 'Group';

  @Column('text')
  operation!: 'deactivate' | 'delete' | 'members';

  /** How many memberships it would have ended, at the last attempt. */
  @Column('bigint')
  removed!: string;

  @Column('integer', { default: 1 })
  attempts!: number;

  @Column({ name: 'first_attempt', type: 'timestamptz', precision: 3, default: () => 'clock_timestamp()' })
  firstAttempt!: Date;

  @Column({ name: 'last_attempt', type: 'timestamptz', precision: 3, default: () => 'clock_timestamp()' })
  lastAttempt!: Date;

  /** Until when it is let through; null if it was not released by name. */
  @Column({ name: 'released_until', type: 'timestamptz', precision: 3, nullable: true })
  releasedUntil!: Date | null;
}
