import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Company } from './company.entity.js';
import { TokenIssuer } from './token-issuer.entity.js';

/**
 * When a token of an issuer was last accepted for a company. Control table: the service can only reach it through
 * functions.
 */
@Entity('issuer_activity')
@Index('issuer_activity_company_index', ['companyId'])
export class IssuerActivity {
  @PrimaryColumn('bigint', { name: 'issuer_id', primaryKeyConstraintName: 'issuer_activity_pkey' })
  issuerId!: string;

  @ManyToOne(() => TokenIssuer, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'issuer_id', foreignKeyConstraintName: 'issuer_activity_issuer_fkey' })
  issuer!: Relation<TokenIssuer>;

  @PrimaryColumn('bigint', { name: 'company_id', primaryKeyConstraintName: 'issuer_activity_pkey' })
  companyId!: string;

  @ManyToOne(() => Company, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'company_id', foreignKeyConstraintName: 'issuer_activity_company_fkey' })
  company!: Relation<Company>;

  /** At most a minute and a few seconds before the last request with such a token. */
  @Column({ name: 'last_used', type: 'timestamptz', precision: 3 })
  lastUsed!: Date;
}
