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
import { CompanyGrant } from './company-grant.js';
import { Company } from './company.entity.js';

/**
 * An issuer whose JWTs are accepted, for one company or for the company that a claim names. Control table: the
 * service can only reach it through functions.
 *
 * Issuer and audience are unique together, so that a token is never for two companies.
 */
@Entity('token_issuers')
@Index('token_issuers_issuer_unique', ['issuer', 'audience'], { unique: true, where: 'revoked IS NULL' })
@Index('token_issuers_company_index', ['companyId'])
@Check('token_issuers_one_key_source', 'num_nonnulls(jwks_url, keys) = 1')
@Check('token_issuers_one_company_source', 'num_nonnulls(company_id, company_claim) = 1')
@Check('token_issuers_dialect_choice', `dialect IN ('lenient', 'strict')`)
export class TokenIssuer extends CompanyGrant {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'token_issuers_pkey',
  })
  id!: string;

  /** Null if a claim of each token names the company. */
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

  /** The audience that the claim `aud` must contain. */
  @Column('text')
  audience!: string;

  @Column('text', { name: 'jwks_url', nullable: true })
  jwksUrl!: string | null;

  /** A JSON Web Key Set of public keys. RFC 7517 §5: an object with the array `keys`. */
  @Column('jsonb', { nullable: true })
  keys!: object | null;

  @Column('text', { name: 'required_scope', nullable: true })
  requiredScope!: string | null;

  /** Name of the claim in which each token has the slug or id of its company. */
  @Column('text', { name: 'company_claim', nullable: true })
  companyClaim!: string | null;

  /** When the issuer was removed; null if its tokens are accepted. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  revoked!: Date | null;
}
