import { type QueryResultRow } from 'pg';
import {
  BY_BITMAP,
  canBePart,
  DIRECTORIES,
  type Directory as ListedDirectory,
  type HitRow,
  type ListedGroupRow,
  type ListedUserRow,
  type NamePlace,
  type NameWindow,
  selectAll,
  selectByBeginning,
  selectCommon,
  selectHits,
  selectOne,
} from '../../persistence/directory/search-resources.js';
import { selectGroup, selectUser } from '../../persistence/directory/select-resource.js';
import { toStoredGroup } from '../../persistence/groups/select-groups.js';
import { type Statement } from '../../persistence/transaction/company-transaction.js';
import { toStoredUser } from '../../persistence/users/select-users.js';
import { type StoredGroup, type StoredUser } from '../../protocol/resource/resource.js';
import { foldCase } from '../../protocol/text/fold-case.js';
import { AdministrationError } from '../administration.error.js';
import { findCompanyId } from '../find-company.js';
import { findGroupId, findUserId } from '../find-resource.js';
import { type Page } from '../journal/page.js';
import { type OwnerConnection } from '../owner-connection.js';
import { nameCursor, openNameCursor } from './name-cursor.js';

/** A user in a list. */
export interface ListedUser {
  /** 16 hexadecimal digits, as all ids here. */
  readonly id: string;
  readonly userName: string;
  /** `displayName`, else `name.formatted`, else `userName`. */
  readonly display: string;
  readonly externalId: string | null;
  readonly active: boolean;
}

/** A group in a list. */
export interface ListedGroup {
  readonly id: string;
  readonly displayName: string;
  readonly externalId: string | null;
  /** How many direct members it has; 1,000 stands for that many or more. */
  readonly members: number;
}

/** What of a list is asked for. */
export interface SearchRequest {
  readonly count: number;
  readonly cursor?: string | undefined;
  /** What is looked for; undefined for all. */
  readonly search?: string | undefined;
}

/**
 * The users and groups of companies, in the order of their names. All methods throw {@link AdministrationError} where there is
 * no such company or resource, and for a cursor that is none.
 */
export class Directory {
  constructor(private readonly connection: OwnerConnection) {}

  /**
   * Users of whose `userName`, `displayName` or e-mail addresses the text is a part, and those that have it as id or
   * externalId. Of a text without three letters or digits in a row, those whose `userName` begins with it.
   */
  users(slug: string, request: SearchRequest): Promise<Page<ListedUser>> {
    return this.list(slug, DIRECTORIES.users, request, toListedUser);
  }

  /** Groups of whose `displayName` the text is a part; see {@link users}. */
  groups(slug: string, request: SearchRequest): Promise<Page<ListedGroup>> {
    return this.list(slug, DIRECTORIES.groups, request, toListedGroup);
  }

  /** @param named userName or id */
  async user(slug: string, named: string): Promise<ListedUser> {
    const companyId = await findCompanyId(this.connection, slug);
    const id = await findUserId(this.connection, companyId, named);
    return toListedUser(await this.read(companyId, selectOne(DIRECTORIES.users, id)));
  }

  /** @param named displayName or id */
  async group(slug: string, named: string): Promise<ListedGroup> {
    const companyId = await findCompanyId(this.connection, slug);
    const id = await findGroupId(this.connection, companyId, named);
    return toListedGroup(await this.read(companyId, selectOne(DIRECTORIES.groups, id)));
  }

  /** A user with all attributes. @param named userName or id */
  async wholeUser(slug: string, named: string): Promise<StoredUser> {
    const companyId = await findCompanyId(this.connection, slug);
    const id = await findUserId(this.connection, companyId, named);
    return toStoredUser(await this.read<QueryResultRow>(companyId, selectUser(companyId, id)));
  }

  /** A group with all attributes, without its members. @param named displayName or id */
  async wholeGroup(slug: string, named: string): Promise<StoredGroup> {
    const companyId = await findCompanyId(this.connection, slug);
    const id = await findGroupId(this.connection, companyId, named);
    return toStoredGroup(await this.read<QueryResultRow>(companyId, selectGroup(companyId, id)));
  }

  private async read<R extends QueryResultRow>(companyId: string, statement: Statement): Promise<R> {
    const [row] = await this.connection.readByIndex<R>(companyId, statement);
    if (row) return row;
    throw new AdministrationError('It was deleted at this moment.', 'unknown');
  }

  private async list<R extends NamePlace, T>(
    slug: string,
    listed: ListedDirectory,
    { count, cursor, search }: SearchRequest,
    read: (row: R) => T,
  ): Promise<Page<T>> {
    const companyId = await findCompanyId(this.connection, slug);
    const behind = cursor === undefined ? undefined : openNameCursor(cursor);
    const found = await this.find<R>(companyId, listed, search?.trim() ?? '', { behind, count: count + 1 });
    const rows = found.slice(0, count);
    const last = rows.at(-1);
    return { items: rows.map(read), next: found.length > count && last ? nameCursor(last) : null };
  }

  private async find<R extends NamePlace>(
    companyId: string,
    directory: ListedDirectory,
    text: string,
    window: NameWindow,
  ): Promise<readonly R[]> {
    if (text === '') return this.connection.readByIndex<R>(companyId, selectAll(directory, window));
    const sought = { text, folded: foldCase(text) };
    if (!canBePart(sought)) {
      const statement = selectByBeginning(directory, sought, window);
      return foundIn(await this.connection.readByIndex<HitRow<R>>(companyId, statement));
    }
    const hits = await this.connection.inCompany(companyId, async () => {
      await this.connection.query(BY_BITMAP);
      const statement = selectHits(directory, sought, window);
      return (await this.connection.query<HitRow<R>>(statement.text, statement.values)).rows;
    });
    if (hits[0]?.many) {
      return this.connection.readByIndex<R>(companyId, selectCommon(directory, sought.folded, window));
    }
    return foundIn(hits);
  }
}

/** Where nothing was found there is one row without an id. */
const foundIn = <R extends NamePlace>(rows: readonly HitRow<R>[]): readonly R[] =>
  rows.filter(({ id }) => (id as string | null) !== null);

const toListedUser = (row: ListedUserRow): ListedUser => ({
  id: row.id,
  userName: row.user_name,
  display: row.display,
  externalId: row.external_id,
  active: row.active,
});

const toListedGroup = (row: ListedGroupRow): ListedGroup => ({
  id: row.id,
  displayName: row.display_name,
  externalId: row.external_id,
  members: row.members,
});
