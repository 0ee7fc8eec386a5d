/** The schema of a text that may be missing, for documents. */
export const nullableText = (
  description: string,
  example: string | null = null,
): {
  readonly type: 'string';
  readonly nullable: true;
  readonly description: string;
  readonly example: string | null;
} => ({ type: 'string', nullable: true, description, example });
