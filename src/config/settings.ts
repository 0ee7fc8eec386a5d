import { type Dialect } from '../protocol/dialect/dialect.js';
import { type SchemaRegistry } from '../protocol/schema/schema-registry.js';

/**
 * The settings of the process. `readSettings` reads them from the environment once at start, and they never change.
 */
export interface Settings {
  readonly port: number;
  readonly host: string;
  /** Where `/metrics` is served; undefined where nothing is measured. */
  readonly metrics: { readonly port: number; readonly host: string } | undefined;
  /** How many processes serve requests. The limits of this object hold for all of them together. */
  readonly workers: number;
  /** Undefined for the embedded PostgreSQL. */
  readonly databaseUrl: string | undefined;
  /**
   * URL that does not lead through a pooler, for migrations, locks and LISTEN. Without a setting of its own it is
   * `databaseUrl`.
   */
  readonly databaseDirectUrl: string | undefined;
  /** URL of the service's connections, with a login that owns nothing; undefined for that of `databaseUrl`. */
  readonly databaseServiceUrl: string | undefined;
  readonly databasePooler: 'none' | 'transaction';
  /** The number of the cell that the database is, from 0 to 1,023; it is fixed by the first start. */
  readonly cell: number;
  /** Absolute path. */
  readonly dataDir: string;
  /** The absolute URL at which clients reach the server, without a slash at the end; undefined if it is not set. */
  readonly publicUrl: string | undefined;
  /** Whether `X-Forwarded-…` headers are believed. */
  readonly trustProxy: boolean;
  /** The company and token that are created at start. */
  readonly bootstrap: {
    readonly company: string | undefined;
    readonly token: string | undefined;
    readonly dialect: Dialect;
  };
  /** Opens the admin API; undefined where there is none. */
  readonly adminToken: string | undefined;
  /** Hosts from which company administrators may have keys of issuers fetched. */
  readonly adminJwksHosts: readonly string[];
  /** Key for the cursors of lists; undefined for one that is stored in the database. */
  readonly secretKey: string | undefined;
  /**
   * Under which secrets are encrypted that must be read again: the first encrypts, the others are earlier ones. Empty for
   * the key that is stored in the database.
   */
  readonly secretsKeys: readonly string[];
  /** Hosts of webhooks that the operator allows: they may lead to any address, and need no TLS. */
  readonly webhookHosts: readonly string[];
  /** The proxy through which webhooks are called (RFC 9110 §9.3.6); undefined where they are called directly. */
  readonly webhookProxy: string | undefined;
  /** How long a receiver has to answer, in milliseconds. */
  readonly webhookTimeout: number;
  /**
   * The pauses before the second and each further attempt at a delivery, in milliseconds. Behind the last one its webhook is
   * disabled.
   */
  readonly webhookRetries: readonly number[];
  /** How long a delivery that failed holds later ones of its resource back, in milliseconds. */
  readonly webhookHold: number;
  /** For how many days deliveries that are over are kept. */
  readonly webhookLogDays: number;
  /** How many requests a company may send in a second, and how many more in ten seconds. */
  readonly rateLimit: number;
  readonly rateBurst: number;
  /** How many requests a platform credential may send in a second; its burst is in the proportion of those of companies. */
  readonly platformRateLimit: number;
  /** How many requests of a company, or of a platform credential, may be under way at once. */
  readonly companyRequests: number;
  /** How many requests for changes may wait for one at once. */
  readonly feedWaiters: number;
  /** How many requests without valid credentials one address may send in a minute. */
  readonly authFailureLimit: number;
  /** Greatest size of a request body, in bytes. */
  readonly bodyLimit: number;
  /** Greatest size of a request body that is about no group and no bulk job, in bytes; at most {@link bodyLimit}. */
  readonly userBodyLimit: number;
  /** Bytes of all request bodies that are worked on at once, and of those of one company. */
  readonly bodiesInFlight: number;
  readonly companyBodiesInFlight: number;
  /** How long a request body may take to arrive, in milliseconds. */
  readonly bodyTimeout: number;
  /** How many tokens of one OAuth client are kept; the oldest ends when another is issued. */
  readonly clientTokens: number;
  /** How many hours a JWT of another issuer may be away from its end. */
  readonly jwtHours: number;
  /** How many days deleted users and groups can be brought back. */
  readonly deletedRetentionDays: number;
  /** How many users, groups and memberships one restore changes at most. */
  readonly restoreLimit: number;
  /** Greatest number of operations in a bulk job. */
  readonly maxOperations: number;
  /** Greatest number of characters, and of words and brackets, in a filter or the path of an operation. */
  readonly maxFilterLength: number;
  readonly maxFilterTokens: number;
  /** Greatest number of resources on a page, where a surface's own is not less. */
  readonly maxPageSize: number;
  /** The built-in schemas and those of `SCHEMAS_DIR`. */
  readonly schemas: SchemaRegistry;
  readonly logLevel: string;
  /** `auto`: for people where standard output is a terminal, else for programs. */
  readonly logFormat: 'json' | 'pretty' | 'auto';
  /** Whether Swagger UI and the OpenAPI documents are served. */
  readonly docs: boolean;
  /** Greatest number of database connections for requests. */
  readonly poolSize: number;
  /** How long a request waits for a database connection, in milliseconds. */
  readonly queueTimeout: number;
  /** How long a write may take from BEGIN to COMMIT, all its attempts together, in milliseconds. */
  readonly writeTimeout: number;
  /** How long a statement may run, in milliseconds. */
  readonly statementTimeout: number;
  /** How long the transaction of a read with many members may take, in milliseconds. */
  readonly streamTimeout: number;
  /** How long the transaction of a snapshot of a company may take, in milliseconds. */
  readonly snapshotTimeout: number;
  /** After how many milliseconds a connection is closed whose client takes nothing of its answer. */
  readonly sendTimeout: number;
  /** Folder of the temporary files that large answers wait in. */
  readonly spoolDir: string;
  /** Greatest size of these files together, in bytes. */
  readonly spoolLimit: number;
  /** Greatest size of these files that one company has, in bytes. */
  readonly spoolCompanyLimit: number;
  /** How long a shutdown waits for running requests, in milliseconds. */
  readonly drainTimeout: number;
}

/** Injection token of the {@link Settings}. */
export const SETTINGS = Symbol('Settings');

/** The settings of a service whose database was opened: its keys are known. */
export interface ServiceSettings extends Settings {
  readonly secretKey: string;
  /** With the key that is stored in the database, which is the last one. */
  readonly secretsKeys: readonly string[];
  /** URL for the owner of the database, for the admin API; missing where it is off. */
  readonly ownerUrl?: string;
}

/** Whether `SECRETS_KEY` is set, so that what is encrypted can't be read by who has the database alone. */
export const hasOwnSecretsKey = ({ secretsKeys }: Pick<ServiceSettings, 'secretsKeys'>): boolean =>
  secretsKeys.length > 1;
