/** A text, or the begin of one. */
export interface Text {
  readonly text: string;
  readonly cut: boolean;
}
