import { type Dialect } from '../protocol/dialect/dialect.js';
import { type SchemaRegistry } from '../protocol/schema/schema-registry.js';

/**
 * The settings of the process. `readSettings` reads them from the environment once at start, and they never change.
 */
export interface Settings {
  readonly port: number;
  readonly host: string;
  /** Undefined for the embedded PostgreSQL. */
  readonly databaseUrl: string | undefined;
  /**
   * URL that does not lead through a pooler, for migrations, locks and LISTEN. Without a setting of its own it is
   * `databaseUrl`.
   */
  readonly databaseDirectUrl: string | undefined;
  readonly databasePooler: 'none' | 'transaction';
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
  /** Key for the cursors of lists; undefined for one that is stored in the database. */
  readonly secretKey: string | undefined;
  /** Greatest size of a request body, in bytes. */
  readonly bodyLimit: number;
  /** Greatest number of operations in a bulk job. */
  readonly maxOperations: number;
  /** The built-in schemas and those of `SCHEMAS_DIR`. */
  readonly schemas: SchemaRegistry;
  readonly logLevel: string;
  /** Whether Swagger UI and the OpenAPI documents are served. */
  readonly docs: boolean;
  /** Greatest number of database connections for requests. */
  readonly poolSize: number;
  /** Greatest number of database connections for streams of members. */
  readonly streamPoolSize: number;
  /** How long a statement may run, in milliseconds. */
  readonly statementTimeout: number;
  /** How long a stream of members may take, in milliseconds. */
  readonly streamTimeout: number;
  /** How long a shutdown waits for running requests, in milliseconds. */
  readonly drainTimeout: number;
}

/** Injection token of the {@link Settings}. */
export const SETTINGS = Symbol('Settings');
