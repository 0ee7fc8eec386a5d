/** Whether the database can be worked with at this moment; implemented by the persistence room. */
export abstract class DatabaseProbe {
  abstract answers(): Promise<boolean>;
}
