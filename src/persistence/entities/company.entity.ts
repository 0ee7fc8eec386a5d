import { Check, Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** A company (a tenant) and its settings. Control table: the service can only reach it through functions. */
@Entity('companies')
@Unique('companies_slug_key', ['slug'])
@Check(
  'companies_slug_form',
  `slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 63 AND slug !~ '^[0-9a-f]{16}$'`,
)
@Check('companies_journal_retention_range', `journal_retention_days >= 1 AND journal_retention_days <= 3650`)
@Check('companies_rate_limit_range', 'rate_limit BETWEEN 1 AND 1000000')
@Check('companies_silent_after_range', 'silent_after_hours BETWEEN 1 AND 8760')
@Check('companies_elsewhere_form', `elsewhere ~ '^(arriving|[0-9]{1,4})$'`)
@Check('companies_recreate_choice', `recreate IN ('new', 'restore')`)
@Check('companies_reprovision_choice', `reprovision IN ('reject', 'restore')`)
@Check('companies_unknown_members_choice', `unknown_members IN ('reject', 'ignore')`)
export class Company {
  /** Decimal digits of a 64-bit integer. */
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'companies_pkey',
  })
  id!: string;

  @Column('text')
  slug!: string;

  @Column('text')
  name!: string;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  created!: Date;

  @Column('boolean', { name: 'duplicate_group_names', default: false })
  duplicateGroupNames!: boolean;

  @Column('text', { name: 'unknown_members', default: 'reject' })
  unknownMembers!: 'reject' | 'ignore';

  @Column('boolean', { name: 'unique_external_id', default: false })
  uniqueExternalId!: boolean;

  /** Whether its journal has what was before and is after a change. */
  @Column('boolean', { name: 'journal_values', default: false })
  journalValues!: boolean;

  /** Whether a POST of what was deleted makes a new resource, or brings the deleted one back. */
  @Column('text', { default: 'new' })
  recreate!: 'new' | 'restore';

  /** Whether a POST of a user who is inactive is refused, or makes him active. */
  @Column('text', { default: 'reject' })
  reprovision!: 'reject' | 'restore';

  /** How many requests it may send a second; null for `RATE_LIMIT`. */
  @Column('integer', { name: 'rate_limit', nullable: true })
  rateLimit!: number | null;

  /** After how many hours without a request the journal tells so; null for never. */
  @Column('integer', { name: 'silent_after_hours', nullable: true, default: 24 })
  silentAfterHours!: number | null;

  /** The last use behind which the silence was told; null where none was. */
  @Column({ name: 'silence_told', type: 'timestamptz', precision: 3, nullable: true })
  silenceTold!: Date | null;

  /** Since when its credentials open nothing; null if they do. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  suspended!: Date | null;

  /** Until when its writes are refused; null, or over, if they are not. */
  @Column({ name: 'paused_until', type: 'timestamptz', precision: 3, nullable: true })
  pausedUntil!: Date | null;

  /** Until when the deleted company can be brought back; null if it was not deleted. It counts as suspended. */
  @Column({ name: 'delete_after', type: 'timestamptz', precision: 3, nullable: true })
  deleteAfter!: Date | null;

  /** Until when its writes are refused because it moves to another cell; null, or over, if they are not. */
  @Column({ name: 'moving_until', type: 'timestamptz', precision: 3, nullable: true })
  movingUntil!: Date | null;

  /** The number of the cell that it was moved to; `arriving` where it is not quite here yet; null where it is here. */
  @Column('text', { nullable: true })
  elsewhere!: string | null;

  /** After how many days entries of its journal are removed. */
  @Column('integer', { name: 'journal_retention_days', default: 400 })
  journalRetentionDays!: number;

  /** From when on its journal is whole. */
  @Column({ name: 'journal_since', type: 'timestamptz', precision: 3, default: () => 'now()' })
  journalSince!: Date;
}
