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
import { OauthClient } from './oauth-client.entity.js';

/**
 * Whose signed assertions stand for an OAuth client: those of another issuer or, without an issuer, the client's own
 * (RFC 7523 §3). Control table: the service can only reach it through functions.
 */
@Entity('oauth_federated_credentials')
@Index('oauth_federated_credentials_client_index', ['clientId'])
@Check('oauth_federated_credentials_one_key_source', 'num_nonnulls(jwks_url, keys) = 1')
@Check(
  'oauth_federated_credentials_own_or_foreign',
  `CASE WHEN issuer IS NULL THEN subject IS NULL AND tenant IS NULL AND cardinality(audiences) = 0
    ELSE subject IS NOT NULL AND cardinality(audiences) > 0 END`,
)
export class OauthFederatedCredential {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'oauth_federated_credentials_pkey',
  })
  id!: string;

  @Column({ type: 'text', name: 'client_id', collation: 'C' })
  clientId!: string;

  @ManyToOne(() => OauthClient, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'client_id', foreignKeyConstraintName: 'oauth_federated_credentials_client_fkey' })
  client!: Relation<OauthClient>;

  /** The claim `iss`; null for keys of the client's own. */
  @Column('text', { nullable: true })
  issuer!: string | null;

  /** The claim `sub`. */
  @Column('text', { nullable: true })
  subject!: string | null;

  /** The claim `tid`; null if none is looked for. */
  @Column('text', { nullable: true })
  tenant!: string | null;

  /** What the claim `aud` may be. */
  @Column('text', { array: true })
  audiences!: string[];

  @Column('text', { name: 'jwks_url', nullable: true })
  jwksUrl!: string | null;

  /** A JSON Web Key Set of public keys. RFC 7517 §5: an object with the array `keys`. */
  @Column('jsonb', { nullable: true })
  keys!: object | null;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  created!: Date;

  /** When a token was last issued by it, to the minute. */
  @Column({ name: 'last_used', type: 'timestamptz', precision: 3, nullable: true })
  lastUsed!: Date | null;

  /** The User-Agent of that request, without what is not printable. */
  @Column('text', { name: 'user_agent', nullable: true })
  userAgent!: string | null;
}
