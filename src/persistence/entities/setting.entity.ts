import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A setting that the server stores for itself. Control table: the service can only reach it through functions. */
@Entity('settings')
export class Setting {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'settings_pkey' })
  key!: string;

  @Column('text')
  value!: string;
}
