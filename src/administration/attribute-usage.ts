import {
  type AttributeUsageRow,
  type IgnoredNameRow,
  selectAttributeUsage,
  selectIgnoredNames,
} from '../persistence/users/read-attribute-usage.js';
import { BY_INDEX } from '../persistence/sql/by-index.js';
import { type AttributeDefinition } from '../protocol/schema/schema.js';
import { type SchemaRegistry } from '../protocol/schema/schema-registry.js';
import { findCompanyId } from './find-company.js';
import { type OwnerConnection } from './owner-connection.js';

/** How many users are looked at, the newest first, so that a company of a million costs no more. */
const MOST_USERS = 5000;
const DAYS = 30;
const DAY_MS = 86_400_000;
/** How many requests of which a part was left out are looked at, the newest first. */
const MOST_REQUESTS = 1000;
/** How many names of ignored attributes are given. */
const MOST_NAMES = 100;

/** Which attributes of users arrive, and which do not. */
export interface AttributeUsage {
  /** How many users were looked at, the newest ones. */
  readonly lookedAt: number;
  /** How many users the company has. */
  readonly users: number;
  /** Every attribute of users that clients may write, by its path, in the order of the schemas. */
  readonly attributes: readonly { readonly path: string; readonly users: number }[];
  /** What requests named within 30 days that was left out, the most frequent first. */
  readonly ignored: readonly IgnoredName[];
}

export interface IgnoredName {
  readonly name: string;
  readonly requests: number;
  /** ISO 8601 in UTC. */
  readonly last: string;
}

/** Tells which attributes the identity provider of a company sends. */
export class AttributeUsages {
  constructor(private readonly connection: OwnerConnection) {}

  /** @throws AdministrationError where there is no company of the slug or id */
  async read(slug: string, registry: SchemaRegistry): Promise<AttributeUsage> {
    const companyId = await findCompanyId(this.connection, slug);
    const found = await this.readUsage(companyId);
    const since = new Date(Date.now() - DAYS * DAY_MS);
    const ignored = await this.connection.readByIndex<IgnoredNameRow>(
      companyId,
      selectIgnoredNames(companyId, since, MOST_REQUESTS),
    );
    const usersOf = new Map(found.map(({ path, users }) => [path, users]));
    return {
      lookedAt: usersOf.get(null) ?? 0,
      users: Number(found[0]?.total ?? 0),
      attributes: pathsOf(registry).map((path) => ({ path, users: usersOf.get(path) ?? 0 })),
      ignored: [...ignored]
        .sort((one, other) => other.requests - one.requests || (one.name < other.name ? -1 : 1))
        .slice(0, MOST_NAMES)
        .map(({ name, requests, last }) => ({ name, requests, last: last.toISOString() })),
    };
  }

  /** PostgreSQL takes the parts of documents for far more than they are, and would compile the plan for longer than it runs. */
  private readUsage(companyId: string): Promise<readonly AttributeUsageRow[]> {
    const { text, values } = selectAttributeUsage(companyId, MOST_USERS);
    return this.connection.inCompany(companyId, async () => {
      await this.connection.query(`${BY_INDEX}, set_config('jit', 'off', true)`);
      return (await this.connection.query<AttributeUsageRow>(text, values)).rows;
    });
  }
}

const pathsOf = ({ user: { schema, schemaExtensions } }: SchemaRegistry): readonly string[] => [
  'externalId',
  ...schema.attributes
    .filter(isWritten)
    .flatMap(({ name, multiValued, subAttributes = [] }) => [
      name,
      ...(multiValued ? [] : subAttributes.filter(isWritten).map((part) => `${name}.${part.name}`)),
    ]),
  ...schemaExtensions.flatMap(({ schema: { id, attributes } }) =>
    attributes.filter(isWritten).map(({ name }) => `${id}:${name}`),
  ),
];

/** What is never returned is a secret, and is not stored as other values are. */
const isWritten = ({ mutability, returned }: AttributeDefinition): boolean =>
  mutability !== 'readOnly' && returned !== 'never';
