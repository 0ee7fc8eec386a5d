import { type Schema } from '../api/client.js';

/** An entry of the journal, as the admin API tells it. */
export type Entry = Schema<'ActivityView'>;

/** What an entry knows besides its columns. */
export interface Detail {
  /** What the client was told. */
  readonly message?: string;
  /** Why a credential was refused, which the client was not told. */
  readonly reason?: string;
  readonly since?: string;
  /** The path that leads nowhere. */
  readonly path?: string;
  /** What was asked for, without values: method and path, and what the operations of a PATCH were to do. */
  readonly request?: string;
  readonly operations?: readonly string[];
  /** Ids of what is in the way. */
  readonly concerns?: string | readonly string[];
  /** How many equal ones came within a second. */
  readonly repeats?: number;
  /** What was left out of a request. */
  readonly ignored?: readonly string[];
  readonly kind?: string;
  readonly removed?: number;
  readonly of?: number;
  readonly windowMinutes?: number;
}

export const detailOf = ({ detail }: Pick<Entry, 'detail'>): Detail => detail ?? {};
