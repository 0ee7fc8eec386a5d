import { type Attributes, type StoredUser } from '../../protocol/resource/resource.js';
import { type SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type Precondition, requireVersion } from '../../scim/precondition.js';
import { type ListPlan, type StorePage } from '../../scim/lists/list-plan.js';
import { type UserRead, UsersStore, type WrittenUser } from '../../scim/users/users.store.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { type IndexedForms } from '../indexed-forms/indexed-forms.js';
import { refuseBrokenConstraints } from '../sql/constraint-errors.js';
import { pageQuery } from '../sql/page-query.js';
import { foundRows, pageFacts } from '../sql/page-rows.js';
import { changeCount } from '../sql/resource-counts.js';
import { idParameter, isResourceId } from '../sql/resource-id.js';
import { refuseSlowQuery } from '../sql/slow-query.js';
import { parameter, sql, type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import {
  type CompanyTransaction,
  type Statement,
  type StatementResult,
} from '../transaction/company-transaction.js';
import { claimStatements, requireClaimed, uniqueValues } from '../unique-values/unique-values.js';
import { nameOfUserRead, toStoredUser, userSelection } from './select-users.js';
import { USER_COLUMNS, userValues } from './user-row.js';

/** The users of companies in PostgreSQL. */
export class PostgresUsersStore extends UsersStore {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly schemas: SchemaRegistry,
    private readonly indexed: IndexedForms,
  ) {
    super();
  }

  override async insert(scope: CompanyScope, attributes: Attributes, read: UserRead): Promise<StoredUser> {
    return refuseBrokenConstraints(() =>
      this.transaction.write(scope, async (transaction) => {
        const insert = this.insertUser(scope, attributes, read);
        const count = changeCount(scope, 'User', 1);
        if (uniqueValues(this.indexed.forms, this.schemas.user, attributes).length === 0) {
          const [inserted] = await transaction.runAll([insert, count]);
          return insertedUser(inserted);
        }
        const user = insertedUser(await transaction.run(insert));
        const claims = this.claimsOf(scope, user.id, attributes);
        requireClaimed(await transaction.runAll([...claims, count]));
        return user;
      }),
    );
  }

  override async find(scope: CompanyScope, id: string, read: UserRead): Promise<StoredUser | undefined> {
    if (!isResourceId(id)) return undefined;
    const [found] = await this.transaction.read(scope, [selectUser(scope, id, read)]);
    const row = found?.rows[0];
    return row && toStoredUser(row);
  }

  override async list(scope: CompanyScope, plan: ListPlan, read: UserRead): Promise<StorePage<StoredUser>> {
    const statement = toStatement(sql`WITH ${pageQuery(scope, plan)}
      SELECT t.total, t.more, p.position, p.key, ${userSelection(read)}
      FROM total t LEFT JOIN (page p JOIN users u ON u.company_id = ${parameter(scope.companyId)} AND u.id = p.id)
        ON true
      ORDER BY p.position`);
    const [page] = await refuseSlowQuery(plan, () => this.transaction.read(scope, [statement]));
    const rows = page?.rows ?? [];
    return { ...pageFacts(rows, plan), resources: foundRows(rows).map(toStoredUser) };
  }

  override async update(
    scope: CompanyScope,
    id: string,
    change: (attributes: Attributes) => Attributes,
    precondition: Precondition | undefined,
    read: UserRead,
  ): Promise<WrittenUser | undefined> {
    if (!isResourceId(id)) return undefined;
    return refuseBrokenConstraints(() =>
      this.transaction.write(scope, async (transaction) => {
        const { rows } = await transaction.run(lockUser(scope, id, 'FOR NO KEY UPDATE'));
        const [present] = rows as { version: string; attributes: Attributes }[];
        if (!present) return undefined;
        requireVersion(precondition, present.version);
        const attributes = change(present.attributes);
        const [written, after, ...claimed] = await transaction.runAll([
          this.writeUser(scope, id, attributes),
          selectUser(scope, id, read),
          ...this.claimsOf(scope, id, attributes),
        ]);
        requireClaimed(claimed);
        const row = after?.rows[0];
        return row && { user: toStoredUser(row), changed: written?.rowCount === 1 };
      }),
    );
  }

  override async delete(
    scope: CompanyScope,
    id: string,
    precondition: Precondition | undefined,
  ): Promise<boolean> {
    if (!isResourceId(id)) return false;
    return this.transaction.write(scope, async (transaction) => {
      const [locked] = await transaction.runAll([
        lockUser(scope, id, 'FOR UPDATE'),
        lockGroupsOfUser(scope, id),
      ]);
      const [present] = (locked?.rows ?? []) as { version: string }[];
      if (!present) return false;
      requireVersion(precondition, present.version);
      await transaction.runAll([
        leaveGroups(scope, id),
        toStatement(sql`DELETE FROM users u WHERE ${isUser(scope, id)}`, 'users.delete'),
        changeCount(scope, 'User', -1),
      ]);
      return true;
    });
  }

  private insertUser(scope: CompanyScope, attributes: Attributes, read: UserRead): Statement {
    return toStatement(
      sql`INSERT INTO users AS u (company_id, ${USER_COLUMNS})
        VALUES (${parameter(scope.companyId)}, ${this.valuesOf(attributes)})
        RETURNING ${userSelection(read)}`,
      `users.insert.${nameOfUserRead(read)}`,
    );
  }

  /** Changes no row where the attributes are equal to those kept. */
  private writeUser(scope: CompanyScope, userId: string, attributes: Attributes): Statement {
    return toStatement(
      sql`UPDATE users u SET (${USER_COLUMNS}) = ROW (${this.valuesOf(attributes)}),
          version = u.version + 1, last_modified = clock_timestamp()
        WHERE ${isUser(scope, userId)} AND u.attributes <> ${parameter(JSON.stringify(attributes))}::jsonb`,
      'users.update',
    );
  }

  private claimsOf(scope: CompanyScope, userId: string, attributes: Attributes): readonly Statement[] {
    const { forms } = this.indexed;
    const owner = { companyId: scope.companyId, type: 'User', id: userId } as const;
    return claimStatements(forms, owner, uniqueValues(forms, this.schemas.user, attributes));
  }

  private valuesOf(attributes: Attributes): SqlFragment {
    return userValues(this.indexed.forms, this.schemas.user, attributes);
  }
}

function insertedUser(result: StatementResult | undefined): StoredUser {
  const row = result?.rows[0];
  if (!row) throw new Error('the insert of a user returned no row');
  return toStoredUser(row);
}

function isUser(scope: CompanyScope, userId: string): SqlFragment {
  return sql`u.company_id = ${parameter(scope.companyId)} AND u.id = ${idParameter(userId)}`;
}

function selectUser(scope: CompanyScope, userId: string, read: UserRead): Statement {
  return toStatement(
    sql`SELECT ${userSelection(read)} FROM users u WHERE ${isUser(scope, userId)}`,
    `users.find.${nameOfUserRead(read)}`,
  );
}

function lockUser(scope: CompanyScope, userId: string, lock: 'FOR UPDATE' | 'FOR NO KEY UPDATE'): Statement {
  return lock === 'FOR UPDATE'
    ? toStatement(
        sql`SELECT u.version FROM users u WHERE ${isUser(scope, userId)} FOR UPDATE`,
        'users.lock.delete',
      )
    : toStatement(
        sql`SELECT u.version, u.attributes FROM users u WHERE ${isUser(scope, userId)} FOR NO KEY UPDATE`,
        'users.lock.update',
      );
}

/** In the order of ids, after the user, who can then join no further group. */
function lockGroupsOfUser(scope: CompanyScope, userId: string): Statement {
  const company = parameter(scope.companyId);
  return toStatement(
    sql`SELECT g.id FROM groups g WHERE g.company_id = ${company} AND g.id IN (
          SELECT m.group_id FROM memberships m
          WHERE m.company_id = ${company} AND m.member_user_id = ${idParameter(userId)})
        ORDER BY g.id FOR NO KEY UPDATE`,
    'users.lock.groups',
  );
}

function leaveGroups(scope: CompanyScope, userId: string): Statement {
  const company = parameter(scope.companyId);
  return toStatement(
    sql`WITH gone AS (
          DELETE FROM memberships m
          WHERE m.company_id = ${company} AND m.member_user_id = ${idParameter(userId)} RETURNING m.group_id)
        UPDATE groups g SET version = g.version + 1, last_modified = clock_timestamp()
        WHERE g.company_id = ${company} AND g.id IN (SELECT gone.group_id FROM gone)`,
    'users.leave_groups',
  );
}
