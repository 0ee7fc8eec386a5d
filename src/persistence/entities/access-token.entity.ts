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
import { type Dialect } from '../../protocol/dialect/dialect.js';
import { Company } from './company.entity.js';

/**
 * An access token, of which only the SHA-256 hash is stored. Control table: the service can only reach it through
 * functions.
 */
@Entity('access_tokens')
@Unique('access_tokens_hash_key', ['hash'])
@Index('access_tokens_company_index', ['companyId'])
@Check('access_tokens_hash_length', 'octet_length(hash) = 32')
@Check('access_tokens_dialect_choice', `dialect IN ('lenient', 'strict')`)
export class AccessToken {
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

  @Column('text', { default: 'lenient' })
  dialect!: Dialect;

  @Column('text', { array: true })
  scopes!: string[];

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  created!: Date;

  /** Null if it never expires. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  expires!: Date | null;

  /** When it was revoked; null if it was not. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  revoked!: Date | null;
}
