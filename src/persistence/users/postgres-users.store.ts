import { type Attributes, type StoredUser } from '../../protocol/resource/resource.js';
import { type SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { ExistedBeforeError } from '../../scim/existed-before.error.js';
import { type Precondition, requireVersion } from '../../scim/precondition.js';
import { type ListPlan, type StorePage } from '../../scim/lists/list-plan.js';
import { type UserRead, UsersStore, type WrittenUser } from '../../scim/users/users.store.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { type IndexedForms } from '../indexed-forms/indexed-forms.js';
import { guardedWrite } from '../guard/guarded-write.js';
import { judgeRemovals } from '../guard/judge-removals.js';
import {
  TAKEN_COLUMNS,
  type TakenResource,
  takeDeleted,
  takenValues,
} from '../deleted-resources/take-deleted.js';
import { textOf } from '../journal/activity.js';
import { recordChange } from '../journal/record-change.js';
import { type Before, writtenChange } from '../journal/written-change.js';
import { refuseBrokenConstraints } from '../sql/constraint-errors.js';
import { changeCount } from '../sql/resource-counts.js';
import { idParameter, isResourceId } from '../sql/resource-id.js';
import { searchDocument } from '../sql/search-document.js';
import { refuseSlowQuery } from '../sql/slow-query.js';
import { parameter, sql, type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import {
  type CompanyTransaction,
  type Statement,
  type StatementResult,
  type WriteTransaction,
} from '../transaction/company-transaction.js';
import { claimStatements, requireClaimed, uniqueValues } from '../unique-values/unique-values.js';
import { deleteUser, isUser } from './delete-user.js';
import { readUsersPage } from './read-page.js';
import { nameOfUserRead, toStoredUser, userSelection } from './select-users.js';
import { USER_COLUMNS, userNameKey, userValues } from './user-row.js';

/** The users of companies in PostgreSQL. */
export class PostgresUsersStore extends UsersStore {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly schemas: SchemaRegistry,
    private readonly indexed: IndexedForms,
  ) {
    super();
  }

  override async insert(
    scope: CompanyScope,
    attributes: Attributes,
    read: UserRead,
    mustBeNew = false,
  ): Promise<StoredUser> {
    const clashing = { transaction: this.transaction, scope, attributes: () => attributes };
    return refuseBrokenConstraints(
      () =>
        this.transaction.write(scope, async (transaction) => {
          const taken = await this.takeDeleted(transaction, scope, attributes);
          if (taken && mustBeNew) throw new ExistedBeforeError();
          const insert = this.insertUser(scope, attributes, read, taken);
          const count = changeCount(scope, 'User', 1);
          if (uniqueValues(this.indexed.forms, this.schemas.user, attributes).length === 0) {
            const [inserted] = await transaction.runAll([insert, count]);
            return this.recorded(transaction, scope, insertedUser(inserted, read), { taken });
          }
          const user = insertedUser(await transaction.run(insert), read);
          const claims = this.claimsOf(scope, user.id, attributes);
          requireClaimed(await transaction.runAll([...claims, count]));
          return this.recorded(transaction, scope, user, { taken });
        }),
      clashing,
    );
  }

  override async find(scope: CompanyScope, id: string, read: UserRead): Promise<StoredUser | undefined> {
    if (!isResourceId(id)) return undefined;
    const [found] = await this.transaction.read(scope, [selectUser(scope, id, read)]);
    const row = found?.rows[0];
    return row && toStoredUser(row);
  }

  override async list(scope: CompanyScope, plan: ListPlan, read: UserRead): Promise<StorePage<StoredUser>> {
    return refuseSlowQuery(plan, () => readUsersPage(this.transaction, scope, plan, read));
  }

  override async update(
    scope: CompanyScope,
    id: string,
    change: (attributes: Attributes) => Attributes | Promise<Attributes>,
    precondition: Precondition | undefined,
    read: UserRead,
  ): Promise<WrittenUser | undefined> {
    if (!isResourceId(id)) return undefined;
    let changed: Attributes | undefined;
    return refuseBrokenConstraints(
      () =>
        guardedWrite(this.transaction, scope, async (transaction) => {
          const { rows } = await transaction.run(lockUser(scope, id));
          const [present] = rows as { version: string; attributes: Attributes }[];
          if (!present) return undefined;
          requireVersion(precondition, present.version);
          const attributes = (changed = await change(present.attributes));
          const [written, after, ...claimed] = await transaction.runAll([
            this.writeUser(scope, id, attributes),
            selectUser(scope, id, read),
            ...this.claimsOf(scope, id, attributes),
          ]);
          requireClaimed(claimed);
          const row = after?.rows[0];
          if (!row) return undefined;
          const user = toStoredUser(row);
          if (written?.rowCount !== 1) return { user, changed: false };
          return {
            user: this.recorded(transaction, scope, user, present),
            changed: true,
          };
        }),
      { transaction: this.transaction, scope, attributes: () => changed },
    );
  }

  override async delete(
    scope: CompanyScope,
    id: string,
    precondition: Precondition | undefined,
  ): Promise<boolean> {
    if (!isResourceId(id)) return false;
    return guardedWrite(this.transaction, scope, (transaction) =>
      deleteUser(transaction, scope, id, (version) => requireVersion(precondition, version)),
    );
  }

  /** Writes the change into the journal, and returns the user. */
  private recorded(
    transaction: WriteTransaction,
    scope: CompanyScope,
    user: StoredUser,
    before: Before,
  ): StoredUser {
    const { id } = user;
    const change = writtenChange(scope, { type: this.schemas.user, ...user }, before);
    transaction.runAtCommit(recordChange(scope, change));
    if (change.operation === 'deactivate')
      judgeRemovals(transaction, scope, { type: 'User', id, operation: change.operation, memberships: 0 });
    return user;
  }

  /** @param read the groups are not looked for: a new user is in none */
  private insertUser(
    scope: CompanyScope,
    attributes: Attributes,
    { manager }: UserRead,
    taken: TakenResource | undefined,
  ): Statement {
    const read = { groups: false, manager };
    if (taken) {
      return toStatement(
        sql`INSERT INTO users AS u (company_id, id, ${TAKEN_COLUMNS}, ${USER_COLUMNS}, external_id_is_unique)
          VALUES (${parameter(scope.companyId)}, ${idParameter(taken.id)}, ${takenValues(taken)},
            ${this.valuesOf(attributes)}, external_ids_are_unique())
          RETURNING ${userSelection(read)}`,
      );
    }
    return toStatement(
      sql`INSERT INTO users AS u (company_id, ${USER_COLUMNS}, external_id_is_unique)
        VALUES (${parameter(scope.companyId)}, ${this.valuesOf(attributes)}, external_ids_are_unique())
        RETURNING ${userSelection(read)}`,
      `users.insert.${nameOfUserRead(read)}`,
    );
  }

  /** Changes no row where the attributes are equal to the stored ones. */
  private writeUser(scope: CompanyScope, userId: string, attributes: Attributes): Statement {
    return toStatement(
      sql`UPDATE users u SET (${USER_COLUMNS}) = ROW (${this.valuesOf(attributes)}),
          external_id_is_unique = external_ids_are_unique(),
          version = u.version + 1, last_modified = clock_timestamp()
        WHERE ${isUser(scope, userId)} AND u.attributes <> ${parameter(JSON.stringify(attributes))}::jsonb`,
      'users.update',
    );
  }

  private takeDeleted(
    transaction: WriteTransaction,
    scope: CompanyScope,
    attributes: Attributes,
  ): Promise<TakenResource | undefined> {
    if (scope.settings.recreate !== 'restore') return Promise.resolve(undefined);
    const key = userNameKey(searchDocument(this.indexed.forms, this.schemas.user, attributes));
    return takeDeleted(transaction, scope, 'User', key, textOf(attributes, 'externalId'));
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

function insertedUser(result: StatementResult | undefined, read: UserRead): StoredUser {
  const row = result?.rows[0];
  if (!row) throw new Error('the insert of a user returned no row');
  return toStoredUser({ groups: read.groups ? [] : undefined, ...row });
}

function selectUser(scope: CompanyScope, userId: string, read: UserRead): Statement {
  return toStatement(
    sql`SELECT ${userSelection(read)} FROM users u WHERE ${isUser(scope, userId)}`,
    `users.find.${nameOfUserRead(read)}`,
  );
}

const lockUser = (scope: CompanyScope, userId: string): Statement =>
  toStatement(
    sql`SELECT u.version, u.attributes FROM users u WHERE ${isUser(scope, userId)} FOR NO KEY UPDATE`,
    'users.lock.update',
  );
