import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Company } from './company.entity.js';

/** A time for which the requests of a company are recorded. */
@Entity('recordings')
@Index('recordings_under_way_index', ['companyId'], { unique: true, where: 'ended IS NULL' })
@Check('recordings_reason_choice', "end_reason IN ('time', 'stopped', 'full')")
export class Recording {
  @PrimaryColumn('bigint', { name: 'company_id', primaryKeyConstraintName: 'recordings_pkey' })
  companyId!: string;

  @ManyToOne(() => Company, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'company_id', foreignKeyConstraintName: 'recordings_company_fkey' })
  company!: Relation<Company>;

  @PrimaryColumn('bigint', {
    primaryKeyConstraintName: 'recordings_pkey',
    default: () => 'next_resource_id()',
  })
  id!: string;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  started!: Date;

  /** When it ends at the latest. */
  @Column({ type: 'timestamptz', precision: 3 })
  ends!: Date;

  /** When it ended; null as long as nobody has noted that. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  ended!: Date | null;

  @Column('text', { name: 'end_reason', nullable: true })
  endReason!: 'time' | 'stopped' | 'full' | null;

  /** How many requests it has, and how many bytes they take as they are kept. */
  @Column('integer', { default: 0 })
  requests!: number;

  @Column('bigint', { default: 0 })
  bytes!: string;

  /** How many requests were not kept, because too many came at once or there was no room. */
  @Column('integer', { name: 'left_out', default: 0 })
  leftOut!: number;
}
