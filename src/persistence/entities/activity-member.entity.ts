import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A member that came into a group, or went, by an {@link Activity}. Partitioned as that is. */
@Entity('activity_members')
@Index('activity_members_member_index', ['companyId', 'memberId', 'activityId'])
export class ActivityMember {
  @PrimaryColumn('bigint', { name: 'company_id', primaryKeyConstraintName: 'activity_members_pkey' })
  companyId!: string;

  @PrimaryColumn('bigint', { name: 'group_id', primaryKeyConstraintName: 'activity_members_pkey' })
  groupId!: string;

  @PrimaryColumn('bigint', { name: 'activity_id', primaryKeyConstraintName: 'activity_members_pkey' })
  activityId!: string;

  @PrimaryColumn('bigint', { name: 'member_id', primaryKeyConstraintName: 'activity_members_pkey' })
  memberId!: string;

  @Column('text', { name: 'member_type' })
  memberType!: 'U' | 'G';

  @Column('smallint')
  sign!: 1 | -1;
}
