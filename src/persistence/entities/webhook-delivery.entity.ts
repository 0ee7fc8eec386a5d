import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An event for a webhook, and what came of it. Its body is made of the journal for each attempt. */
@Entity('webhook_deliveries')
@Index('webhook_deliveries_pending_index', ['companyId', 'webhookId', 'id'], { where: "state = 'pending'" })
@Index('webhook_deliveries_resource_index', ['companyId', 'webhookId', 'resourceId', 'id'], {
  where: "state = 'pending'",
})
@Index('webhook_deliveries_excerpt_index', ['companyId', 'resourceId'], { where: 'excerpt IS NOT NULL' })
@Check('webhook_deliveries_state_choice', "state IN ('pending', 'delivered', 'failed')")
export class WebhookDelivery {
  @PrimaryColumn('bigint', { name: 'company_id', primaryKeyConstraintName: 'webhook_deliveries_pkey' })
  companyId!: string;

  @PrimaryColumn('bigint', { name: 'webhook_id', primaryKeyConstraintName: 'webhook_deliveries_pkey' })
  webhookId!: string;

  @PrimaryColumn('bigint', {
    primaryKeyConstraintName: 'webhook_deliveries_pkey',
    default: () => 'next_resource_id()',
  })
  id!: string;

  /** The place of that which it tells of in the feed, and the entry of the journal; null for a test. */
  @Column('bigint', { nullable: true })
  position!: string | null;

  @Column('bigint', { name: 'activity_id', nullable: true })
  activityId!: string | null;

  /** What the entry is about: deliveries of one resource come one after the other. */
  @Column('bigint', { name: 'resource_id', nullable: true })
  resourceId!: string | null;

  /** The type of the event, from the first attempt on. */
  @Column('text', { nullable: true })
  type!: string | null;

  @Column('text', { default: 'pending' })
  state!: 'pending' | 'delivered' | 'failed';

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  created!: Date;

  @Column('integer', { default: 0 })
  attempts!: number;

  /** When the next attempt is made. */
  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  due!: Date;

  @Column({ name: 'first_failed', type: 'timestamptz', precision: 3, nullable: true })
  firstFailed!: Date | null;

  /** Until when an attempt may be under way. */
  @Column({ name: 'leased_until', type: 'timestamptz', precision: 3, nullable: true })
  leasedUntil!: Date | null;

  @Column({ name: 'last_attempt', type: 'timestamptz', precision: 3, nullable: true })
  lastAttempt!: Date | null;

  @Column('integer', { name: 'duration_ms', nullable: true })
  durationMs!: number | null;

  /** Of the last answer; null where there was none. */
  @Column('smallint', { nullable: true })
  status!: number | null;

  @Column('text', { nullable: true })
  error!: string | null;

  /** The begin of the last answer, where it was no success, for operators. */
  @Column('text', { nullable: true })
  excerpt!: string | null;
}
