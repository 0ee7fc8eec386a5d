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
import { AdminCredential } from './admin-credential.entity.js';
import { ConsoleLink } from './console-link.entity.js';

/**
 * Somebody who has signed in to the console. What the session may do is what its holder may: the admin token, a credential,
 * or a link. Control table: the service has no right to it.
 */
@Entity('console_sessions')
@Unique('console_sessions_hash_key', ['hash'])
@Index('console_sessions_credential_index', ['credentialId'])
@Index('console_sessions_link_index', ['linkId'])
@Check('console_sessions_hash_length', 'octet_length(hash) = 32')
@Check('console_sessions_one_holder', 'num_nonnulls(admin_token_hash, credential_id, link_id) = 1')
@Check('console_sessions_client_length', 'length(client) <= 100')
export class ConsoleSession {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'console_sessions_pkey',
  })
  id!: string;

  /** SHA-256 of what the cookie holds. */
  @Column('bytea')
  hash!: Buffer;

  /** SHA-256 of the hash of `ADMIN_TOKEN`: with another token the session ends. */
  @Column('bytea', { name: 'admin_token_hash', nullable: true })
  adminTokenHash!: Buffer | null;

  @Column('bigint', { name: 'credential_id', nullable: true })
  credentialId!: string | null;

  @ManyToOne(() => AdminCredential, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'credential_id', foreignKeyConstraintName: 'console_sessions_credential_fkey' })
  credential!: Relation<AdminCredential> | null;

  @Column('bigint', { name: 'link_id', nullable: true })
  linkId!: string | null;

  @ManyToOne(() => ConsoleLink, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'link_id', foreignKeyConstraintName: 'console_sessions_link_fkey' })
  link!: Relation<ConsoleLink> | null;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  created!: Date;

  /** At most a minute before the last call. */
  @Column({ name: 'last_used', type: 'timestamptz', precision: 3, default: () => 'now()' })
  lastUsed!: Date;

  /** The User-Agent of that call, without what is not printable. */
  @Column('text', { nullable: true })
  client!: string | null;
}
