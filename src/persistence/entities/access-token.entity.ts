import {
  Check,
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
  Unique,
} from 'typeorm';
import { CompanyGrant } from './company-grant.js';
import { Company } from './company.entity.js';
import { OauthClientSecret } from './oauth-client-secret.entity.js';
import { OauthClient } from './oauth-client.entity.js';
import { OauthFederatedCredential } from './oauth-federated-credential.entity.js';

/**
 * An access token, of which only the SHA-256 hash is stored. Control table: the service can only reach it through
 * functions.
 */
@Entity('access_tokens')
@Unique('access_tokens_hash_key', ['hash'])
@Index('access_tokens_company_index', ['companyId'])
@Index('access_tokens_client_index', ['clientId', 'id'], { where: 'client_id IS NOT NULL' })
@Index('access_tokens_secret_index', ['secretId'], { where: 'secret_id IS NOT NULL' })
@Index('access_tokens_federated_credential_index', ['federatedCredentialId'], {
  where: 'federated_credential_id IS NOT NULL',
})
@Index('access_tokens_client_expiry_index', ['expires'], { where: 'client_id IS NOT NULL' })
@Check(
  'access_tokens_one_parent',
  'num_nonnulls(secret_id, federated_credential_id) = (client_id IS NOT NULL)::int',
)
@Check('access_tokens_hash_length', 'octet_length(hash) = 32')
@Check('access_tokens_dialect_choice', `dialect IN ('lenient', 'strict')`)
export class AccessToken extends CompanyGrant {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'access_tokens_pkey',
  })
  id!: string;

  @Column('bigint', { name: 'company_id' })
  companyId!: string;

  @ManyToOne(() => Company, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'company_id', foreignKeyConstraintName: 'access_tokens_company_fkey' })
  company!: Relation<Company>;

  /** Id of the user that the token stands for; null if it stands for a client service. */
  @Column('bigint', { name: 'user_id', nullable: true })
  userId!: string | null;

  @Column('text')
  name!: string;

  @Column('bytea')
  hash!: Buffer;

  /** Null if it never expires. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  expires!: Date | null;

  /** When it was revoked; null if it was not. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  revoked!: Date | null;

  /** The OAuth client that it was issued to; null for a token that was made by hand. */
  @Column({ type: 'text', name: 'client_id', collation: 'C', nullable: true })
  clientId!: string | null;

  @ManyToOne(() => OauthClient, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'client_id', foreignKeyConstraintName: 'access_tokens_client_fkey' })
  client!: Relation<OauthClient> | null;

  /** The secret that the client was authenticated by. */
  @Column('bigint', { name: 'secret_id', nullable: true })
  secretId!: string | null;

  @ManyToOne(() => OauthClientSecret, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'secret_id', foreignKeyConstraintName: 'access_tokens_secret_fkey' })
  secret!: Relation<OauthClientSecret> | null;

  /** The federated credential that the client was authenticated by. */
  @Column('bigint', { name: 'federated_credential_id', nullable: true })
  federatedCredentialId!: string | null;

  @ManyToOne(() => OauthFederatedCredential, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({
    name: 'federated_credential_id',
    foreignKeyConstraintName: 'access_tokens_federated_credential_fkey',
  })
  federatedCredential!: Relation<OauthFederatedCredential> | null;
}
