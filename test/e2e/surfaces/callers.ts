import { type Dialect } from '../../../src/protocol/dialect/dialect.js';
import { type TestApplication } from '../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';
import { createGroup, createUser, GROUP, memberIds, unique, USER } from '../standard/messages.js';

type Part = Readonly<Record<string, unknown>>;

/** A surface, and the dialect of the token that is used there. */
export interface CallerKind {
  readonly name: string;
  readonly surface: 'standard' | 'paradigm' | 'scaikey' | 'oud' | 'strongdm';
  readonly dialect: Dialect;
  /** Whether its requests are read leniently: `oud` and `strongdm` read no dialect but their document's. */
  readonly lenient: boolean;
}

const inBothDialects = (surface: CallerKind['surface']): CallerKind[] =>
  (['lenient', 'strict'] as const).map((dialect) => ({
    name: `${surface}, ${dialect}`,
    surface,
    dialect,
    lenient: dialect === 'lenient',
  }));

/** Every surface, those that read dialects with a token of each: for `describe.each`. */
export const CALLERS: readonly CallerKind[] = [
  ...inBothDialects('standard'),
  ...inBothDialects('paradigm'),
  ...inBothDialects('scaikey'),
  { name: 'oud', surface: 'oud', dialect: 'lenient', lenient: false },
  { name: 'strongdm', surface: 'strongdm', dialect: 'lenient', lenient: false },
];

export const LENIENT_CALLERS = CALLERS.filter(({ lenient }) => lenient);
export const STRICT_CALLERS = CALLERS.filter(({ lenient }) => !lenient);

const MOUNTS: Readonly<Record<CallerKind['surface'], (company: string) => string>> = {
  standard: () => '/standard/scim/v2',
  paradigm: () => '/scim/v2',
  scaikey: (company) => `/api/v1/tenants/${company}/scim/v2`,
  oud: () => '/iam/directory/oud/scim/v1',
  strongdm: () => '/provisioning/generic/v2',
};
const URNS = { Users: USER, Groups: GROUP };

export type Endpoint = keyof typeof URNS;

/**
 * A company and a client of one surface. What tests need and what came of a request is made and seen on `standard`; ids
 * are plain, whatever the surface puts in front of them.
 */
export class Caller {
  private constructor(
    readonly kind: CallerKind,
    readonly client: ScimClient,
    readonly standard: ScimClient,
  ) {}

  static async open(application: TestApplication, kind: CallerKind): Promise<Caller> {
    const company = await application.company();
    const base = application.origin + MOUNTS[kind.surface](company.slug);
    const client = application.scim(await company.token(kind.dialect), base);
    return new Caller(kind, client, await company.client());
  }

  async user(part: Part = {}): Promise<string> {
    return (await createUser(this.standard, part)).id as string;
  }

  async group(members: readonly string[] = [], part: Part = {}): Promise<string> {
    const body = { ...part, members: members.map((value) => ({ value })) };
    return (await createGroup(this.standard, body)).id as string;
  }

  async seen(endpoint: Endpoint, id: string): Promise<ScimAnswer['body']> {
    return (await this.standard.get(`/${endpoint}/${id}`)).body;
  }

  members(group: string): Promise<string[]> {
    return memberIds(this.standard, group);
  }

  /** The id as this surface writes it. */
  id(endpoint: Endpoint, plain: string): string {
    return this.kind.surface === 'strongdm' ? `${endpoint === 'Users' ? 'a' : 'r'}-${plain}` : plain;
  }

  path(endpoint: Endpoint, plain: string): string {
    return `/${endpoint}/${this.id(endpoint, plain)}`;
  }

  /** The body of a POST or PUT in the form of this surface, with a name of its own unless `part` has one. */
  body(endpoint: Endpoint, part: Part): Part {
    const named =
      endpoint === 'Users' ? { userName: unique('user') } : { displayName: unique('Group'), members: [] };
    const attributes = { ...named, ...part };
    const urn = URNS[endpoint];
    return this.kind.surface === 'oud'
      ? { schemas: [urn], [urn]: attributes }
      : { schemas: [urn], ...attributes };
  }

  create(endpoint: Endpoint, part: Part): Promise<ScimAnswer> {
    return this.client.post(`/${endpoint}`, this.body(endpoint, part));
  }

  replace(endpoint: Endpoint, id: string, part: Part): Promise<ScimAnswer> {
    return this.client.put(this.path(endpoint, id), this.body(endpoint, part));
  }

  patch(endpoint: Endpoint, id: string, ...operations: Part[]): Promise<ScimAnswer> {
    return this.client.patch(this.path(endpoint, id), operations);
  }

  /** The answer to one operation of a bulk job, where this surface has jobs. */
  async inBulk(operation: Part): Promise<ScimAnswer['body']> {
    const { body } = await this.client.post('/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [{ bulkId: 'b', ...operation }],
    });
    return body.Operations[0];
  }

  get hasBulk(): boolean {
    return this.kind.surface === 'standard' || this.kind.surface === 'scaikey';
  }

  get hasSearch(): boolean {
    return this.kind.surface === 'standard' || this.kind.surface === 'paradigm';
  }
}
