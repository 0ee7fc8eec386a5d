export { isResourceId } from '../persistence/sql/resource-id.js';

/** An identity column of 64 bits. */
const ROW_ID = /^[1-9]\d{0,17}$/;

/** A part of a list that is in the order of ids. */
export interface ListPart {
  /** Id of the row behind which it begins, in decimal digits; undefined for the first part. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Whether a text can be the id of a row of a control table. */
export const isRowId = (text: string): boolean => ROW_ID.test(text);
