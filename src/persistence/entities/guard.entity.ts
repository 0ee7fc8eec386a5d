import { Check, Column, Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { type HeldRule } from '../../protocol/error/held.error.js';
import { Company } from './company.entity.js';

/** The guard of a company: how much may be removed in a time, and whether removals are held. */
@Entity('guards')
@Check('guards_mode_choice', `mode IN ('off', 'warn', 'hold')`)
export class Guard {
  @PrimaryColumn('bigint', { name: 'company_id', primaryKeyConstraintName: 'guards_pkey' })
  companyId!: string;

  @OneToOne(() => Company, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'company_id', foreignKeyConstraintName: 'guards_company_fkey' })
  company!: Relation<Company>;

  @Column('text', { default: 'warn' })
  mode!: 'off' | 'warn' | 'hold';

  @Column('integer', { name: 'window_minutes', default: 60 })
  windowMinutes!: number;

  @Column('integer', { name: 'users_percent', default: 10 })
  usersPercent!: number;

  @Column('integer', { name: 'users_min', default: 25 })
  usersMin!: number;

  @Column('integer', { name: 'memberships_percent', default: 20 })
  membershipsPercent!: number;

  @Column('integer', { name: 'memberships_min', default: 100 })
  membershipsMin!: number;

  @Column('integer', { name: 'group_percent', default: 50 })
  groupPercent!: number;

  @Column('integer', { name: 'group_min', default: 50 })
  groupMin!: number;

  /** From when on removals are counted, where that is not the beginning of the window; before it, all are let through. */
  @Column({ name: 'counted_from', type: 'timestamptz', precision: 3, nullable: true })
  countedFrom!: Date | null;

  /** When the last warning was. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  warned!: Date | null;

  /** Since when removals are held; null if they are not. */
  @Column({ name: 'held_since', type: 'timestamptz', precision: 3, nullable: true })
  heldSince!: Date | null;

  /** What was too much. */
  @Column('jsonb', { name: 'held_rule', nullable: true })
  heldRule!: HeldRule | null;
}
