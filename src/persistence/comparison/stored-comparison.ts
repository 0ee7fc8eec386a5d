import { AttributeForms } from './attribute-forms.js';

/** How the rows of a database were made, as its settings say. */
export interface StoredComparison {
  /** `FOLDING_VERSION` of the program. */
  readonly folding: number;
  readonly forms: AttributeForms;
  /** A reindex is under way or was interrupted: some rows were made in this way, others in the one before. */
  readonly unfinished: boolean;
}

interface Printed {
  readonly folding: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly unfinished?: true;
}

/** As the setting `comparison` keeps it. */
export function printComparison({ folding, forms, unfinished }: StoredComparison): string {
  const printed: Printed = { folding, attributes: forms.print(), ...(unfinished && { unfinished }) };
  return JSON.stringify(printed);
}

/** The reverse of {@link printComparison}. */
export function readComparison(text: string): StoredComparison {
  const { folding, attributes, unfinished = false } = JSON.parse(text) as Printed;
  return { folding, forms: AttributeForms.read(attributes), unfinished };
}
