import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A member of a group. Triggers make sure that both are of the same company, and that it goes with either of them. */
@Entity('memberships')
@Index('memberships_member_user_index', ['companyId', 'memberUserId', 'groupId'], {
  where: '(member_user_id IS NOT NULL)',
})
@Index('memberships_member_group_index', ['companyId', 'memberGroupId', 'groupId'], {
  where: '(member_group_id IS NOT NULL)',
})
@Index('memberships_nested_index', ['companyId', 'groupId', 'memberGroupId'], {
  where: '(member_group_id IS NOT NULL)',
})
@Check('memberships_one_member', 'num_nonnulls(member_user_id, member_group_id) = 1')
@Check('memberships_member_id', 'member_id = COALESCE(member_user_id, member_group_id)')
export class Membership {
  @PrimaryColumn('bigint', { name: 'company_id', primaryKeyConstraintName: 'memberships_pkey' })
  companyId!: string;

  @PrimaryColumn('bigint', { name: 'group_id', primaryKeyConstraintName: 'memberships_pkey' })
  groupId!: string;

  /** The value of `memberUserId` or `memberGroupId`, whichever is set. */
  @PrimaryColumn('bigint', { name: 'member_id', primaryKeyConstraintName: 'memberships_pkey' })
  memberId!: string;

  @Column('bigint', { name: 'member_user_id', nullable: true })
  memberUserId!: string | null;

  @Column('bigint', { name: 'member_group_id', nullable: true })
  memberGroupId!: string | null;

  /** The time of the activity that brought the member. */
  @Column({ name: 'added_at', type: 'timestamptz', precision: 3, default: () => 'statement_timestamp()' })
  addedAt!: Date;
}
