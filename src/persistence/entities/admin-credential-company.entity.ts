import { Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { AdminCredential } from './admin-credential.entity.js';
import { Company } from './company.entity.js';

/** A company that an admin credential is for. Control table. */
@Entity('admin_credential_companies')
@Index('admin_credential_companies_company_index', ['companyId'])
export class AdminCredentialCompany {
  @PrimaryColumn('bigint', {
    name: 'credential_id',
    primaryKeyConstraintName: 'admin_credential_companies_pkey',
  })
  credentialId!: string;

  @PrimaryColumn('bigint', {
    name: 'company_id',
    primaryKeyConstraintName: 'admin_credential_companies_pkey',
  })
  companyId!: string;

  @ManyToOne(() => AdminCredential, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({
    name: 'credential_id',
    foreignKeyConstraintName: 'admin_credential_companies_credential_fkey',
  })
  credential!: Relation<AdminCredential>;

  @ManyToOne(() => Company, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'company_id', foreignKeyConstraintName: 'admin_credential_companies_company_fkey' })
  company!: Relation<Company>;
}
