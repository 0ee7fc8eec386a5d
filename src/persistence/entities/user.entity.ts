import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Company } from './company.entity.js';
import { StoredResource } from './stored-resource.js';

/**
 * A user of a company. Columns that end in `_key` or `_keys` have the compared form of a value, the others what was
 * sent.
 */
@Entity('users')
@Index('users_user_name_unique', ['companyId', 'userNameKey'], {
  unique: true,
  where: '(user_name_key IS NOT NULL)',
})
@Index('users_external_id_index', ['companyId', 'externalId'], { where: '(external_id IS NOT NULL)' })
@Index('users_external_id_unique', ['companyId', 'externalId'], {
  unique: true,
  where: '((external_id IS NOT NULL) AND external_id_is_unique)',
})
@Index('users_display_name_index', ['companyId', 'displayNameKey'], {
  where: '(display_name_key IS NOT NULL)',
})
@Index('users_inactive_index', ['companyId', 'id'], {
  where: "((attributes -> 'active'::text) = 'false'::jsonb)",
})
@Index('users_search_index', { synchronize: false })
@Index('users_user_name_trigrams', { synchronize: false })
@Index('users_display_name_trigrams', { synchronize: false })
@Index('users_email_trigrams', { synchronize: false })
@Check('users_user_name_length', 'octet_length(user_name_key) <= 2000')
@Check('users_display_name_length', 'octet_length(display_name_key) <= 2000')
@Check('users_external_id_length', 'octet_length(external_id) <= 2000')
export class User extends StoredResource {
  @PrimaryColumn('bigint', { name: 'company_id', primaryKeyConstraintName: 'users_pkey' })
  companyId!: string;

  @PrimaryColumn('bigint', { default: () => 'next_resource_id()', primaryKeyConstraintName: 'users_pkey' })
  id!: string;

  @ManyToOne(() => Company, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'company_id', foreignKeyConstraintName: 'users_company_fkey' })
  company!: Relation<Company>;

  @Column({ type: 'text', name: 'user_name_key', collation: 'C' })
  userNameKey!: string;

  @Column({ type: 'text', name: 'display_name_key', collation: 'C', nullable: true })
  displayNameKey!: string | null;

  /** The compared forms of all e-mail addresses, one on each line, for the trigram index. */
  @Column({ type: 'text', name: 'email_keys', collation: 'C', nullable: true })
  emailKeys!: string | null;

  /** How the user is shown in `members.display` and `manager.displayName`; see `displayOfUser`. */
  @Column('text')
  display!: string;

  @Column({ type: 'text', name: 'display_key', collation: 'C' })
  displayKey!: string;

  /** Whether the `externalId` is unique among users that are marked so; set by the company's setting. */
  @Column('boolean', { name: 'external_id_is_unique', default: false })
  externalIdIsUnique!: boolean;
}
