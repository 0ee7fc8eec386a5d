import { Check, Column, Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { AccessToken } from './access-token.entity.js';

/**
 * When a token was last used, and when its end was last warned of. Control table: the service can only reach it through
 * functions.
 */
@Entity('token_activity')
@Check('token_activity_client_length', 'length(client) <= 100')
export class TokenActivity {
  @PrimaryColumn('bigint', { name: 'token_id', primaryKeyConstraintName: 'token_activity_pkey' })
  tokenId!: string;

  @OneToOne(() => AccessToken, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'token_id', foreignKeyConstraintName: 'token_activity_token_fkey' })
  token!: Relation<AccessToken>;

  /** At most a minute and a few seconds before the last request with it; null before the first. */
  @Column({ name: 'last_used', type: 'timestamptz', precision: 3, nullable: true })
  lastUsed!: Date | null;

  /** The User-Agent of that request, without what is not printable. */
  @Column('text', { nullable: true })
  client!: string | null;

  /** The day in UTC on which its end was last warned of. */
  @Column('date', { name: 'warned_on', nullable: true })
  warnedOn!: string | null;
}
