import { Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { PlatformCredential } from './platform-credential.entity.js';
import { Company } from './company.entity.js';

/** A company that a platform credential is for. Control table. */
@Entity('platform_credential_companies')
@Index('platform_credential_companies_company_index', ['companyId'])
export class PlatformCredentialCompany {
  @PrimaryColumn('bigint', {
    name: 'credential_id',
    primaryKeyConstraintName: 'platform_credential_companies_pkey',
  })
  credentialId!: string;

  @PrimaryColumn('bigint', {
    name: 'company_id',
    primaryKeyConstraintName: 'platform_credential_companies_pkey',
  })
  companyId!: string;

  @ManyToOne(() => PlatformCredential, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({
    name: 'credential_id',
    foreignKeyConstraintName: 'platform_credential_companies_credential_fkey',
  })
  credential!: Relation<PlatformCredential>;

  @ManyToOne(() => Company, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'company_id', foreignKeyConstraintName: 'platform_credential_companies_company_fkey' })
  company!: Relation<Company>;
}
