import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * One change of a company's data, or one request that changed nothing: a row of the journal. The table is partitioned
 * by months, and has no foreign keys.
 */
@Entity('activity')
@Index('activity_resource_index', ['companyId', 'resourceId', 'id'])
@Index('activity_credential_index', ['companyId', 'credentialId', 'id'])
@Index('activity_operation_index', ['companyId', 'operation', 'id'])
@Index('activity_trouble_index', ['companyId', 'id'], {
  where: "((outcome <> 'done'::text) AND (outcome <> 'unchanged'::text))",
})
@Index('activity_refused_names_index', ['companyId', 'id'], {
  where: "((outcome = 'refused'::text) AND (display IS NOT NULL))",
})
export class Activity {
  @PrimaryColumn('bigint', { name: 'company_id', primaryKeyConstraintName: 'activity_pkey' })
  companyId!: string;

  /** Drawn while what is changed is locked, so it orders the changes of a resource; `resource_id_time` has its time. */
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'activity_pkey' })
  id!: string;

  /** The same for all changes of one request; of an operation of a bulk job with `:<index>` behind it. */
  @Column('text')
  txn!: string;

  @Column('text', { name: 'credential_id', nullable: true })
  credentialId!: string | null;

  @Column('text', { name: 'credential_name', nullable: true })
  credentialName!: string | null;

  @Column('text', { nullable: true })
  client!: string | null;

  @Column('text', { nullable: true })
  surface!: string | null;

  @Column('text', { name: 'request_id', nullable: true })
  requestId!: string | null;

  @Column('text', { name: 'trace_id', nullable: true })
  traceId!: string | null;

  @Column('text')
  operation!: string;

  /** `ignored`: a part of the request was left out; what was changed by it has a row of its own. */
  @Column('text')
  outcome!: 'done' | 'unchanged' | 'refused' | 'ignored';

  /** The status of HTTP; null for changes, which succeeded. */
  @Column('smallint', { nullable: true })
  status!: number | null;

  @Column('text', { name: 'scim_type', nullable: true })
  scimType!: string | null;

  @Column('text', { name: 'resource_type', nullable: true })
  resourceType!: string | null;

  @Column('bigint', { name: 'resource_id', nullable: true })
  resourceId!: string | null;

  @Column('text', { name: 'external_id', nullable: true })
  externalId!: string | null;

  /** The name of the resource at the time. */
  @Column('text', { nullable: true })
  display!: string | null;

  @Column('bigint', { nullable: true })
  version!: string | null;

  /** Paths of the attributes that changed. */
  @Column('text', { array: true, nullable: true })
  attributes!: string[] | null;

  @Column('integer', { nullable: true })
  added!: number | null;

  @Column('integer', { nullable: true })
  removed!: number | null;

  @Column('integer', { name: 'duration_ms', nullable: true })
  durationMs!: number | null;

  @Column('jsonb', { nullable: true })
  detail!: object | null;
}
