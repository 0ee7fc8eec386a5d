import { type Dialect } from '../protocol/dialect/dialect.js';
import { type SchemaRegistry } from '../protocol/schema/schema-registry.js';

/** Everything the environment decides, read once at start (`readSettings`) and frozen. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  /** Undefined: the embedded PostgreSQL. */
  readonly databaseUrl: string | undefined;
  /** The way around a pooler, for migrations, locks and LISTEN; the same as `databaseUrl` without one. */
  readonly databaseDirectUrl: string | undefined;
  readonly databasePooler: 'none' | 'transaction';
  /** Absolute path. */
  readonly dataDir: string;
  readonly publicUrl: string | undefined;
  readonly trustProxy: boolean;
  readonly bootstrap: {
    readonly company: string | undefined;
    readonly token: string | undefined;
    readonly dialect: Dialect;
  };
  /** Signs what the server hands out; undefined: one that is kept in the database. */
  readonly secretKey: string | undefined;
  /** Bytes. */
  readonly bodyLimit: number;
  readonly maxOperations: number;
  /** What resources are made of. */
  readonly schemas: SchemaRegistry;
  readonly logLevel: string;
  readonly docs: boolean;
  readonly poolSize: number;
  /** Connections for streams of members. */
  readonly streamPoolSize: number;
  /** Milliseconds. */
  readonly statementTimeout: number;
  /** Milliseconds; the longest a stream of members may take. */
  readonly streamTimeout: number;
  /** Milliseconds that an orderly stop waits for requests under way. */
  readonly drainTimeout: number;
}

/** Injection token of the {@link Settings}. */
export const SETTINGS = Symbol('Settings');
