import { Check, Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { ControlCredential } from './control-credential.js';

/** A credential of a platform. Control table: the service has no right to it. */
@Entity('platform_credentials')
@Unique('platform_credentials_hash_key', ['hash'])
@Check('platform_credentials_hash_length', 'octet_length(hash) = 32')
@Check('platform_credentials_scopes_choice', `scopes <@ ARRAY['feed', 'check', 'search']`)
@Check('platform_credentials_client_length', 'length(client) <= 100')
export class PlatformCredential extends ControlCredential {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'platform_credentials_pkey',
  })
  id!: string;

  /** What it may read. */
  @Column('text', { array: true })
  scopes!: string[];

  /** Whether it is for all companies; otherwise it is for those of `PlatformCredentialCompany`. */
  @Column('boolean', { name: 'all_companies', default: false })
  allCompanies!: boolean;
}
