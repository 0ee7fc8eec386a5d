import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Group } from './group.entity.js';
import { User } from './user.entity.js';

/** A member of a group. Foreign keys make sure that it is a user or group of the same company. */
@Entity('memberships')
@Index('memberships_member_user_index', ['companyId', 'memberUserId', 'groupId'], {
  where: '(member_user_id IS NOT NULL)',
})
@Index('memberships_member_group_index', ['companyId', 'memberGroupId', 'groupId'], {
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

  @ManyToOne(() => Group, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn([
    {
      name: 'company_id',
      referencedColumnName: 'companyId',
      foreignKeyConstraintName: 'memberships_group_fkey',
    },
    { name: 'group_id', referencedColumnName: 'id', foreignKeyConstraintName: 'memberships_group_fkey' },
  ])
  group!: Relation<Group>;

  @ManyToOne(() => User, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn([
    {
      name: 'company_id',
      referencedColumnName: 'companyId',
      foreignKeyConstraintName: 'memberships_member_user_fkey',
    },
    {
      name: 'member_user_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'memberships_member_user_fkey',
    },
  ])
  memberUser!: Relation<User> | null;

  @ManyToOne(() => Group, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn([
    {
      name: 'company_id',
      referencedColumnName: 'companyId',
      foreignKeyConstraintName: 'memberships_member_group_fkey',
    },
    {
      name: 'member_group_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'memberships_member_group_fkey',
    },
  ])
  memberGroup!: Relation<Group> | null;
}
