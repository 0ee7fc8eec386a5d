import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A place in the order in which the changes of all companies are read. Every change behind it is committed. */
@Entity('feed')
@Index('feed_company_index', ['companyId', 'position'], { unique: true })
export class FeedEntry {
  @PrimaryColumn('bigint', {
    primaryKeyConstraintName: 'feed_pkey',
    generated: 'identity',
    generatedIdentity: 'ALWAYS',
  })
  position!: string;

  @Column('bigint', { name: 'company_id' })
  companyId!: string;

  @Column('bigint', { name: 'activity_id' })
  activityId!: string;
}
