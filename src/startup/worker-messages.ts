/** What the main process says to a worker process. */
export type ToWorker = WorkerStart | { readonly stop: true };

/** What a worker process can't read from the environment. */
export interface WorkerStart {
  readonly databaseUrl: string;
  readonly secretKey: string;
  readonly secretsKeys: readonly string[];
  readonly ownerUrl?: string;
  readonly adminToken?: string;
}

/** What a worker process says: that it takes messages, that it listens, that its event loop turns, why it can't start. */
export type FromWorker =
  | { readonly ready: true }
  | { readonly port: number }
  | { readonly beat: true }
  | { readonly refusal: string };

/** How often a worker says that its event loop turns, in milliseconds. */
export const BEAT_MS = 1000;
