import {
  Check,
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import { type Dialect } from '../../protocol/dialect/dialect.js';
import { Company } from './company.entity.js';

/**
 * Whose signed tokens (JWT) are accepted, and for whom: one company, or the one that a claim names. A control table.
 *
 * Issuer and audience are unique together, so that a token never stands for two companies.
 */
@Entity('token_issuers')
@Index('token_issuers_issuer_unique', ['issuer', 'audience'], { unique: true, where: 'revoked IS NULL' })
@Index('token_issuers_company_index', ['companyId'])
@Check('token_issuers_one_key_source', 'num_nonnulls(jwks_url, keys) = 1')
@Check('token_issuers_one_company_source', 'num_nonnulls(company_id, company_claim) = 1')
@Check('token_issuers_dialect_choice', `dialect IN ('lenient', 'strict')`)
export class TokenIssuer {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'token_issuers_pkey',
  })
  id!: string;

  /** Null: of the whole deployment. */
  @Column('bigint', { name: 'company_id', nullable: true })
  companyId!: string | null;

  @ManyToOne(() => Company, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'company_id', foreignKeyConstraintName: 'token_issuers_company_fkey' })
  company!: Relation<Company> | null;

  @Column('text')
  name!: string;

  /** The claim `iss`. */
  @Column('text')
  issuer!: string;

  /** What the claim `aud` has to name. */
  @Column('text')
  audience!: string;

  @Column('text', { name: 'jwks_url', nullable: true })
  jwksUrl!: string | null;

  /** A JSON Web Key Set (RFC 7517 §5) of public keys. */
  @Column('jsonb', { nullable: true })
  keys!: object | null;

  @Column('text', { name: 'required_scope', nullable: true })
  requiredScope!: string | null;

  /** The claim that names the company by slug or id. */
  @Column('text', { name: 'company_claim', nullable: true })
  companyClaim!: string | null;

  @Column('text', { default: 'lenient' })
  dialect!: Dialect;

  @Column('text', { array: true })
  scopes!: string[];

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  created!: Date;

  /** Since when its tokens are refused; null: they are not. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  revoked!: Date | null;
}
