import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { type JsonObject } from '../../protocol/json.js';
import { Company } from './company.entity.js';

/**
 * A user of a company. Columns that end in `_key` or `_keys` have the compared form of a value, the others what was
 * sent.
 */
@Entity('users')
@Index('users_user_name_unique', ['companyId', 'userNameKey'], {
  unique: true,
  where: '(user_name_key IS NOT NULL)',
})
@Index('users_external_id_index', ['companyId', 'externalId'])
@Index('users_display_name_index', ['companyId', 'displayNameKey'])
@Index('users_search_index', { synchronize: false })
@Index('users_user_name_trigrams', { synchronize: false })
@Index('users_display_name_trigrams', { synchronize: false })
@Index('users_email_trigrams', { synchronize: false })
@Check('users_user_name_length', 'octet_length(user_name_key) <= 2000')
@Check('users_display_name_length', 'octet_length(display_name_key) <= 2000')
@Check('users_external_id_length', 'octet_length(external_id) <= 2000')
export class User {
  @PrimaryColumn('bigint', { name: 'company_id', primaryKeyConstraintName: 'users_pkey' })
  companyId!: string;

  @PrimaryColumn('bigint', { default: () => 'next_resource_id()', primaryKeyConstraintName: 'users_pkey' })
  id!: string;

  @ManyToOne(() => Company, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'company_id', foreignKeyConstraintName: 'users_company_fkey' })
  company!: Relation<Company>;

  @Column('bigint', { default: 1 })
  version!: string;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  created!: Date;

  @Column({ type: 'timestamptz', name: 'last_modified', precision: 3, default: () => 'now()' })
  lastModified!: Date;

  /** The attributes, as sent. */
  @Column('jsonb')
  attributes!: JsonObject;

  /** The attributes in compared form, as `searchDocument` makes them. */
  @Column('jsonb')
  search!: JsonObject;

  @Column({ type: 'text', name: 'user_name_key', collation: 'C' })
  userNameKey!: string;

  @Column({ type: 'text', name: 'display_name_key', collation: 'C', nullable: true })
  displayNameKey!: string | null;

  /** The compared forms of all e-mail addresses, one on each line, for the trigram index. */
  @Column({ type: 'text', name: 'email_keys', collation: 'C', nullable: true })
  emailKeys!: string | null;

  @Column({ type: 'text', name: 'external_id', collation: 'C', nullable: true })
  externalId!: string | null;

  /** How the user is shown in `members.display` and `manager.displayName`; see `displayOfUser`. */
  @Column('text')
  display!: string;

  @Column({ type: 'text', name: 'display_key', collation: 'C' })
  displayKey!: string;
}
