import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Group } from './group.entity.js';
import { User } from './user.entity.js';

/** A value that only one user or group of the company may have. `AttributeForms.unique` names the attributes. */
@Entity('unique_values')
@Index('unique_values_user_index', ['companyId', 'userId'], { where: '(user_id IS NOT NULL)' })
@Index('unique_values_group_index', ['companyId', 'groupId'], { where: '(group_id IS NOT NULL)' })
@Check('unique_values_one_resource', 'num_nonnulls(user_id, group_id) = 1')
@Check('unique_values_hash_length', 'octet_length(value_hash) = 32')
export class UniqueValue {
  @PrimaryColumn('bigint', { name: 'company_id', primaryKeyConstraintName: 'unique_values_pkey' })
  companyId!: string;

  /** The URN of the extension, a colon, and the name of the attribute. */
  @PrimaryColumn('text', { collation: 'C', primaryKeyConstraintName: 'unique_values_pkey' })
  attribute!: string;

  /** SHA-256 of the value's compared form, as JSON. */
  @PrimaryColumn('bytea', { name: 'value_hash', primaryKeyConstraintName: 'unique_values_pkey' })
  valueHash!: Buffer;

  @Column('bigint', { name: 'user_id', nullable: true })
  userId!: string | null;

  @Column('bigint', { name: 'group_id', nullable: true })
  groupId!: string | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn([
    {
      name: 'company_id',
      referencedColumnName: 'companyId',
      foreignKeyConstraintName: 'unique_values_user_fkey',
    },
    { name: 'user_id', referencedColumnName: 'id', foreignKeyConstraintName: 'unique_values_user_fkey' },
  ])
  user!: Relation<User> | null;

  @ManyToOne(() => Group, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn([
    {
      name: 'company_id',
      referencedColumnName: 'companyId',
      foreignKeyConstraintName: 'unique_values_group_fkey',
    },
    { name: 'group_id', referencedColumnName: 'id', foreignKeyConstraintName: 'unique_values_group_fkey' },
  ])
  group!: Relation<Group> | null;
}
