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
import { Company } from './company.entity.js';

/** A link by which somebody comes to the console, once. Control table: the service has no right to it. */
@Entity('console_links')
@Unique('console_links_hash_key', ['hash'])
@Index('console_links_company_index', ['companyId'])
@Check('console_links_hash_length', 'octet_length(hash) = 32')
export class ConsoleLink {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'console_links_pkey',
  })
  id!: string;

  /** The company that it makes somebody an administrator of; null for an operator. */
  @Column('bigint', { name: 'company_id', nullable: true })
  companyId!: string | null;

  @ManyToOne(() => Company, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'company_id', foreignKeyConstraintName: 'console_links_company_fkey' })
  company!: Relation<Company> | null;

  /** For whom it is, in words. */
  @Column('text')
  name!: string;

  /** SHA-256 of its secret. */
  @Column('bytea')
  hash!: Buffer;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  created!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  expires!: Date;

  /** When it was used up; null before. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  used!: Date | null;

  /** When it was revoked, which ends the session that it began; null if it was not. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  revoked!: Date | null;
}
