import { Column } from 'typeorm';

/** What credentials of the admin API and of platforms have in common. Only the SHA-256 hash of the secret is stored. */
export abstract class ControlCredential {
  @Column('text')
  name!: string;

  @Column('bytea')
  hash!: Buffer;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  created!: Date;

  /** Null if it never expires. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  expires!: Date | null;

  /** When it was revoked; null if it was not. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  revoked!: Date | null;

  /** At most a minute before the last request with it; null before the first. */
  @Column({ name: 'last_used', type: 'timestamptz', precision: 3, nullable: true })
  lastUsed!: Date | null;

  /** The User-Agent of that request, without what is not printable. */
  @Column('text', { nullable: true })
  client!: string | null;
}
