/** How much of a body is kept, in bytes. */
export const MOST_OF_BODY = 64 * 1024;

/** What a list has of a recorded request. It is sealed apart from the rest, so that a list opens no bodies. */
export interface RecordedHead {
  readonly method: string;
  /** With its query. */
  readonly path: string;
}

/** A body, as far as it is kept. */
export interface RecordedBody {
  readonly text: string;
  /** How long it was as a whole, unpacked. */
  readonly bytes: number;
  /** Whether it is only the begin. */
  readonly cut: boolean;
}

/** What is kept of a request besides its {@link RecordedHead}. */
export interface RecordedContent {
  /** As the client sent them, in their order; without those that say who it is. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Null where none was sent, or none was read. */
  readonly body: RecordedBody | null;
  /** The body of the answer; null where there was none. */
  readonly answer: RecordedBody | null;
}

/**
 * What the parts of a recorded request are sealed for: opening takes the same text, so that one that is copied to another
 * company is of no use there.
 *
 * @param companyId and the id of the recording, both in decimal digits
 */
export const sealedFor = (companyId: string, recordingId: string): string =>
  `recording ${companyId} ${recordingId}`;
