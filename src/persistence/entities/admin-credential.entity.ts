import { Check, Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { ControlCredential } from './control-credential.js';

/** A credential of the admin API. Control table: the service has no right to it. */
@Entity('admin_credentials')
@Unique('admin_credentials_hash_key', ['hash'])
@Check('admin_credentials_hash_length', 'octet_length(hash) = 32')
@Check('admin_credentials_scopes_choice', `scopes <@ ARRAY['admin:read', 'admin:write']`)
@Check('admin_credentials_client_length', 'length(client) <= 100')
export class AdminCredential extends ControlCredential {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'admin_credentials_pkey',
  })
  id!: string;

  /** Those that hold for all companies; for single ones there are rows of `AdminCredentialCompany`. */
  @Column('text', { array: true })
  scopes!: string[];
}
