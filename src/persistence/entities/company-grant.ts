import { Column } from 'typeorm';
import { type Dialect } from '../../protocol/dialect/dialect.js';

/** What a token, an OAuth client or an issuer of signed tokens grants in a company. */
export abstract class CompanyGrant {
  @Column('text', { default: 'lenient' })
  dialect!: Dialect;

  /** What its tokens allow, or may be issued for. */
  @Column('text', { array: true })
  scopes!: string[];

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  created!: Date;
}
