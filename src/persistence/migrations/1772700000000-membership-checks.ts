import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Replaces the foreign keys of memberships, which look at each row by itself, by triggers that look at all rows of a
 * statement at once. They promise the same: a membership has its group and its member, and goes with either.
 */
export class MembershipChecks1772700000000 implements MigrationInterface {
  readonly name = 'MembershipChecks1772700000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(NO_FOREIGN_KEYS);
    await queryRunner.query(CHECK);
    await queryRunner.query(CASCADE);
    await queryRunner.query(KEYS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(REMOVAL);
    await queryRunner.query(FOREIGN_KEYS);
  }
}

const NO_FOREIGN_KEYS = `
  ALTER TABLE memberships
    DROP CONSTRAINT memberships_group_fkey,
    DROP CONSTRAINT memberships_member_user_fkey,
    DROP CONSTRAINT memberships_member_group_fkey;
`;

const FOREIGN_KEYS = `
  ALTER TABLE memberships
    ADD CONSTRAINT memberships_group_fkey FOREIGN KEY (company_id, group_id)
      REFERENCES groups (company_id, id) ON DELETE CASCADE,
    ADD CONSTRAINT memberships_member_user_fkey FOREIGN KEY (company_id, member_user_id)
      REFERENCES users (company_id, id) ON DELETE CASCADE,
    ADD CONSTRAINT memberships_member_group_fkey FOREIGN KEY (company_id, member_group_id)
      REFERENCES groups (company_id, id) ON DELETE CASCADE;
`;

/**
 * Locks group and member of each new row as a foreign key does: whoever deletes one of them at the same time is waited
 * for, and from then on waits. The group of the first row is looked up once, since it is mostly that of all rows. The
 * planner may not prefer to read a whole table that was small when it planned, since a session keeps the plan.
 */
const CHECK = `
  CREATE FUNCTION check_memberships() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
  AS $$
  DECLARE
    company bigint;
    holder bigint;
    member bigint;
  BEGIN
    SELECT a.company_id, a.group_id, a.member_id INTO company, holder, member FROM added a
    WHERE ((a.company_id, a.group_id) = (
        SELECT g.company_id, g.id FROM public.groups g
        WHERE (g.company_id, g.id) = (SELECT f.company_id, f.group_id FROM added f LIMIT 1) FOR KEY SHARE)) IS NOT TRUE
      AND NOT EXISTS (
        SELECT FROM public.groups g WHERE g.company_id = a.company_id AND g.id = a.group_id FOR KEY SHARE)
      OR CASE WHEN a.member_user_id IS NULL
        THEN NOT EXISTS (
          SELECT FROM public.groups g WHERE g.company_id = a.company_id AND g.id = a.member_group_id FOR KEY SHARE)
        ELSE NOT EXISTS (
          SELECT FROM public.users u WHERE u.company_id = a.company_id AND u.id = a.member_user_id FOR KEY SHARE)
      END;
    IF FOUND THEN
      RAISE foreign_key_violation USING
        MESSAGE = format('group %s or its member %s does not exist in company %s', holder, member, company),
        CONSTRAINT = 'memberships_exist', SCHEMA = 'public', TABLE = 'memberships';
    END IF;
    RETURN NULL;
  END
  $$;

  CREATE TRIGGER memberships_exist AFTER INSERT ON memberships
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_memberships();
  CREATE TRIGGER memberships_still_exist AFTER UPDATE ON memberships
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_memberships();
`;

/** The columns of memberships that name a row of the table. */
const NAMED_BY = { users: ['member_user_id'], groups: ['group_id', 'member_group_id'] };

/**
 * A membership that was added while the deletion waited for its lock is seen by the snapshot of a further statement,
 * which is a newer one at READ COMMITTED alone. Where a company is deleted, its users and groups go by the owner of the
 * tables, who sees no rows; so these functions have the rights of a role that sees all companies.
 */
const CASCADE = `
  CREATE POLICY memberships_of_all ON memberships TO rollcall_journal USING (true) WITH CHECK (true);
  GRANT SELECT, DELETE ON memberships TO rollcall_journal;
  GRANT CREATE ON SCHEMA public TO rollcall_journal;
${Object.entries(NAMED_BY)
  .map(
    ([table, columns]) => `
  CREATE FUNCTION remove_memberships_of_${table}() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
  AS $$
  BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
      RAISE feature_not_supported USING MESSAGE = '${table} are deleted at READ COMMITTED only';
    END IF;
    ${columns
      .map(
        (column) =>
          `DELETE FROM public.memberships m USING gone g WHERE m.company_id = g.company_id AND m.${column} = g.id;`,
      )
      .join('\n    ')}
    RETURN NULL;
  END
  $$;
  CREATE TRIGGER ${table}_leave_memberships AFTER DELETE ON ${table}
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION remove_memberships_of_${table}();
  REVOKE ALL ON FUNCTION remove_memberships_of_${table}() FROM PUBLIC;
  ALTER FUNCTION remove_memberships_of_${table}() OWNER TO rollcall_journal;
`,
  )
  .join('')}
  REVOKE CREATE ON SCHEMA public FROM rollcall_journal;
`;

/** What memberships refer to keeps its key. */
const KEYS = `
  CREATE FUNCTION refuse_new_key() RETURNS trigger LANGUAGE plpgsql
  AS $$
  BEGIN
    RAISE foreign_key_violation USING MESSAGE = 'the key of a row to which memberships refer cannot be changed';
  END
  $$;
${Object.keys(NAMED_BY)
  .map(
    (table) => `
  CREATE TRIGGER ${table}_keep_key AFTER UPDATE OF company_id, id ON ${table}
    FOR EACH ROW WHEN ((OLD.company_id, OLD.id) IS DISTINCT FROM (NEW.company_id, NEW.id))
    EXECUTE FUNCTION refuse_new_key();
`,
  )
  .join('')}
`;

const REMOVAL = `
${Object.keys(NAMED_BY)
  .map(
    (table) => `
  DROP TRIGGER ${table}_keep_key ON ${table};
  DROP TRIGGER ${table}_leave_memberships ON ${table};
  DROP FUNCTION remove_memberships_of_${table}();
`,
  )
  .join('')}
  DROP TRIGGER memberships_exist ON memberships;
  DROP TRIGGER memberships_still_exist ON memberships;
  DROP FUNCTION check_memberships(), refuse_new_key();
  REVOKE ALL ON memberships FROM rollcall_journal;
  DROP POLICY memberships_of_all ON memberships;
`;
