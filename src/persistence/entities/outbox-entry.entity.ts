import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A change that has no place in the {@link FeedEntry feed} yet. `relay_outbox` moves it there. */
@Entity('outbox')
export class OutboxEntry {
  /** Drawn while what is changed is locked. */
  @PrimaryColumn('bigint', {
    primaryKeyConstraintName: 'outbox_pkey',
    generated: 'identity',
    generatedIdentity: 'ALWAYS',
  })
  seq!: string;

  @Column('bigint', { name: 'company_id' })
  companyId!: string;

  @Column('bigint', { name: 'activity_id' })
  activityId!: string;
}
