import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Webhook } from './webhook.entity.js';

/** A secret that the messages to a webhook are signed with, encrypted: see `SecretBox`. */
@Entity('webhook_secrets')
export class WebhookSecret {
  @PrimaryColumn('bigint', { name: 'company_id', primaryKeyConstraintName: 'webhook_secrets_pkey' })
  companyId!: string;

  @PrimaryColumn('bigint', { name: 'webhook_id', primaryKeyConstraintName: 'webhook_secrets_pkey' })
  webhookId!: string;

  @ManyToOne(() => Webhook, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn([
    {
      name: 'company_id',
      referencedColumnName: 'companyId',
      foreignKeyConstraintName: 'webhook_secrets_webhook_fkey',
    },
    {
      name: 'webhook_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'webhook_secrets_webhook_fkey',
    },
  ])
  webhook!: Relation<Webhook>;

  @PrimaryColumn('bigint', {
    primaryKeyConstraintName: 'webhook_secrets_pkey',
    default: () => 'next_resource_id()',
  })
  id!: string;

  @Column('text')
  secret!: string;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  created!: Date;

  /** When it ends; null for the one that has no successor. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  expires!: Date | null;
}
