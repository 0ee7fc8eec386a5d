import {
  Check,
  Column,
  Entity,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
  Unique,
} from 'typeorm';
import { OauthClient } from './oauth-client.entity.js';

/**
 * A secret of an OAuth client, of which only the SHA-256 hash is stored. Control table: the service can only reach it
 * through functions.
 */
@Entity('oauth_client_secrets')
@Unique('oauth_client_secrets_hash_key', ['clientId', 'hash'])
@Check('oauth_client_secrets_hash_length', 'octet_length(hash) = 32')
export class OauthClientSecret {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'oauth_client_secrets_pkey',
  })
  id!: string;

  @Column({ type: 'text', name: 'client_id', collation: 'C' })
  clientId!: string;

  @ManyToOne(() => OauthClient, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'client_id', foreignKeyConstraintName: 'oauth_client_secrets_client_fkey' })
  client!: Relation<OauthClient>;

  @Column('bytea')
  hash!: Buffer;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  created!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  expires!: Date;

  /** When it was revoked; null if it was not. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  revoked!: Date | null;

  /** When a token was last issued by it, to the minute. */
  @Column({ name: 'last_used', type: 'timestamptz', precision: 3, nullable: true })
  lastUsed!: Date | null;

  /** The User-Agent of that request, without what is not printable. */
  @Column('text', { name: 'user_agent', nullable: true })
  userAgent!: string | null;

  /** The day in UTC on which its end was last warned of. */
  @Column('date', { name: 'warned_on', nullable: true })
  warnedOn!: string | null;
}
