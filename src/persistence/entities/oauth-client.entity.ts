import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { CompanyGrant } from './company-grant.js';
import { Company } from './company.entity.js';

/** An OAuth client of a company. Control table: the service can only reach it through functions. */
@Entity('oauth_clients')
@Index('oauth_clients_company_index', ['companyId'])
@Check('oauth_clients_id_form', `id ~ '^client_[A-Za-z0-9_-]{22}$'`)
@Check('oauth_clients_dialect_choice', `dialect IN ('lenient', 'strict')`)
export class OauthClient extends CompanyGrant {
  /** Its `client_id` (RFC 6749 §2.2). */
  @PrimaryColumn('text', { collation: 'C', primaryKeyConstraintName: 'oauth_clients_pkey' })
  id!: string;

  @Column('bigint', { name: 'company_id' })
  companyId!: string;

  @ManyToOne(() => Company, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'company_id', foreignKeyConstraintName: 'oauth_clients_company_fkey' })
  company!: Relation<Company>;

  @Column('text')
  name!: string;

  /** Since when it gets no tokens; null if it does. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  disabled!: Date | null;

  /** When it last asked for a token or used one, to the minute. */
  @Column({ name: 'last_used', type: 'timestamptz', precision: 3, nullable: true })
  lastUsed!: Date | null;

  /** The User-Agent of that request, without what is not printable. */
  @Column('text', { name: 'user_agent', nullable: true })
  userAgent!: string | null;
}
