import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { type WebhookFormat } from '../../webhooks/webhook-format.js';
import { Company } from './company.entity.js';

/** Where the events of a company are sent. The service may record results, and can neither create one nor change its URL. */
@Entity('webhooks')
@Check('webhooks_url_length', 'length(url) <= 2048')
@Check('webhooks_format_choice', "format IN ('standard', 'slack', 'teams')")
@Check('webhooks_reason_choice', "disabled_reason IN ('administrator', 'gone', 'failing')")
export class Webhook {
  @PrimaryColumn('bigint', { name: 'company_id', primaryKeyConstraintName: 'webhooks_pkey' })
  companyId!: string;

  @ManyToOne(() => Company, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'company_id', foreignKeyConstraintName: 'webhooks_company_fkey' })
  company!: Relation<Company>;

  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'webhooks_pkey', default: () => 'next_resource_id()' })
  id!: string;

  @Column('text')
  name!: string;

  /** What is shown, where it is kept in `sealedUrl`. */
  @Column('text')
  url!: string;

  /** Encrypted: see `SecretBox`. Null for one that is no secret. */
  @Column('text', { name: 'sealed_url', nullable: true })
  sealedUrl!: string | null;

  /** What messages look like. */
  @Column('text', { default: 'standard' })
  format!: WebhookFormat;

  /** The types of events that it is sent; null for all. */
  @Column('text', { array: true, nullable: true })
  types!: string[] | null;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  created!: Date;

  /** Since when it is disabled; null if it is not. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  disabled!: Date | null;

  @Column('text', { name: 'disabled_reason', nullable: true })
  disabledReason!: 'administrator' | 'gone' | 'failing' | null;

  /** The position in the feed up to which it was told. */
  @Column('bigint')
  position!: string;

  /** How many attempts have failed since the last that did not. */
  @Column('integer', { default: 0 })
  failures!: number;

  @Column({ name: 'failing_since', type: 'timestamptz', precision: 3, nullable: true })
  failingSince!: Date | null;

  @Column({ name: 'last_success', type: 'timestamptz', precision: 3, nullable: true })
  lastSuccess!: Date | null;

  /** Until when it is not called, after failures. */
  @Column({ name: 'paused_until', type: 'timestamptz', precision: 3, nullable: true })
  pausedUntil!: Date | null;

  /** When a process last worked on it. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  claimed!: Date | null;
}
