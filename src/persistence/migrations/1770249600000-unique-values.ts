import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Creates the table of unique values. RFC 7643 §7: an extension may define an attribute whose values must be unique.
 */
export class UniqueValues1770249600000 implements MigrationInterface {
  readonly name = 'UniqueValues1770249600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UNIQUE_VALUES);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE unique_values');
  }
}

/** The values are stored as hashes, since a value may be too long for an index. */
const UNIQUE_VALUES = `
  CREATE TABLE unique_values (
    company_id bigint NOT NULL,
    attribute text COLLATE "C" NOT NULL,
    value_hash bytea NOT NULL,
    user_id bigint,
    group_id bigint,
    CONSTRAINT unique_values_pkey PRIMARY KEY (company_id, attribute, value_hash),
    CONSTRAINT unique_values_one_resource CHECK (num_nonnulls(user_id, group_id) = 1),
    CONSTRAINT unique_values_hash_length CHECK (octet_length(value_hash) = 32),
    CONSTRAINT unique_values_user_fkey FOREIGN KEY (company_id, user_id)
      REFERENCES users (company_id, id) ON DELETE CASCADE,
    CONSTRAINT unique_values_group_fkey FOREIGN KEY (company_id, group_id)
      REFERENCES groups (company_id, id) ON DELETE CASCADE
  );
  CREATE INDEX unique_values_user_index ON unique_values (company_id, user_id) WHERE user_id IS NOT NULL;
  CREATE INDEX unique_values_group_index ON unique_values (company_id, group_id) WHERE group_id IS NOT NULL;

  ALTER TABLE unique_values ENABLE ROW LEVEL SECURITY;
  ALTER TABLE unique_values FORCE ROW LEVEL SECURITY;
  CREATE POLICY unique_values_of_company ON unique_values TO rollcall_service
    USING (company_id = current_company()) WITH CHECK (company_id = current_company());
  GRANT SELECT, INSERT, UPDATE, DELETE ON unique_values TO rollcall_service;
`;
