import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Recording } from './recording.entity.js';

/** A request as it came, and its answer. What it says is encrypted: see `RecordedHead` and `RecordedContent`. */
@Entity('recorded_requests')
@Index('recorded_requests_recording_index', ['companyId', 'recordingId'])
@Index('recorded_requests_request_index', ['companyId', 'requestId'])
export class RecordedRequest {
  @PrimaryColumn('bigint', { name: 'company_id', primaryKeyConstraintName: 'recorded_requests_pkey' })
  companyId!: string;

  @PrimaryColumn('bigint', {
    primaryKeyConstraintName: 'recorded_requests_pkey',
    default: () => 'next_resource_id()',
  })
  id!: string;

  @Column('bigint', { name: 'recording_id' })
  recordingId!: string;

  @ManyToOne(() => Recording, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn([
    {
      name: 'company_id',
      referencedColumnName: 'companyId',
      foreignKeyConstraintName: 'recorded_requests_recording_fkey',
    },
    {
      name: 'recording_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'recorded_requests_recording_fkey',
    },
  ])
  recording!: Relation<Recording>;

  /** When it came. */
  @Column({ type: 'timestamptz', precision: 3 })
  at!: Date;

  /** As the answer had it in X-Request-Id, and the journal has it. */
  @Column('text', { name: 'request_id' })
  requestId!: string;

  @Column('smallint')
  status!: number;

  @Column('text')
  head!: string;

  @Column('text')
  content!: string;
}
