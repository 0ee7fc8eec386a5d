/** Tells whether the database can be used. The persistence module provides it. */
export abstract class DatabaseProbe {
  /** Whether the database answers a query at present. */
  abstract answers(): Promise<boolean>;
}
