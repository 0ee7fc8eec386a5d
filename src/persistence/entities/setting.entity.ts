import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the deployment keeps for itself. A control table. */
@Entity('settings')
export class Setting {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'settings_pkey' })
  key!: string;

  @Column('text')
  value!: string;
}
