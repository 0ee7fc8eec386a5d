import { Check, Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** A company (a tenant) and its settings. Control table: the service can only reach it through functions. */
@Entity('companies')
@Unique('companies_slug_key', ['slug'])
@Check(
  'companies_slug_form',
  `slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 63 AND slug !~ '^[0-9a-f]{16}$'`,
)
@Check('companies_unknown_members_choice', `unknown_members IN ('reject', 'ignore')`)
export class Company {
  /** Decimal digits of a 64-bit integer. */
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'companies_pkey',
  })
  id!: string;

  @Column('text')
  slug!: string;

  @Column('text')
  name!: string;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  created!: Date;

  @Column('boolean', { name: 'duplicate_group_names', default: false })
  duplicateGroupNames!: boolean;

  @Column('text', { name: 'unknown_members', default: 'reject' })
  unknownMembers!: 'reject' | 'ignore';
}
