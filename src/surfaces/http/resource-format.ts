import { type ListRequest } from '../../protocol/message/list-request.js';
import { type ListPage } from '../../scim/cursors/cursor-pages.js';
import { type SentAttributes } from '../../protocol/message/sent-attributes.js';
import { type StoredGroup, type StoredUser } from '../../protocol/resource/resource.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { type GroupPatch, type GroupWrite } from '../../scim/groups/groups.service.js';
import { type GroupRead } from '../../scim/groups/groups.store.js';
import { type Outcome } from '../../scim/request-target.js';
import { type Precondition } from '../../scim/precondition.js';
import { type UserPatch, type UserWrite } from '../../scim/users/users.service.js';
import { type UserRead } from '../../scim/users/users.store.js';
import { type Exchange } from './exchange.js';

/** What the services call the parts of a request about users. */
export interface Users {
  readonly stored: StoredUser;
  readonly read: UserRead;
  readonly write: UserWrite;
  readonly patch: UserPatch;
}

/** What the services call the parts of a request about groups. */
export interface Groups {
  readonly stored: StoredGroup;
  readonly read: GroupRead;
  readonly write: GroupWrite;
  readonly patch: GroupPatch;
}

export type Kind = Users | Groups;

/** What a write is asked to do but for `read` and `precondition`, which every surface reads alike. */
export type Requested<Write> = Omit<Write, 'read' | 'precondition'>;

/** A write in full, as a service takes it. */
type Asked<K extends Kind, Write> = Requested<Write> & {
  readonly read: K['read'];
  readonly precondition?: Precondition | undefined;
};

/** What UsersService and GroupsService have in common. */
export interface ResourceService<K extends Kind> {
  list(scope: CompanyScope, request: ListRequest, read: K['read']): Promise<ListPage<K['stored']>>;
  get(scope: CompanyScope, id: string, read: K['read']): Promise<K['stored']>;
  create(scope: CompanyScope, write: Asked<K, K['write']>): Promise<Outcome<K['stored']>>;
  replace(scope: CompanyScope, id: string, write: Asked<K, K['write']>): Promise<Outcome<K['stored']>>;
  patch(scope: CompanyScope, id: string, patch: Asked<K, K['patch']>): Promise<Outcome<K['stored']>>;
  delete(scope: CompanyScope, id: string, precondition?: Precondition): Promise<void>;
}

/** A resource to be answered with; after a write also what the request gave values to. */
export interface Answered<K extends Kind> {
  readonly resource: K['stored'];
  readonly sent?: SentAttributes;
}

/** The same without the members of a group. */
export function withoutMembers<K extends Kind>({ resource, ...answered }: Answered<K>): Answered<K> {
  return { ...answered, resource: { ...resource, members: undefined } };
}

export type WriteVerb = 'create' | 'replace' | 'patch';

/** What a request that has a body asks for. */
export type BodyVerb = WriteVerb | 'search';

/** A list as it is asked for: what of, which derived parts of each resource have to be read, and what is shown. */
export interface RequestedList<K extends Kind, View> {
  readonly request: ListRequest;
  readonly read: K['read'];
  readonly view: View;
}

/**
 * Users or groups in one wire format: how a request is read and how an answer is written. `View` is what a request says
 * of its answer. The order in which the parts of a request are judged is wire behaviour: a method decides it by what it
 * throws, and what it hands on as a refusal is judged after 404 and 412.
 */
export interface ResourceFormat<K extends Kind, View> {
  /** From the id as it stands in the path. */
  id(text: string): string;
  /** What the answer to a GET of one resource shows. @throws ScimError 400 */
  view(exchange: Exchange): View;
  /** Which derived parts have to be read to show one resource. */
  read(view: View): K['read'];
  /** @throws ScimError 400 for parameters that cannot be read */
  list(exchange: Exchange): RequestedList<K, View>;
  /** The body of a POST or PUT in the form of RFC 7643. */
  write(
    exchange: Exchange,
    verb: 'create' | 'replace',
  ): Promise<{ readonly write: Requested<K['write']>; readonly view: View }>;
  /** The body of a PATCH in the form of RFC 7644 §3.5.2: a PatchOp message. */
  patch(exchange: Exchange): Promise<{ readonly patch: Requested<K['patch']>; readonly view: View }>;
  answer(exchange: Exchange, status: 200 | 201, answered: Answered<K>, view: View): Promise<void>;
  /**
   * 204 with the headers that 200 would have (RFC 9110 §15.3.5: they describe the resource as it is now). `Content-Type`
   * is among them, since there are clients to which a success of PATCH without it is none.
   */
  answerEmpty(exchange: Exchange, answered: Answered<K>): void;
  answerList(
    exchange: Exchange,
    page: ListPage<K['stored']>,
    request: ListRequest,
    view: View,
  ): Promise<void>;
}
