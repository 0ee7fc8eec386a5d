/** Tells whether the database can be used. The persistence module provides it. */
export abstract class DatabaseProbe {
  /**
   * Why requests can't be served from the database at present; undefined where they can. It never throws, and takes as
   * long as the database does.
   */
  abstract findFault(): Promise<string | undefined>;
}
