/** The schema of a time that may be missing, for documents. */
export const instant = (
  description: string,
  example: string | null = null,
): {
  readonly type: 'string';
  readonly format: string;
  readonly nullable: true;
  readonly description: string;
  readonly example: string | null;
} => ({ type: 'string', format: 'date-time', nullable: true, description, example });
